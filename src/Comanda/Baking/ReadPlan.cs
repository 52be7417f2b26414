using System.Text.Json;
using Comanda.Data;
using Comanda.Shops;
using Comanda.Stock;
using Npgsql;

namespace Comanda.Baking;

/// <summary>A day's plan as somebody kept it: which version, when and by whom.</summary>
internal sealed record KeptDay(DateOnly Day, long Version, DateTimeOffset KeptAt, string? KeptBy, PlanFor For);

/// <summary>What a plan is for: what has to be on the shelf, and how much of a dough somebody said is to be made.</summary>
internal sealed record PlanFor(IReadOnlyList<WantedItem> Items, IReadOnlyList<BakeDoughView> Doughs)
{
    public static PlanFor Nothing { get; } = new([], []);

    /// <summary>What of it nobody said how it is made.</summary>
    public IReadOnlyList<WantedItem> Unknown { get; init; } = [];

    /// <summary>What would be made, where nothing is kept.</summary>
    public IReadOnlyList<KeptBatch> Batches { get; init; } = [];
}

/// <summary>
/// GET /api/bakery/plan: tomorrow's list as timed tasks. A plan that nobody has kept is a proposal; a kept one is told as it looks now.
/// </summary>
public sealed class ReadPlan(NpgsqlDataSource database, SuggestBakes suggest, Moment moment)
{
    internal const int DaysAhead = 7;

    private TimeZoneInfo Zone => moment.Shop.Settings.BusinessDay.Zone;

    public async Task<Answer<BakePlanView>> Handle(DateOnly? date, CancellationToken cancel)
    {
        var today = moment.Today;
        if (date is { } asked && (asked < today.AddDays(-3660) || asked > today.AddDays(DaysAhead)))
            return Refusal.OfField("date", $"must be within the last ten years and the next {DaysAhead} days");
        List<Method> methods;
        DateOnly day;
        KeptDay? kept;
        await using (var connection = await database.OpenConnectionAsync(cancel))
        {
            day = date ?? await InHand(connection, cancel);
            kept = await Find(connection, day, cancel);
            methods = kept is null ? await Method.OfShop(connection, moment.Shop.Id, cancel) : [];
        }

        // What is to be looked up in books comes before the plan's own connection is taken.
        var wanted = new List<WantedItem>();
        if (kept is null && day >= today)
        {
            var suggested = await suggest.Of(day, methods, cancel);
            if (suggested.Refusal is { } refusal)
                return refusal;
            wanted = suggested.Value;
        }

        await using var own = await database.OpenConnectionAsync(cancel);
        await using var transaction = await own.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
        var drafts = new DraftBatches(day, await RecipeBooks.Read(own, moment.Shop.Id, cancel), methods);
        var known = wanted.FindAll(w => drafts.Knows(w.MenuItemId));
        var proposed = kept is null ? drafts.Of(known, new Dictionary<long, long>(), []) : [];
        // Too much for a day: whoever keeps it is told so; whoever looks sees what there is.
        if (KeepPlan.TooMuch(proposed) is not null)
            proposed = [];
        return await Show(own, day, kept, new(known, []) { Unknown = [.. wanted.Except(known)], Batches = proposed }, cancel);
    }

    /// <summary>The day as it is in the caller's transaction.</summary>
    internal async Task<BakePlanView> Show(
        NpgsqlConnection connection, DateOnly day, KeptDay? kept, PlanFor asked, CancellationToken cancel)
    {
        var made = kept?.For ?? asked;
        var stations = await Station.OfShop(connection, moment.Shop.Id, cancel);
        var open = await Open(connection, cancel);
        var ofDay = day < moment.Today.AddDays(-1) || day > moment.Today.AddDays(DaysAhead)
            ? await KeptBatch.Of(connection, moment.Shop.Id, (day, day), moment.Now, cancel)
            : open.FindAll(b => b.Day == day);
        var live = LivePlan.Of([.. open.Concat(ofDay).Concat(asked.Batches).DistinctBy(b => b.Id)], stations, Zone, moment.Now);
        IReadOnlyList<KeptBatch> shown = kept is null ? [.. ofDay, .. live.Due(asked.Batches, asked.Batches)] : ofDay;
        var (batches, tasks) = new PlanViews(live, stations, Zone).Of(shown, await Levels(connection, shown, cancel));
        return new(
            day,
            moment.Now,
            kept?.KeptAt,
            kept?.KeptBy,
            batches.Where(b => b.Status is "planned" or "begun").Select(b => b.LateMinutes).DefaultIfEmpty().Max(),
            [
                .. made.Items.OrderBy(i => i.Due).ThenBy(i => i.Name, StringComparer.Ordinal)
                    .Select(i => new BakeItemView(i.MenuItemId, i.Name, i.Quantity, LocalClock.Text(i.Due, Zone))),
            ],
            made.Doughs,
            batches,
            tasks,
            stations.ConvertAll(s => s.View()),
            [
                .. asked.Unknown.GroupBy(w => (w.MenuItemId, w.Name))
                    .Select(w => new WithoutMethodView(w.Key.MenuItemId, w.Key.Name, w.Sum(i => i.Quantity))),
            ],
            await Days(connection, open, day, cancel),
            kept?.Version ?? 0);
    }

