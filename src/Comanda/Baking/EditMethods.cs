using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Comanda.Stock;
using Npgsql;

namespace Comanda.Baking;

/// <summary>How products and doughs are made, step by step. Plans that are kept stay as they are.</summary>
public sealed class EditMethods(NpgsqlDataSource database, EventBell bell, Moment moment, RequestHead head)
{
    private const int MostSteps = 30, MostMinutes = 4320;

    public async Task<Answer<PageOf<MethodView>>> List(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return new PageOf<MethodView>([.. (await Method.OfShop(connection, moment.Shop.Id, cancel)).Select(m => m.View())], null);
    }

    public Task<Answer<MethodView>> OfMenuItem(long id, CancellationToken cancel) => Show("menu_item_id", id, cancel);

    public Task<Answer<MethodView>> OfStockItem(long id, CancellationToken cancel) => Show("stock_item_id", id, cancel);

    public Task<Answer<MethodView>> SetOfMenuItem(long id, MethodInput input, CancellationToken cancel) =>
        Set("menu_item_id", id, input, cancel);

    public Task<Answer<MethodView>> SetOfStockItem(long id, MethodInput input, CancellationToken cancel) =>
        Set("stock_item_id", id, input, cancel);

    private async Task<Answer<MethodView>> Show(string owner, long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await Find(connection, owner, id, cancel) is { } found ? found.Method.View() : Missing(owner);
    }

    private async Task<Answer<MethodView>> Set(string owner, long id, MethodInput input, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await BakeTurns.Take(connection, moment.Shop.Id, cancel);
        if (await Find(connection, owner, id, cancel) is not { } found)
            return Missing(owner);
        var before = found.Method;
        if (head.Check(before.Version, input) is { } stale)
            return stale;
        if (found.Unfit is { } unfit)
            return unfit;
        var errors = new FieldErrors();
        var shelf = LocalClock.Read(input.OnShelfAt, "on_shelf_at", errors);
        errors.Check(shelf is null || owner == "menu_item_id", "on_shelf_at", "goes with what is on the menu");
        var stations = await Station.OfShop(connection, moment.Shop.Id, cancel);
        var steps = Read(input.Steps, before.Unit, stations, errors);
        if (errors.Any)
            return errors.ToRefusal();
        await Write(connection, before with { ShelfAt = shelf, Steps = steps }, cancel);
        var after = (await Find(connection, owner, id, cancel))!.Method;
        await new AuditEntry(
            AuditActions.BakeMethodChanged,
            owner == "menu_item_id" ? "menu_item" : "stock_item",
            id,
            before.View(),
            after.View()).Write(connection, moment.Here, moment.Now, cancel);
        await BakePlanEvents.Write(connection, moment, new(moment.Today, 0, null, null), cancel);
        await transaction.CommitAsync(cancel);
        bell.Ring();
        return after.View();
    }

    /// <summary>What it is said of, and why nothing can be said of it.</summary>
    private sealed record Found(Method Method, Refusal? Unfit);

    private async Task<Found?> Find(NpgsqlConnection connection, string owner, long id, CancellationToken cancel)
    {
        await using var command = connection.Command(
            owner == "menu_item_id"
                ? """
                  select b.id, m.name, 'piece', b.shelf_at, b.version, m.unit is null and not m.is_deposit
                      and not exists (select 1 from combo_choices c where c.combo_id = m.id)
                  from menu_items m left join bake_methods b on b.menu_item_id = m.id
                  where m.shop_id = $1 and m.id = $2 and m.archived_at is null
                  """
                : """
                  select b.id, i.name, i.unit, b.shelf_at, b.version, i.made = 'ahead'
                  from stock_items i left join bake_methods b on b.stock_item_id = i.id
                  where i.shop_id = $1 and i.id = $2 and i.archived_at is null
                  """,
            moment.Shop.Id,
            id);
        var (isDish, none) = (owner == "menu_item_id", (long?)null);
        var found = (await command.List(
            r => new Found(
                new(
                    r.ValueOrNull<long>(0) ?? 0,
                    isDish ? id : none,
                    isDish ? none : id,
                    r.GetString(1),
                    r.GetString(2),
                    r.ValueOrNull<TimeOnly>(3),
                    r.ValueOrNull<long>(4) ?? 0),
                r.GetBoolean(5) ? null
                    : isDish ? Refusal.OfField("steps", "go with what is sold by the piece, and is no combo and no deposit")
                    : Refusal.Conflict(
                        "not_made_ahead", $"{r.GetString(1)} is not made ahead; give it a recipe of what is made ahead first.")),
            cancel)).FirstOrDefault();
        if (found is null)
            return null;
        var steps = await Method.StepsOf(connection, [found.Method.Id], cancel);
        return found with { Method = found.Method with { Steps = [.. steps[found.Method.Id]] } };
    }

