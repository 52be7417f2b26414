using Comanda.Data;
using Comanda.Stock;
using Npgsql;

namespace Comanda.Baking;

/// <summary>How a product or a dough is made, as it is kept.</summary>
internal sealed record Method(long Id, long? MenuItemId, long? StockItemId, string Name, string Unit, TimeOnly? ShelfAt, long Version)
{
    public IReadOnlyList<StepView> Steps { get; init; } = [];

    /// <summary>All of a shop's that are on sale or in stock, by name; those without steps are left out.</summary>
    public static async Task<List<Method>> OfShop(NpgsqlConnection connection, long shop, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select b.id, b.menu_item_id, b.stock_item_id, coalesce(m.name, i.name), coalesce(i.unit, 'piece'), b.shelf_at, b.version
            from bake_methods b left join menu_items m on m.id = b.menu_item_id left join stock_items i on i.id = b.stock_item_id
            where b.shop_id = $1 and m.archived_at is null and i.archived_at is null order by 4, b.id
            """,
            shop);
        var all = await command.List(
            r => new Method(
                r.GetInt64(0),
                r.ValueOrNull<long>(1),
                r.ValueOrNull<long>(2),
                r.GetString(3),
                r.GetString(4),
                r.ValueOrNull<TimeOnly>(5),
                r.GetInt64(6)),
            cancel);
        var steps = await StepsOf(connection, [.. all.Select(m => m.Id)], cancel);
        return [.. all.Where(m => steps.Contains(m.Id)).Select(m => m with { Steps = [.. steps[m.Id]] })];
    }

    public static async Task<ILookup<long, StepView>> StepsOf(NpgsqlConnection connection, long[] methods, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select s.method_id, s.kind, s.name, s.minutes, s.station_id, b.name, s.load, s.temperature, s.note
            from bake_steps s left join bake_stations b on b.id = s.station_id where s.method_id = any($1) order by s.method_id, s.place
            """,
            (object)methods);
        var rows = await command.List(
            r => (Of: r.GetInt64(0), Step: new StepView(
                r.GetString(1),
                r.TextOrNull(2),
                r.GetInt32(3),
                r.ValueOrNull<long>(4),
                r.TextOrNull(5),
                r.ValueOrNull<long>(6) is { } load ? Quantity.Of(load) : null,
                r.TextOrNull(7),
                r.TextOrNull(8))),
            cancel);
        return rows.ToLookup(s => s.Of, s => s.Step);
    }

    public MethodView View() => new(MenuItemId, StockItemId, Name, Unit, LocalClock.Text(ShelfAt), Steps, Version);
}
