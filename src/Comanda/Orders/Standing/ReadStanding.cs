using System.Text.Json;
using Comanda.Data;
using Comanda.Menu;
using Comanda.Shops;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Comanda.Orders;

/// <summary>What GET /api/standing-orders is asked.</summary>
public sealed record StandingFilter
{
    [FromQuery(Name = "customer_id")]
    public long? CustomerId { get; init; }

    [FromQuery(Name = "status")]
    [Words("active", "ended")]
    public string? Status { get; init; }

    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }
}

/// <summary>GET /api/standing-orders, and the morning's list of a day.</summary>
public sealed class ReadStanding(NpgsqlDataSource database, MenuBoard menus, Moment moment)
{
    private const int NextShown = 4, LookAhead = 42;

    public async Task<Answer<PageOf<StandingOrderView>>> List(StandingFilter asked, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(asked.Limit, asked.Cursor, errors);
        errors.OneOf("status", asked.Status, "active", "ended");
        if (errors.Any)
            return errors.ToRefusal();
        var status = asked.Status switch
        {
            "active" => " and s.ended_at is null",
            "ended" => " and s.ended_at is not null",
            _ => "",
        };
        await using var command = database.Command(
            $"{StandingOrder.Select} where s.shop_id = $1 and s.id < $2{status}"
                + (asked.CustomerId is null ? " and $4 = 0" : " and g.id = $4") + " order by s.id desc limit $3",
            moment.Shop.Id,
            page.Before,
            page.ToRead,
            asked.CustomerId ?? 0);
        var rows = await command.List(StandingOrder.Read, cancel);
        var days = await Known(cancel);
        return page.Of(rows.ConvertAll(r => r.View(Next(r, days))), r => r.Id);
    }

    public async Task<Answer<StandingOrderView>> One(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await Find(connection, id, cancel) is { } known ? await View(known, cancel) : Refusal.NotFound("standing order");
    }

    internal async Task<StandingOrder?> Find(NpgsqlConnection connection, long id, CancellationToken cancel, string locked = "")
    {
        await using var command = connection.Command(
            StandingOrder.Select + " where s.shop_id = $1 and s.id = $2" + locked, moment.Shop.Id, id);
        return (await command.List(StandingOrder.Read, cancel)).FirstOrDefault();
    }

    /// <summary>Nothing has become of its days yet.</summary>
    internal StandingOrderView ViewOfNew(StandingOrder order) =>
        order.View(Next(order, Array.Empty<StandingDay>().ToLookup(d => d.StandingOrderId)));

    private async Task<StandingOrderView> View(StandingOrder order, CancellationToken cancel) =>
        order.View(Next(order, await Known(cancel)));

