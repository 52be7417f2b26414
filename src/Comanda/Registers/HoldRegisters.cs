using Comanda.Data;
using Npgsql;

namespace Comanda.Registers;

/// <summary>
/// The rows of registers, kept until the caller's transaction ends: what is written meanwhile is before a close of their drawers
/// or after it. Taken in the order of their ids, so that two tills that each take money for the other's order do not wait in a ring.
/// </summary>
public static class HoldRegisters
{
    /// <summary>
    /// The drawer session that is current where the money is: at the till, or, where nobody says which till, at the order's own register.
    /// </summary>
    public static async Task<long> CurrentDrawer(
        NpgsqlConnection connection,
        long shop,
        long register,
        long? till,
        CancellationToken cancel)
    {
        var drawers = await CurrentDrawers(connection, shop, [register, till ?? register], cancel);
        return drawers[till ?? register];
    }

    /// <summary>The current session of each of these registers.</summary>
    public static async Task<IReadOnlyDictionary<long, long>> CurrentDrawers(
        NpgsqlConnection connection,
        long shop,
        long[] registers,
        CancellationToken cancel)
    {
        await using var command = connection.Command(
            "select id, drawer_id from registers where shop_id = $1 and id = any($2) order by id for no key update",
            shop,
            registers);
        return (await command.List(r => (Register: r.GetInt64(0), Drawer: r.GetInt64(1)), cancel)).ToDictionary(
            d => d.Register,
            d => d.Drawer);
    }
}
