using System.Text;
using System.Text.Json;
using Comanda.Audit;
using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>A sale that was set aside, as its row has it.</summary>
internal sealed record SetAsideRow(SetAsideView View, ReadOnlyMemory<byte> Sent, long RegisterId, bool HandedOver, long? SellerId)
{
    public static SetAsideRow Read(NpgsqlDataReader r)
    {
        var (sale, bytes) = (r.GetString(9), r.IsDBNull(17) ? null : r.GetFieldValue<byte[]>(17));
        var order = r.ValueOrNull<long>(12);
        var resolved = r.ValueOrNull<DateTimeOffset>(10);
        var view = new SetAsideView(
            r.GetInt64(0),
            r.GetString(1),
            resolved is null ? "open" : order is null ? "discarded" : "placed",
            r.GetString(2),
            r.GetString(3),
            r.TextOrNull(4) is { } errors ? JsonSerializer.Deserialize<Dictionary<string, string[]>>(errors, Json.Options) : null,
            r.GetFieldValue<DateTimeOffset>(5),
            r.ValueOrNull<DateTimeOffset>(6),
            r.GetFieldValue<DateTimeOffset>(7),
            r.GetString(8),
            SentSale.Show(sale),
            bytes is null ? null : Convert.ToBase64String(bytes),
            resolved,
            r.TextOrNull(11),
            order,
            r.TextOrNull(13));
        return new(view, bytes ?? Encoding.UTF8.GetBytes(sale), r.GetInt64(14), r.GetBoolean(15), r.ValueOrNull<long>(16));
    }
}

/// <summary>The rows of sales that were set aside.</summary>
internal static class SetAsideRows
{
    public const string Select =
        """
        select s.id, s.key, s.code, s.reason, s.errors, s.sold_at, s.till_clock, s.received_at, s.seller_name, s.sale,
            s.resolved_at, u.name, s.order_id, s.note, s.register_id, s.handed_over, s.seller_id, s.sale_bytes
        from sales_set_aside s left join users u on u.id = s.resolved_by where s.shop_id = $1
        """;

    public static async Task<SetAsideRow?> Find(NpgsqlConnection connection, string which, object[] values, CancellationToken cancel)
    {
        await using var command = connection.Command($"{Select} and {which}", values);
        return (await command.List(SetAsideRow.Read, cancel)).FirstOrDefault();
    }

    /// <summary>Notes in the transaction that places it that a sale was placed; false where somebody decided before.</summary>
    public static async Task<bool> Settle(
        NpgsqlConnection connection, Moment moment, long id, Order order, CancellationToken cancel)
    {
        if (await connection.Execute(
            "update sales_set_aside set resolved_at = $3, resolved_by = $4, order_id = $5 where shop_id = $1 and id = $2 and resolved_at "
                + "is null",
            cancel,
            moment.Shop.Id,
            id,
            moment.Now,
            moment.Caller.UserId,
            order.Id) == 0)
            return false;
        await new AuditEntry(AuditActions.SetAsideSalePlaced, "set_aside_sale", id, After: new { order_id = order.Id }).Write(
            connection,
            moment.Here,
            moment.Now,
            cancel);
        return true;
    }

    /// <summary>Forgets in sales that wait, and in those that are decided, who a customer was.</summary>
    public static async Task Forget(NpgsqlConnection connection, long shop, long customer, CancellationToken cancel)
    {
        await using var command = connection.Command(
            "select id, sale from sales_set_aside where shop_id = $1 and sale ~* ('\"customer_id\":' || $2 || '[,}]')",
            shop, customer.ToString(System.Globalization.CultureInfo.InvariantCulture));
        foreach (var (id, text) in await command.List(r => (r.GetInt64(0), r.GetString(1)), cancel))
        {
            var sale = SentSale.Without(Encoding.UTF8.GetBytes(text), "customer_id", "customer_name", "delivery_address", "notes");
            await connection.Execute(
                "update sales_set_aside set sale = $2, sale_bytes = null where id = $1", cancel, id, Encoding.UTF8.GetString(sale));
        }
    }
}
