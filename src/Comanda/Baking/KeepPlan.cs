using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Comanda.Stock;
using Npgsql;

namespace Comanda.Baking;

/// <summary>
/// POST /api/bakery/plan/{date}: this is what is made. Kept again it is planned anew; what is begun stays, and only what goes beyond it is
/// added.
/// </summary>
public sealed class KeepPlan(
    NpgsqlDataSource database, ReadPlan read, SuggestBakes suggest, EventBell bell, Moment moment, RequestHead head)
{
    private const int MostItems = 500, MostPieces = 100_000, MostTasks = 3_000;

    public async Task<Answer<BakePlanView>> Handle(DateOnly date, BakePlanInput? given, CancellationToken cancel)
    {
        var (today, input, errors) = (moment.Today, given ?? new(), new FieldErrors());
        errors.Check(
            date >= today && date <= today.AddDays(ReadPlan.DaysAhead),
            "date",
            $"must be today or one of the next {ReadPlan.DaysAhead} days");
        if (errors.Any)
            return errors.ToRefusal();
        List<Method> methods;
        await using (var looking = await database.OpenConnectionAsync(cancel))
            methods = await Method.OfShop(looking, moment.Shop.Id, cancel);
        List<WantedItem>? suggested = null;
        if (input.Items is null)
        {
            var list = await suggest.Of(date, methods, cancel);
            if (list.Refusal is { } refusal)
                return refusal;
            suggested = list.Value;
        }

        BakePlanView view;
        await using (var connection = await database.OpenConnectionAsync(cancel))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            await BakeTurns.Take(connection, moment.Shop.Id, cancel);
            var before = await read.Find(connection, date, cancel);
            if (head.Check(before?.Version ?? 0, input) is { } stale)
                return stale;
            methods = await Method.OfShop(connection, moment.Shop.Id, cancel);
            var book = await RecipeBooks.Read(connection, moment.Shop.Id, cancel);
            var drafts = new DraftBatches(date, book, methods);
            var wanted = suggested
                ?? ReadItems(input.Items!, date, (methods, drafts), await Names(connection, input.Items!, cancel), errors);
            var doughs = ReadDoughs(input.Doughs ?? [], book, methods, errors);
            if (errors.Any)
                return errors.ToRefusal();
            var begun = (await read.Open(connection, cancel)).FindAll(b => b.Day == date && b.IsBegun);
            var known = wanted.FindAll(w => drafts.Knows(w.MenuItemId));
            var said = doughs.ToDictionary(d => d.InventoryId, d => (long)(d.Quantity * 1000));
            var batches = drafts.Of(known, said, begun);
            if (TooMuch(batches) is { } tooMuch)
                return tooMuch;
            await Write(connection, date, new(known, doughs) { Batches = batches }, cancel);
            var kept = (await read.Find(connection, date, cancel))!;
            view = await read.Show(connection, date, kept, PlanFor.Nothing with { Unknown = [.. wanted.Except(known)] }, cancel);
            await BakePlanEvents.Write(connection, moment, new(date, kept.Version, null, null), cancel);
            await transaction.CommitAsync(cancel);
        }

        bell.Ring();
        return view;
    }

    /// <summary>A load of one in a thousand of flour, and nobody could read the plan.</summary>
    internal static Refusal? TooMuch(IReadOnlyList<KeptBatch> batches)
    {
        var tasks = 0L;
        foreach (var batch in batches)
        {
            foreach (var step in batch.Steps)
                tasks += step.Load is { } load ? (long)Math.Ceiling(Quantity.Of(batch.Quantity) / load) : 1;
            if (tasks > MostTasks)
                return Refusal.OfField("items", $"come to more than {MostTasks} loads, with {batch.Name}; make fewer, or say larger loads");
        }

        return null;
    }

    private List<WantedItem> ReadItems(
        IReadOnlyList<BakeItemInput> given,
        DateOnly date,
        (List<Method> Methods, DraftBatches Drafts) made,
        Dictionary<long, string> names,
        FieldErrors errors)
    {
        var wanted = new List<WantedItem>();
        errors.Check(given.Count <= MostItems, "items", $"must be at most {MostItems}");
        foreach (var (i, item) in given.Take(MostItems).Index())
        {
            var at = $"items[{i}]";
            var name = names.GetValueOrDefault(item?.MenuItemId ?? 0);
            errors.Check(name is not null, at + ".menu_item_id", item?.MenuItemId is null ? "is required" : "is no menu item of this shop");
            errors.Check(
                name is null || made.Drafts.Knows(item!.MenuItemId!.Value), at + ".menu_item_id", "has no steps; say first how it is made");
            errors.Check(
                item?.Quantity is >= 0 and <= MostPieces,
                at + ".quantity",
                item?.Quantity is null ? "is required" : $"must be between 0 and {MostPieces}");
            var due = LocalClock.Read(item?.DueAt, at + ".due_at", errors);
            if (errors.Any)
                continue;
            var businessDay = moment.Shop.Settings.BusinessDay;
            var shelf = due is { } time
                ? businessDay.InDay(date, time)
                : suggest.ShelfOf(made.Methods.Find(m => m.MenuItemId == item!.MenuItemId), date);
            errors.Check(
                !wanted.Exists(w => w.MenuItemId == item!.MenuItemId && w.Due == shelf),
                at + ".due_at",
                "stands there twice for this item");
            if (item!.Quantity > 0)
                wanted.Add(new(item.MenuItemId!.Value, name!, item.Quantity.Value, shelf));
        }

        return wanted;
    }

    private static List<BakeDoughView> ReadDoughs(
        IReadOnlyList<BakeDoughInput> given, RecipeBook book, List<Method> methods, FieldErrors errors)
    {
        var doughs = new List<BakeDoughView>();
        errors.Check(given.Count <= MostItems, "doughs", $"must be at most {MostItems}");
        foreach (var (i, dough) in given.Take(MostItems).Index())
        {
            var at = $"doughs[{i}]";
            var item = dough?.InventoryId is { } id ? book.Ingredients.GetValueOrDefault(id) : null;
            errors.Check(
                item is not null,
                at + ".inventory_id",
                dough?.InventoryId is null ? "is required" : "is no stock item of this shop");
            errors.Check(
                item is null || (item.Made == "ahead" && methods.Exists(m => m.StockItemId == item.Id)),
                at + ".inventory_id",
                "has no steps; say first how it is made");
            errors.Check(
                dough?.Quantity is >= 0, at + ".quantity", dough?.Quantity is null ? "is required" : "must be 0 or more");
            var quantity = item is not null && dough?.Quantity is >= 0 and var much
                ? Quantity.Read(much, null, item.Unit, [], at + ".quantity", errors)
                : null;
            if (item is null)
                continue;
            errors.Check(!doughs.Exists(d => d.InventoryId == item.Id), at + ".inventory_id", "stands there twice");
            doughs.Add(new(item.Id, item.Name, Quantity.Of(quantity ?? 0), item.Unit));
        }

        return doughs;
    }

    private async Task<Dictionary<long, string>> Names(
        NpgsqlConnection connection, IReadOnlyList<BakeItemInput> items, CancellationToken cancel)
    {
        await using var command = connection.Command(
            "select id, name from menu_items where shop_id = $1 and id = any($2) and archived_at is null",
            moment.Shop.Id,
            items.Take(MostItems).Select(i => i?.MenuItemId).OfType<long>().ToArray());
        return (await command.List(r => (r.GetInt64(0), r.GetString(1)), cancel)).DistinctBy(n => n.Item1)
            .ToDictionary(n => n.Item1, n => n.Item2);
    }

    private async Task Write(NpgsqlConnection connection, DateOnly day, PlanFor made, CancellationToken cancel)
    {
        var shop = moment.Shop.Id;
        await connection.Execute(
            """
            insert into bake_plans (shop_id, day, kept_at, kept_by, items, doughs) values ($1, $2, $3, $4, $5, $6)
            on conflict (shop_id, day) do update set version = bake_plans.version + 1, kept_at = $3, kept_by = $4, items = $5, doughs = $6
            """,
            cancel,
            shop,
            day,
            moment.Now,
            moment.Caller.UserId,
            Json.Write(made.Items),
            Json.Write(made.Doughs));
        await connection.Execute(
            """
            delete from bake_batches b where shop_id = $1 and day = $2 and not exists (
                select 1 from bake_tasks t where t.batch_id = b.id and (t.started_at is not null or t.done_at is not null))
            """,
            cancel,
            shop,
            day);
        var ids = new Dictionary<long, long>();
        foreach (var batch in made.Batches)
        {
            ids[batch.Id] = (long)(await connection.Scalar(
                """
                insert into bake_batches (shop_id, day, menu_item_id, stock_item_id, name, unit, quantity, due_at, needs, steps)
                values ($1, $2, $3::bigint, $4::bigint, $5, $6, $7, $8, $9, $10) returning id
                """,
                cancel,
                shop,
                day,
                batch.MenuItemId,
                batch.StockItemId,
                batch.Name,
                batch.Unit,
                batch.Quantity,
                batch.DueAt,
                batch.Needs.Select(n => ids.GetValueOrDefault(n, n)).ToArray(),
                Json.Write(batch.Steps)))!;
        }

        var all = await read.Open(connection, cancel);
        var live = LivePlan.Of(
            all, await Station.OfShop(connection, shop, cancel), moment.Shop.Settings.BusinessDay.Zone, moment.Now);
        var added = all.FindAll(b => b.Tasks.Count == 0);
        var due = live.Due(added, all);
        await connection.Execute(
            "update bake_batches b set due_at = d.at from unnest($1::bigint[], $2::timestamptz[]) as d(id, at) where b.id = d.id",
            cancel,
            due.Select(b => b.Id).ToArray(),
            due.Select(b => b.DueAt).ToArray());
        await WriteTasks(connection, [.. added.SelectMany(live.TasksOf)], cancel);
    }

    private static Task WriteTasks(NpgsqlConnection connection, IReadOnlyList<LiveTask> tasks, CancellationToken cancel) =>
        connection.Execute(
            """
            insert into bake_tasks (batch_id, step, quantity, station_id, unit_no, planned_from, planned_until)
            select t.batch, t.step, t.quantity, t.station, t.unit, t.begins, t.ends
            from unnest($1::bigint[], $2::int[], $3::bigint[], $4::bigint[], $5::int[], $6::timestamptz[], $7::timestamptz[])
                with ordinality as t(batch, step, quantity, station, unit, begins, ends, place)
            order by t.place
            """,
            cancel,
            tasks.Select(t => t.Batch.Id).ToArray(),
            tasks.Select(t => t.Task.Step).ToArray(),
            tasks.Select(t => t.Task.Quantity).ToArray(),
            tasks.Select(t => t.Task.StationId).ToArray(),
            tasks.Select(t => t.Unit).ToArray(),
            tasks.Select(t => t.From).ToArray(),
            tasks.Select(t => t.Until).ToArray());
}
