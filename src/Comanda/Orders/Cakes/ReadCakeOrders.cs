using Comanda.Data;
using Comanda.Shops;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Comanda.Orders;

/// <summary>What GET /api/cake-orders is asked.</summary>
public sealed record CakeFilter
{
    [FromQuery(Name = "date")]
    public DateOnly? Date { get; init; }

    [FromQuery(Name = "stage")]
    [Words<CakeStage>]
    public string? Stage { get; init; }

    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }
}

/// <summary>GET /api/cake-orders: those of a day or of a stage; a guest's own.</summary>
public sealed class ReadCakeOrders(NpgsqlDataSource database, OwnOrders own, Moment moment)
{
    /// <summary>Whose the caller sees.</summary>
    internal OwnOrders Own => own;

    public async Task<Answer<PageOf<CakeOrderView>>> List(CakeFilter asked, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(asked.Limit, asked.Cursor, errors);
        errors.OneOf("stage", asked.Stage, CakeStage.Accepted);
        if (errors.Any)
            return errors.ToRefusal();
        List<object?> values = [moment.Shop.Id, page.Before, page.ToRead];
        var where = Add(asked.Date, "c.day") + Add(asked.Stage, "c.stage") + Add(await own.Customer(cancel), "c.customer_id");
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var command = connection.Command(
            $"{CakeOrder.Select} where c.shop_id = $1 and c.id < $2{where} order by c.id desc limit $3", [.. values]);
        var rows = await command.List(r => CakeOrder.Read(r, moment.Shop), cancel);
        return page.Of(await Views(connection, rows, cancel), v => v.Id);

        string Add(object? value, string column)
        {
            if (value is null)
                return "";
            values.Add(value);
            return $" and {column} = ${values.Count}";
        }
    }

    public async Task<Answer<CakeOrderView>> One(long id, CancellationToken cancel)
    {
        var guest = await own.Customer(cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await Find(connection, id, guest, cancel) is { } found ? await View(connection, found, cancel) : CakeRefusals.NoCake;
    }

    /// <summary>One that the caller may see: staff their shop's, a guest (<see cref="OwnOrders.Customer"/>) their own.</summary>
    internal async Task<CakeOrder?> Find(
        NpgsqlConnection connection, long id, long? guest, CancellationToken cancel, bool locked = false)
    {
        if (locked)
            await connection.Execute("select 1 from cake_orders where id = $1 and shop_id = $2 for update", cancel, id, moment.Shop.Id);
        await using var command = connection.Command(CakeOrder.Select + " where c.id = $1 and c.shop_id = $2", id, moment.Shop.Id);
        var found = (await command.List(r => CakeOrder.Read(r, moment.Shop), cancel)).FirstOrDefault();
        return guest is null || found?.Asked.CustomerId == guest ? found : null;
    }

    /// <summary>The same, on a connection of its own.</summary>
    internal async Task<CakeOrder?> Find(long id, CancellationToken cancel)
    {
        var guest = await own.Customer(cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await Find(connection, id, guest, cancel);
    }

    internal async Task<CakeOrderView> View(NpgsqlConnection connection, CakeOrder order, CancellationToken cancel) =>
        (await Views(connection, [order], cancel))[0];

    private async Task<List<CakeOrderView>> Views(NpgsqlConnection connection, List<CakeOrder> orders, CancellationToken cancel)
    {
        await using var command = connection.Command(
            "select cake_order_id, stage, by_name, at, note, photo_url from cake_stages where cake_order_id = any($1) order by id",
            (object)orders.Select(o => o.Id).ToArray());
        var stages = (await command.List(
            r => (Of: r.GetInt64(0), Stage: new CakeStageView(
                r.GetString(1),
                own.IsGuest ? null : r.GetString(2),
                r.GetFieldValue<DateTimeOffset>(3),
                r.TextOrNull(4),
                r.TextOrNull(5))),
            cancel)).ToLookup(s => s.Of, s => s.Stage);
        return orders.ConvertAll(o => o.View([.. stages[o.Id]], moment.Currency, moment.Now));
    }
}