    /// <summary>GET /api/standing-orders/day: one list for the morning.</summary>
    public async Task<Answer<StandingMorningView>> Morning(DateOnly? date, CancellationToken cancel)
    {
        var (shop, day) = (moment.Shop, date ?? Today().AddDays(1));
        if (day.Year is < 2000 or > 2200)
            return Refusal.OfField("date", "must be between the years 2000 and 2200");
        await using var command = database.Command(
            StandingOrder.Select + " where s.shop_id = $1 and (s.ended_at is null or s.id in "
                + "(select standing_order_id from standing_order_days where shop_id = $1 and day = $2)) order by s.at, s.id",
            shop.Id,
            day);
        var all = await command.List(StandingOrder.Read, cancel);
        var known = (await StandingDay.Of(database, shop.Id, (day, day), cancel)).ToDictionary(d => d.StandingOrderId);
        var placed = await Placed([.. known.Values.Select(d => d.OrderId).OfType<long>()], cancel);
        var menu = await menus.Of(moment.Here, cancel);
        var guests = new List<StandingGuestView>();
        foreach (var one in all)
        {
            var on = one.Days.Between(day, day).ToList();
            var became = known.GetValueOrDefault(one.Id);
            if (became is null && (on.Count == 0 || one.EndedAt is not null))
                continue;
            var order = became?.OrderId is { } id ? placed.GetValueOrDefault(id) : null;
            if (order is { IsCancelled: true })
                continue;
            var status = StatusOf(became, on.Count > 0 && on[0].IsPaused);
            guests.Add(new(
                one.Id,
                one.CustomerId,
                one.CustomerName,
                one.InstantOn(day, shop),
                status.ToWire(),
                order?.Items ?? [.. one.Items.Select(i => new StandingTotalView(
                    i.MenuItemId ?? 0, menu.Find(i.MenuItemId ?? 0)?.Name ?? "?", i.Quantity ?? 1))],
                became?.OrderId,
                order?.Number,
                order?.Due.In(shop.Currency),
                became?.Reason,
                one.Notes));
        }

        var totals = guests.Where(g => g.Status != StandingDayStatus.Paused.ToWire())
            .SelectMany(g => g.Items)
            .GroupBy(i => (i.MenuItemId, i.Name))
            .Select(g => new StandingTotalView(g.Key.MenuItemId, g.Key.Name, g.Sum(i => i.Quantity)))
            .OrderBy(t => t.Name, StringComparer.OrdinalIgnoreCase);
        return new StandingMorningView(day, [.. totals], guests);
    }

    /// <summary>The day that the shop's clock shows.</summary>
    internal DateOnly Today() =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment.Now, moment.Shop.Settings.BusinessDay.Zone).DateTime);

    private async Task<ILookup<long, StandingDay>> Known(CancellationToken cancel) =>
        (await StandingDay.Of(database, moment.Shop.Id, (Today(), Today().AddDays(LookAhead)), cancel)).ToLookup(d => d.StandingOrderId);

    private IReadOnlyList<StandingDayView> Next(StandingOrder order, ILookup<long, StandingDay> days)
    {
        if (order.EndedAt is not null)
            return [];
        var known = days[order.Id].ToDictionary(d => d.Day);
        return
        [
            .. order.Days.Between(Today(), Today().AddDays(LookAhead)).Take(NextShown).Select(d =>
            {
                var became = known.GetValueOrDefault(d.Day);
                return new StandingDayView(
                    d.Day,
                    order.InstantOn(d.Day, moment.Shop),
                    StatusOf(became, d.IsPaused).ToWire(),
                    became?.OrderId,
                    became?.Reason);
            }),
        ];
    }

    private static StandingDayStatus StatusOf(StandingDay? became, bool isPaused) =>
        became?.OrderId is not null ? StandingDayStatus.Placed
        : isPaused ? StandingDayStatus.Paused
        : became is not null ? StandingDayStatus.Failed
        : StandingDayStatus.Due;

    private sealed record PlacedOrder(string Number, bool IsCancelled, Money Due, IReadOnlyList<StandingTotalView> Items);

    private async Task<Dictionary<long, PlacedOrder>> Placed(long[] orders, CancellationToken cancel)
    {
        await using var command = database.Command(
            """
            select o.id, o.order_number, o.status = 'cancelled', o.total - o.paid, i.menu_item_id, i.name,
                coalesce(i.weight / 1000.0, i.quantity)
            from orders o join order_items i on i.order_id = o.id where o.id = any($1) and i.station <> 'none'
            order by o.id, i.position
            """,
            (object)orders);
        var lines = await command.List(
            r => (
                Id: r.GetInt64(0),
                Number: r.GetString(1),
                IsCancelled: r.GetBoolean(2),
                Due: new Money(r.GetInt64(3)),
                Item: new StandingTotalView(r.GetInt64(4), r.GetString(5), r.GetDecimal(6) / 1.000000000000000000000000000000000m)),
            cancel);
        return lines.GroupBy(l => l.Id).ToDictionary(
            g => g.Key, g => new PlacedOrder(g.First().Number, g.First().IsCancelled, g.First().Due, [.. g.Select(l => l.Item)]));
    }
}
