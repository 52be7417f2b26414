using Comanda.Stock;

namespace Comanda.Baking;

/// <summary>How a plan is shown: what is late, and why.</summary>
internal sealed class PlanViews(LivePlan live, IReadOnlyList<Station> stations, TimeZoneInfo zone)
{
    /// <summary>Earlier than this nobody calls it late.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);

    private readonly Dictionary<long, Station> byId = stations.ToDictionary(s => s.Id);

    public (IReadOnlyList<BakeBatchView> Batches, IReadOnlyList<BakeTaskView> Tasks) Of(
        IReadOnlyList<KeptBatch> batches, IReadOnlyDictionary<long, decimal> levels)
    {
        var shown = batches.OrderBy(b => b.DueAt).ThenBy(b => b.StockItemId is null ? 1 : 0).ThenBy(b => b.Name, StringComparer.Ordinal)
            .ToList();
        var (views, tasks) = (new List<BakeBatchView>(), new List<(BakeTaskView View, DateTimeOffset From)>());
        foreach (var (i, batch) in shown.Index())
        {
            var mine = live.TasksOf(batch);
            var made = mine.Select(t => View(t, i + 1, WhyOf(t, mine, batches))).ToList();
            tasks.AddRange(made.Select(t => (t, t.From)));
            views.Add(View(batch, i + 1, made, batches, levels));
        }

        return (views, [.. tasks.OrderBy(t => t.From).ThenBy(t => t.View.Until).ThenBy(t => t.View.BatchNumber).Select(t => t.View)]);
    }

    private BakeBatchView View(
        KeptBatch batch,
        int number,
        List<BakeTaskView> tasks,
        IReadOnlyList<KeptBatch> all,
        IReadOnlyDictionary<long, decimal> levels)
    {
        var (ready, status) = (live.ReadyAt(batch), batch.StatusAt(live.Now));
        var late = Minutes(ready - batch.DueAt);
        var first = tasks.Find(t => t.LateMinutes > 0);
        return new(
            number,
            batch.Id > 0 ? batch.Id : null,
            batch.MenuItemId,
            batch.StockItemId,
            batch.Name,
            Quantity.Of(batch.Quantity),
            batch.Unit,
            batch.DueAt,
            LocalClock.Text(batch.DueAt, zone),
            ready,
            late,
            late == 0 || status is BakeStatus.Done or BakeStatus.Missed ? null : first?.LateReason ?? LateReason.NoTime.ToWire(),
            late == 0 ? null : first?.LateOf,
            status.ToWire(),
            [.. all.Where(b => batch.Needs.Contains(b.Id)).Select(b => b.Name)],
            batch.StockItemId is { } item && levels.TryGetValue(item, out var level) ? level : null,
            batch.Booked is { } booked ? Quantity.Of(booked) : null);
    }

    private BakeTaskView View(LiveTask live, int number, (int Minutes, LateReason Reason, string? Of)? late)
    {
        var (batch, task) = (live.Batch, live.Task);
        var step = batch.Steps[task.Step];
        return new(
            task.Id > 0 ? task.Id : null,
            number,
            batch.Name,
            task.Step + 1,
            step.Kind,
            step.Name,
            Quantity.Of(task.Quantity),
            batch.Unit,
            step.Minutes,
            step.StationId,
            NameOf(step),
            step.StationId is null ? null : live.Unit + 1,
            step.Temperature,
            step.Note,
            live.From,
            live.Until,
            LocalClock.DayOf(live.From, zone),
            LocalClock.Text(live.From, zone),
            LocalClock.Text(live.Until, zone),
            task.From,
            task.Until,
            StatusOf(live).ToWire(),
            task.StartedAt,
            task.Starter,
            task.DoneAt,
            task.Finisher,
            late?.Minutes ?? 0,
            late?.Reason.ToWire(),
            late?.Of);
    }

    private BakeStatus StatusOf(LiveTask task) =>
        task.Task.IsOver(task.Batch.Steps[task.Task.Step].Minutes, live.Now) ? BakeStatus.Done
        : task.Task.StartedAt is not null ? BakeStatus.Begun
        : task.Batch.StatusAt(live.Now) == BakeStatus.Missed ? BakeStatus.Missed
        : BakeStatus.Planned;

    private string? NameOf(StepView step) =>
        step.StationId is { } id && byId.TryGetValue(id, out var station) ? station.Name : step.Station;

    private (int Minutes, LateReason Reason, string? Of)? WhyOf(
        LiveTask task, IReadOnlyList<LiveTask> mine, IReadOnlyList<KeptBatch> all)
    {
        var status = StatusOf(task);
        if (status is BakeStatus.Done or BakeStatus.Missed)
            return task.Until - task.Task.Until > Soon ? (Minutes(task.Until - task.Task.Until), LateReason.TakesLonger, null) : null;
        if (status == BakeStatus.Begun)
        {
            var planned = (task.Task.StartedAt ?? task.From).AddMinutes(task.Batch.Steps[task.Task.Step].Minutes);
            return task.Until - task.Task.Until <= Soon ? null
                : (Minutes(task.Until - task.Task.Until), live.Now > planned ? LateReason.TakesLonger : LateReason.BegunLate, null);
        }

        var by = task.From - task.Task.From;
        if (by <= Soon)
            return null;
        var before = mine.LastOrDefault(t => t.Task.Step < task.Task.Step
            && StatusOf(t) != BakeStatus.Done
            && t.Until - t.Task.Until > Soon);
        if (before is not null)
            return (Minutes(by), LateReason.StepBefore, before.Batch.Steps[before.Task.Step].Kind);
        var dough = all.FirstOrDefault(b => task.Batch.Needs.Contains(b.Id) && live.ReadyAt(b) > task.Task.From);
        if (task.Task.Step == 0 && dough is not null)
            return (Minutes(by), LateReason.Dough, dough.Name);
        return task.From - live.Now <= Soon
            ? (Minutes(by), LateReason.NotBegun, null)
            : (Minutes(by), LateReason.Station, NameOf(task.Batch.Steps[task.Task.Step]));
    }

    /// <summary>Begun minutes; what is less than one is none.</summary>
    public static int Minutes(TimeSpan late) => late < Soon ? 0 : (int)Math.Ceiling(late.TotalMinutes);
}
