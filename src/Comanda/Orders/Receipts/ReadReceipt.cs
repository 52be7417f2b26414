using Comanda.Data;
using Comanda.Registers;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>What an order's receipt says, for whoever prints it, and how many were handed out.</summary>
public sealed class ReadReceipt(NpgsqlDataSource database, ReceiptLinks links)
{
    /// <summary>Its rows.</summary>
    /// <param name="order">Whose receipt it is.</param>
    /// <param name="shop">Of whom.</param>
    /// <param name="copy">How many were handed out before.</param>
    /// <param name="origin">Scheme and host by which the caller came; null where nobody did.</param>
    /// <param name="cancel">Gives up.</param>
    internal async Task<List<ReceiptRow>> Rows(Order order, Shop shop, int copy, string? origin, CancellationToken cancel) =>
        (await Sheet(order, shop, origin, cancel))(copy);

    /// <summary>
    /// Its rows, for how many were handed out before: what has to be read for them is read by then, so that whoever counts in a
    /// transaction needs no second connection.
    /// </summary>
    internal async Task<Func<int, List<ReceiptRow>>> Sheet(Order order, Shop shop, string? origin, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await Sheet(connection, order, shop, origin, cancel);
    }

    /// <summary>The same by the connection of a caller who is in a transaction.</summary>
    internal async Task<Func<int, List<ReceiptRow>>> Sheet(
        NpgsqlConnection connection, Order order, Shop shop, string? origin, CancellationToken cancel)
    {
        var entry = await EntryOf(connection, order, cancel);
        var link = entry is { } known ? await LinkOf(connection, order, known, origin, cancel) : null;
        var points = await OrderPoints.ForReceipt(connection, order, shop.Settings, cancel);
        return copy => Receipt.Lines(order, shop, entry?.Number, link, copy, points);
    }

    /// <summary>Where an entry of an order can be looked at; null where no phone could.</summary>
    internal Task<string?> LinkOf(
        NpgsqlConnection connection, Order order, (long Number, byte[] Hash) entry, string? origin, CancellationToken cancel) =>
        links.Of(order.RegisterId, entry.Number, entry.Hash, origin, cancel, connection);

    /// <summary>Where its QR code leads; null where it has none.</summary>
    internal async Task<string?> Link(Order order, string? origin, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await EntryOf(connection, order, cancel) is { } entry ? await LinkOf(connection, order, entry, origin, cancel) : null;
    }

    /// <summary>The entry whose content is what the receipt prints: the sale, or the newest edit of it.</summary>
    internal static async Task<(long Number, byte[] Hash)?> EntryOf(NpgsqlConnection connection, Order order, CancellationToken cancel)
    {
        await using var command = connection.Command(
            "select number, hash from journal where order_id = $1 and register_id = $2 and kind in ($3, $4) order by number desc limit 1",
            order.Id, order.RegisterId, JournalKind.Sale, JournalKind.Edit);
        return (await command.List(r => ((long, byte[])?)(r.GetInt64(0), r.GetFieldValue<byte[]>(1)), cancel)).FirstOrDefault();
    }

    /// <summary>One more is handed out; answers how many were before. Practice is not handed out.</summary>
    internal static async Task<int> Count(NpgsqlConnection connection, Order order, CancellationToken cancel) => order.Training
        ? 0
        : (int)(await connection.Scalar(
            """
            insert into receipt_prints (order_id, shop_id, count) values ($1, $2, 1)
            on conflict (order_id) do update set count = receipt_prints.count + 1 returning count - 1
            """,
            cancel, order.Id, order.ShopId))!;
}
