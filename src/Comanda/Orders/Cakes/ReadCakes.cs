using System.Text.Json;
using Comanda.Data;
using Comanda.Menu;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>A cake with the item of the menu that it is.</summary>
internal sealed record KnownCake(MenuEntry Item, CakeView Cake);

/// <summary>GET /api/cakes: what is made to order, and how many are left of a day.</summary>
public sealed class ReadCakes(NpgsqlDataSource database, MenuBoard menus, Moment moment)
{
    private const string Select =
        """
        select menu_item_id, lead_days, order_by, capacity, weekdays, days, servings, options, inscription_max, inscription_option,
            takes_picture, picture_option, deposit_percent, deposit_tax, change_hours, cancel_hours, kept_percent, kept_tax_class, version
        from cakes
        """;

    public async Task<Answer<PageOf<CakeView>>> List(CancellationToken cancel)
    {
        var menu = await menus.Of(moment.Here, cancel);
        await using var command = database.Command($"{Select} where shop_id = $1 and ended_at is null", moment.Shop.Id);
        var rows = await command.List(r => menu.Find(r.GetInt64(0)) is { } item ? View(r, item) : null, cancel);
        return new PageOf<CakeView>([.. rows.OfType<CakeView>().OrderBy(c => c.Name, StringComparer.Ordinal)], null);
    }

    public async Task<Answer<CakeView>> One(long id, CancellationToken cancel) =>
        await Find(id, cancel) is { } known ? known.Cake : Refusal.NotFound("cake");

    /// <summary>The days from one on, with what is left of each.</summary>
    public async Task<Answer<PageOf<CakeDayView>>> Days(long id, DateOnly? from, int? days, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var count = errors.Between("days", days, 1, 92) ?? 31;
        var today = moment.Today;
        var first = from ?? today;
        errors.Check(first >= today && first <= today.AddDays(CakeRules.DaysAhead), "from", "must be a day of the year that begins today");
        if (errors.Any)
            return errors.ToRefusal();
        if (await Find(id, cancel) is not { } known)
            return Refusal.NotFound("cake");
        var last = first.AddDays(count - 1);
        var offered = CakeRules.Days(known.Cake, known.Cake.LeadDays, moment.Shop.Settings, moment.Now)
            .Where(d => d.Day >= first && d.Day <= last)
            .ToList();
        var taken = await Taken(id, (first, last), cancel);
        return new PageOf<CakeDayView>(
            offered.ConvertAll(d => new CakeDayView(d.Day, d.Capacity, Math.Max(0, d.Capacity - taken.GetValueOrDefault(d.Day)))), null);
    }

    internal async Task<KnownCake?> Find(long id, CancellationToken cancel)
    {
        if ((await menus.Of(moment.Here, cancel)).Find(id) is not { } found)
            return null;
        // What is gone from the shelf is made to order all the same, and at any hour.
        var item = PriceCake.ToOrder(found);
        await using var command = database.Command(
            $"{Select} where shop_id = $1 and menu_item_id = $2 and ended_at is null", moment.Shop.Id, id);
        return (await command.List(r => new KnownCake(item, View(r, item)), cancel)).FirstOrDefault();
    }

    /// <summary>The first day that the lead time allows and that has room.</summary>
    internal async Task<DateOnly?> Earliest(CakeView cake, int lead, int quantity, CancellationToken cancel)
    {
        var today = moment.Today;
        var taken = await Taken(cake.MenuItemId, (today, today.AddDays(CakeRules.DaysAhead)), cancel);
        return CakeRules.Days(cake, lead, moment.Shop.Settings, moment.Now)
            .Where(d => d.Capacity - taken.GetValueOrDefault(d.Day) >= quantity)
            .Select(d => (DateOnly?)d.Day)
            .FirstOrDefault();
    }

    private async Task<Dictionary<DateOnly, int>> Taken(long id, (DateOnly From, DateOnly To) span, CancellationToken cancel)
    {
        await using var command = database.Command(
            "select day, sum(quantity)::int from cake_orders where menu_item_id = $1 and day between $2 and $3 and "
                + CakePlaces.IsTaken("$4") + " group by 1",
            id,
            span.From,
            span.To,
            moment.Now);
        return (await command.List(r => (Day: r.GetFieldValue<DateOnly>(0), Count: r.GetInt32(1)), cancel))
            .ToDictionary(r => r.Day, r => r.Count);
    }

    private CakeView View(NpgsqlDataReader r, MenuEntry item) => new(
        item.Id,
        item.Name,
        item.PriceNow.In(moment.Currency),
        item.ImageUrl,
        r.GetInt32(1),
        r.ValueOrNull<TimeOnly>(2)?.ToString("HH:mm"),
        r.GetInt32(3),
        r.GetFieldValue<string[]>(4),
        JsonSerializer.Deserialize<CakeDay[]>(r.GetString(5), Json.Options)!,
        JsonSerializer.Deserialize<CakeServing[]>(r.GetString(6), Json.Options)!,
        JsonSerializer.Deserialize<CakeOption[]>(r.GetString(7), Json.Options)!,
        r.GetInt32(8),
        r.TextOrNull(9),
        r.GetBoolean(10),
        r.TextOrNull(11),
        r.GetInt32(12),
        r.TextOrNull(13),
        r.TextOrNull(13) ?? CakeRules.TaxedIn(moment.Shop.Settings.Country).ToWire(),
        r.GetInt32(14),
        r.GetInt32(15),
        r.GetInt32(16),
        r.TextOrNull(17),
        r.GetInt64(18));
}
