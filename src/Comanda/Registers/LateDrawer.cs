using Comanda.Data;
using Npgsql;

namespace Comanda.Registers;

/// <summary>
/// Where a sale belongs that comes after its drawer session was closed: that one stands, so it goes to a session of its own, which says
/// that it is late.
/// </summary>
public static class LateDrawer
{
    /// <summary>
    /// The open late session of a register, begun if need be; null where no close came between the sale and now, and the current session is
    /// the sale's.
    /// </summary>
    /// <param name="connection">With a transaction, until whose end nothing is sold or closed there.</param>
    /// <param name="shop">The register's.</param>
    /// <param name="register">Where it was sold.</param>
    /// <param name="soldAt">When, by our clock.</param>
    /// <param name="now">When it came.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<long?> Of(
        NpgsqlConnection connection,
        long shop,
        long register,
        DateTimeOffset soldAt,
        DateTimeOffset now,
        CancellationToken cancel)
    {
        await HoldRegisters.CurrentDrawer(connection, shop, register, null, cancel);
        if (await connection.Scalar(
            "select 1 from drawers where register_id = $1 and not late and closed_at > $2 limit 1",
            cancel,
            register,
            soldAt) is null)
            return null;
        return (long?)await connection.Scalar(
            "select id from drawers where register_id = $1 and late and closed_at is null",
            cancel,
            register)
            ?? (long)(await connection.Scalar(
                "insert into drawers (id, shop_id, register_id, automatic, late, opened_at) values (nextval('drawer_ids'), $1, $2, false, "
                    + "true, $3) returning id",
                cancel,
                shop,
                register,
                now))!;
    }
}