    /// <summary>What shares ovens now: of the day before, which may not be over yet, to as far as anybody plans.</summary>
    internal Task<List<KeptBatch>> Open(NpgsqlConnection connection, CancellationToken cancel) => KeptBatch.Of(
        connection, moment.Shop.Id, (moment.Today.AddDays(-1), moment.Today.AddDays(DaysAhead)), moment.Now, cancel);

    internal async Task<KeptDay?> Find(NpgsqlConnection connection, DateOnly day, CancellationToken cancel) =>
        (await Kept(connection, (day, day), cancel)).FirstOrDefault();

    private async Task<List<KeptDay>> Kept(NpgsqlConnection connection, (DateOnly First, DateOnly Last) days, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select p.day, p.version, p.kept_at, u.name, p.items, p.doughs from bake_plans p left join users u on u.id = p.kept_by
            where p.shop_id = $1 and p.day between $2 and $3 order by p.day
            """,
            moment.Shop.Id,
            days.First,
            days.Last);
        return await command.List(
            r => new KeptDay(
                r.GetFieldValue<DateOnly>(0),
                r.GetInt64(1),
                r.GetFieldValue<DateTimeOffset>(2),
                r.TextOrNull(3),
                new(
                    JsonSerializer.Deserialize<List<WantedItem>>(r.GetString(4), Json.Options)!,
                    JsonSerializer.Deserialize<List<BakeDoughView>>(r.GetString(5), Json.Options)!)),
            cancel);
    }

    /// <summary>The first kept day in which something is still to do; else tomorrow.</summary>
    private async Task<DateOnly> InHand(NpgsqlConnection connection, CancellationToken cancel) =>
        (await Open(connection, cancel)).Where(b => b.StatusAt(moment.Now) is BakeStatus.Planned or BakeStatus.Begun)
            .Select(b => b.Day)
            .DefaultIfEmpty(moment.Today.AddDays(1))
            .Min();

    private async Task<IReadOnlyList<BakePlanDay>> Days(
        NpgsqlConnection connection, List<KeptBatch> open, DateOnly shown, CancellationToken cancel)
    {
        var kept = (await Kept(connection, (moment.Today.AddDays(-1), moment.Today.AddDays(DaysAhead)), cancel)).ConvertAll(k => k.Day);
        return
        [
            .. kept.Append(moment.Today).Append(moment.Today.AddDays(1)).Append(shown).Distinct().Order().Select(d => new BakePlanDay(
                d,
                kept.Contains(d) || (d == shown && open.Exists(b => b.Day == d)),
                open.Where(b => b.Day == d && b.StatusAt(moment.Now) is BakeStatus.Planned or BakeStatus.Begun)
                    .Sum(b => b.Tasks.Count(t => !t.IsOver(b.Steps[t.Step].Minutes, moment.Now))))),
        ];
    }

    private async Task<Dictionary<long, decimal>> Levels(
        NpgsqlConnection connection, IReadOnlyList<KeptBatch> batches, CancellationToken cancel)
    {
        var doughs = batches.Select(b => b.StockItemId).OfType<long>().Distinct().ToList();
        return doughs.Count == 0
            ? []
            : (await StockItem.FindAll(connection, moment.Shop.Id, doughs, cancel)).ToDictionary(
                i => i.Key, i => Quantity.Of(i.Value.Level));
    }
}
