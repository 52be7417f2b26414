using Comanda.Data;
using Npgsql;

namespace Comanda.Registers;

/// <summary>
/// The numbers of orders: each register counts its own. They are taken under the lock of the register's row, in the transaction that uses
/// them, so what fails leaves no hole.
/// </summary>
public static class RegisterNumbers
{
    /// <summary>Takes so many numbers; answers the last of them, and the register's code.</summary>
    public static async Task<(long Last, string Code)> Take(
        NpgsqlConnection connection, long register, long count, CancellationToken cancel)
    {
        await using var command = connection.Command(
            "update registers set last_order_number = last_order_number + $2 where id = $1 returning last_order_number, code",
            register,
            count);
        return (await command.List(r => (r.GetInt64(0), r.GetString(1)), cancel))[0];
    }

    /// <summary>Gives back the last numbers of a register of imports, whose orders are there no more.</summary>
    public static Task GiveBack(NpgsqlConnection connection, long register, (long First, long Last) numbers, CancellationToken cancel) =>
        connection.Execute(
            "update registers set last_order_number = $2 - 1 where id = $1 and kind = 'import' and last_order_number = $3",
            cancel, register, numbers.First, numbers.Last);

    /// <summary>
    /// The part of a statement that takes the next number and chains the journal's next entry, in one change of the register's row; it
    /// answers number, order_number, last_entry, last_hash and drawer_id.
    /// </summary>
    /// <param name="at">In SQL; the late drawer is null where the sale is the current session's.</param>
    /// <param name="chain"><see cref="FiscalJournal.Chain"/>, given the order's number as it will read.</param>
    public static string Next((string Register, string Shop, string Prefix, string LateDrawer) at, Func<string, string> chain) =>
        $"""
        update registers set
            last_order_number = last_order_number + 1,
            {chain($"{at.Prefix} || code || '-' || (last_order_number + 1)::text")}
        where id = {at.Register} and shop_id = {at.Shop}
        returning
            last_order_number as number,
            {at.Prefix} || code || '-' || last_order_number::text as order_number,
            last_entry,
            last_hash,
            coalesce({at.LateDrawer}::bigint, drawer_id) as drawer_id
        """;
}