    private static List<StepView> Read(IReadOnlyList<StepInput>? given, string unit, List<Station> stations, FieldErrors errors)
    {
        errors.Check(given is not null, "steps", "is required: a list, which may be empty");
        errors.Check(given is null or { Count: <= MostSteps }, "steps", $"must be at most {MostSteps}");
        return [.. (given ?? []).Take(MostSteps).Select((step, i) => Read(step, $"steps[{i}]", unit, stations, errors))];
    }

    private static StepView Read(StepInput? given, string at, string unit, List<Station> stations, FieldErrors errors)
    {
        var kind = errors.OneOf<StepKind>(at + ".kind", given?.Kind);
        errors.Check(given?.Minutes is >= 1 and <= MostMinutes, at + ".minutes", $"is required: between 1 and {MostMinutes}");
        var station = given?.StationId is { } id ? stations.Find(s => s.Id == id) : null;
        errors.Check(given?.StationId is null || station is not null, at + ".station_id", "is no station of this shop");
        errors.Check(
            !(given?.Minutes > station?.OpenMinutes),
            at + ".minutes",
            $"is longer than {station?.Name} is open");
        errors.Check(given?.Load is null || given.StationId is not null, at + ".load", "goes with a station");
        var load = (long?)null;
        if (given?.Load is { } said)
        {
            errors.Check(said > 0, at + ".load", "must be more than 0");
            errors.Check(unit != "piece" || decimal.Truncate(said) == said, at + ".load", "must be whole pieces");
            load = said > 0 ? Quantity.Read(said, null, unit, [], at + ".load", errors) : null;
        }

        return new(
            kind.ToWire(),
            Said(given?.Name),
            given?.Minutes ?? 1,
            station?.Id,
            station?.Name,
            load is { } much ? Quantity.Of(much) : null,
            Said(given?.Temperature),
            Said(given?.Note));
    }

    private static string? Said(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private async Task Write(NpgsqlConnection connection, Method method, CancellationToken cancel)
    {
        var id = (long)(await connection.Scalar(
            method.Id == 0
                ? """
                  insert into bake_methods (shop_id, menu_item_id, stock_item_id, shelf_at, updated_at)
                  select $1, $2::bigint, $3::bigint, $4::time, $5 where $6 = 0::bigint returning id
                  """
                : """
                  update bake_methods set shelf_at = $4::time, updated_at = $5, version = version + 1
                  where shop_id = $1 and id = $6 and menu_item_id is not distinct from $2::bigint
                      and stock_item_id is not distinct from $3::bigint returning id
                  """,
            cancel,
            moment.Shop.Id,
            method.MenuItemId,
            method.StockItemId,
            method.ShelfAt,
            moment.Now,
            method.Id))!;
        await connection.Execute("delete from bake_steps where method_id = $1", cancel, id);
        await connection.Execute(
            """
            insert into bake_steps (method_id, place, kind, name, minutes, station_id, load, temperature, note)
            select $1, s.place, s.kind, s.name, s.minutes, s.station, s.load, s.temperature, s.note
            from unnest($2::text[], $3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::text[], $8::text[]) with ordinality
                as s(kind, name, minutes, station, load, temperature, note, place)
            """,
            cancel,
            id,
            method.Steps.Select(s => s.Kind).ToArray(),
            method.Steps.Select(s => s.Name).ToArray(),
            method.Steps.Select(s => s.Minutes).ToArray(),
            method.Steps.Select(s => s.StationId).ToArray(),
            method.Steps.Select(s => s.Load * 1000 is { } load ? (long?)load : null).ToArray(),
            method.Steps.Select(s => s.Temperature).ToArray(),
            method.Steps.Select(s => s.Note).ToArray());
    }

    private static Refusal Missing(string owner) => Refusal.NotFound(owner == "menu_item_id" ? "menu item" : "stock item");
}
