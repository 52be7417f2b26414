using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Comanda.Stock;
using Npgsql;

namespace Comanda.Baking;

/// <summary>
/// POST /api/bakery/tasks/{id}/start, …/done and …/back. Whoever is first has it; all that is left is planned around it from then on.
/// What needs nobody (a rest, a proof) begins when what comes before it is done, and is over when what comes after it begins.
/// </summary>
public sealed class MoveTask(
    NpgsqlDataSource database, ReadPlan read, MakeStock make, IdempotentWrite retries, EventBell bell, Moment moment)
{
    /// <summary>A task, its batch, and all that is planned as it is now.</summary>
    private sealed record Found(KeptBatch Batch, KeptTask Task, List<KeptBatch> All)
    {
        public StepView Step => Batch.Steps[Task.Step];

        public string Name => $"{Step.Kind} of {Batch.Name}";
    }

    public Task<Answer<BakePlanView>> Start(long id, CancellationToken cancel) => Change(id, Start, cancel);

    public Task<Answer<BakePlanView>> TakeBack(long id, CancellationToken cancel) => Change(id, TakeBack, cancel);

    public async Task<Answer<BakePlanView>> Finish(long id, BakeDoneRequest? given, CancellationToken cancel)
    {
        var request = given ?? new();
        var key = retries.KeyOf(new { id, request });
        if (key.Refusal is { } badKey)
            return badKey;
        var answer = await retries.Once<BakePlanView>(
            key.Value,
            async connection => await Move(connection, id, (c, found, token) => Finish(c, found, request, token), cancel),
            cancel);
        if (request.Book == true)
            make.Told();
        bell.Ring();
        return answer;
    }

    private async Task<Answer<BakePlanView>> Change(
        long id, Func<NpgsqlConnection, Found, CancellationToken, Task<Refusal?>> move, CancellationToken cancel)
    {
        Answer<BakePlanView> answer;
        await using (var connection = await database.OpenConnectionAsync(cancel))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            answer = await Move(connection, id, move, cancel);
            if (answer.Refusal is not null)
                return answer;
            await transaction.CommitAsync(cancel);
        }

        bell.Ring();
        return answer;
    }

    private async Task<Answer<BakePlanView>> Move(
        NpgsqlConnection connection,
        long id,
        Func<NpgsqlConnection, Found, CancellationToken, Task<Refusal?>> move,
        CancellationToken cancel)
    {
        await BakeTurns.Take(connection, moment.Shop.Id, cancel);
        var all = await read.Open(connection, cancel);
        var batch = all.Find(b => b.Tasks.Any(t => t.Id == id));
        if (batch is null)
            return Refusal.NotFound("task of a plan that is in hand");
        if (await move(connection, new(batch, batch.Tasks.First(t => t.Id == id), all), cancel) is { } refusal)
            return refusal;
        var kept = (await read.Find(connection, batch.Day, cancel))!;
        var view = await read.Show(connection, batch.Day, kept, PlanFor.Nothing, cancel);
        var status = view.Tasks.FirstOrDefault(t => t.Id == id)?.Status;
        await BakePlanEvents.Write(connection, moment, new(batch.Day, kept.Version, id, status), cancel);
        return view;
    }

    private async Task<Refusal?> Start(NpgsqlConnection connection, Found found, CancellationToken cancel)
    {
        var (task, now) = (found.Task, moment.Now);
        if (task.DoneAt is not null)
            return Refusal.Conflict("task_done", $"{found.Name} is done already, {By(task.Finisher, task.DoneAt.Value)}.");
        if (task.StartedAt is { } since)
        {
            // A second tap of the same hand is none.
            return task.StartedBy == moment.Caller.UserId
                ? null
                : Refusal.Conflict("task_begun", $"{found.Name} is begun already, {By(task.Starter, since)}.");
        }

        if (await EndBefore(connection, found, cancel) is { } notYet)
            return notYet;
        var stations = await Station.OfShop(connection, moment.Shop.Id, cancel);
        var station = stations.Find(s => s.Id == task.StationId);
        var unit = task.Unit;
        if (station is not null)
        {
            var live = LivePlan.Of(found.All, stations, moment.Shop.Settings.BusinessDay.Zone, now);
            unit = live.TasksOf(found.Batch).First(t => t.Task.Id == task.Id).Unit;
            // What should be out by now, and nobody said so, is in nobody's way.
            var busy = found.All.SelectMany(b => b.Tasks.Select(t => (Batch: b, Task: t)))
                .Where(t => t.Task.StationId == station.Id && t.Task.StartedAt is not null && t.Task.DoneAt is null)
                .Where(t => t.Task.StartedAt!.Value.AddMinutes(t.Batch.Steps[t.Task.Step].Minutes) > now)
                .ToLookup(t => t.Task.Unit);
            var free = Enumerable.Range(0, station.Units).Where(u => !busy[u].Any()).ToList();
            if (free.Count == 0)
            {
                var first = busy.SelectMany(b => b).First();
                return Refusal.Conflict(
                    "station_busy", $"{station.Name} is taken: {first.Batch.Name} is there. Say first that it is done.");
            }

            unit = free.Contains(unit) ? unit : free[0];
        }

        await connection.Execute(
            "update bake_tasks set started_at = $2, started_by = $3, unit_no = $4 where id = $1",
            cancel,
            task.Id,
            now,
            moment.Caller.UserId,
            unit);
        return null;
    }

    private async Task<Refusal?> Finish(NpgsqlConnection connection, Found found, BakeDoneRequest request, CancellationToken cancel)
    {
        var (task, now) = (found.Task, moment.Now);
        if (task.DoneAt is { } at && task.DoneBy != moment.Caller.UserId)
            return Refusal.Conflict("task_done", $"{found.Name} is done already, {By(task.Finisher, at)}.");
        if (task.DoneAt is null)
        {
            if (await EndBefore(connection, found, cancel) is { } notYet)
                return notYet;
            await connection.Execute(
                "update bake_tasks set done_at = $2, done_by = $3 where id = $1", cancel, task.Id, now, moment.Caller.UserId);
        }

        return request.Book == true || request.Quantity is not null || request.Lot is not null
            ? await Book(connection, found.Batch, request, cancel)
            : null;
    }

    /// <summary>
    /// The steps before are done with it: those that somebody began, or that need nobody. One that nobody began says so.
    /// </summary>
    private async Task<Refusal?> EndBefore(NpgsqlConnection connection, Found found, CancellationToken cancel)
    {
        var before = found.Batch.Tasks.Where(t => t.Step < found.Task.Step && t.DoneAt is null).ToList();
        if (before.Find(t => t.StationId is not null && t.StartedAt is null) is { } waits)
        {
            return Refusal.Conflict(
                "step_before_not_done",
                $"{found.Batch.Steps[waits.Step].Kind} of {Quantity.ToText(waits.Quantity, found.Batch.Unit)} {found.Batch.Name} "
                    + "comes first.");
        }

        var steps = found.Batch.Steps;
        await connection.Execute(
            """
            update bake_tasks t set done_at = d.at, done_by = $3
            from unnest($1::bigint[], $2::timestamptz[]) as d(id, at) where t.id = d.id
            """,
            cancel,
            before.Select(t => t.Id).ToArray(),
            before.Select(t => t.StationId is null && t.StartedAt is { } began && began.AddMinutes(steps[t.Step].Minutes) < moment.Now
                ? began.AddMinutes(steps[t.Step].Minutes)
                : moment.Now).ToArray(),
            moment.Caller.UserId);
        return null;
    }

    private async Task<Refusal?> Book(NpgsqlConnection connection, KeptBatch batch, BakeDoneRequest request, CancellationToken cancel)
    {
        if (request.Book != true)
            return Refusal.OfField(request.Quantity is null ? "lot" : "quantity", "goes with book: true");
        if (batch.StockItemId is not { } item)
            return Refusal.OfField("book", "goes with what has a stock of its own; a product takes from stock when it is sold");
        if (!moment.Caller.May(Permission.ManageStock))
            return Refusal.Forbidden("This needs the permission 'manage_stock'.");
        if (batch.Booked is { } booked)
        {
            return Refusal.Conflict(
                "already_booked", $"{Quantity.ToText(booked, batch.Unit)} {batch.Name} of this batch are in stock already.");
        }

        var quantity = request.Quantity ?? Quantity.Of(batch.Quantity);
        if (quantity <= 0)
            return Refusal.OfField("quantity", "must be more than 0");
        var made = await make.Write(connection, item, new(quantity, null, null, request.Lot), cancel);
        if (made.Refusal is { } refusal)
            return refusal;
        await connection.Execute(
            "update bake_batches set booked = $2 where id = $1", cancel, batch.Id, (long)decimal.Round(quantity * 1000));
        return null;
    }

    /// <summary>A slip of the finger: what is done is begun again, what is begun is not.</summary>
    private async Task<Refusal?> TakeBack(NpgsqlConnection connection, Found found, CancellationToken cancel)
    {
        var (batch, task) = (found.Batch, found.Task);
        if (!task.IsBegun)
            return null;
        if (batch.Tasks.Any(t => t.Step > task.Step && t.IsBegun && (t.StationId is not null || t.DoneAt is not null)))
            return Refusal.Conflict("step_after_begun", $"What comes after {found.Name} is begun already; take that back first.");
        await connection.Execute(
            task.DoneAt is not null && task.StartedAt is not null
                ? "update bake_tasks set done_at = null, done_by = null where id = $1"
                : "update bake_tasks set started_at = null, started_by = null, done_at = null, done_by = null where id = $1",
            cancel,
            task.Id);
        return null;
    }

    private string By(string? who, DateTimeOffset at) =>
        $"{(who is null ? "" : $"by {who} ")}at {LocalClock.Text(at, moment.Shop.Settings.BusinessDay.Zone)}";
}
