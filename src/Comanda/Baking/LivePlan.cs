namespace Comanda.Baking;

/// <summary>When a task is done as it looks now, and by which unit of its station, from 0.</summary>
internal sealed record LiveTask(KeptBatch Batch, KeptTask Task, DateTimeOffset From, DateTimeOffset Until, int Unit);

/// <summary>
/// All that is planned and not done, of all days together, since they share ovens: what is begun stays where it is, the rest is planned
/// anew around it. Nothing of it is kept; whoever asks at the same moment gets the same.
/// </summary>
internal sealed class LivePlan
{
    private readonly Dictionary<long, DateTimeOffset> ready;
    private readonly ILookup<long, LiveTask> tasks;

    private LivePlan(DateTimeOffset now, IReadOnlyList<LiveTask> all, Dictionary<long, DateTimeOffset> ready) =>
        (Now, tasks, this.ready) = (now, all.ToLookup(t => t.Batch.Id), ready);

    public DateTimeOffset Now { get; }

    public static LivePlan Of(
        IReadOnlyList<KeptBatch> batches, IReadOnlyList<Station> stations, TimeZoneInfo zone, DateTimeOffset now)
    {
        var open = batches.Where(b => b.StatusAt(now) is BakeStatus.Planned or BakeStatus.Begun).ToList();
        var plan = BakePlan.Of(
            open.ConvertAll(b => b.ForPlan()), StationsFor(open, stations, zone, now), now, [.. Begun(open, stations, now)]);
        var planned = plan.Tasks.ToLookup(t => (t.BatchId, t.Step));
        var all = new List<LiveTask>();
        foreach (var batch in batches)
        {
            all.AddRange(batch.Tasks.Where(t => t.IsBegun).Select(t => new LiveTask(
                batch, t, t.StartedAt ?? t.From, t.EndAt(batch.Steps[t.Step].Minutes, now), t.Unit)));
            for (var step = 0; step < batch.Steps.Count; step++)
                all.AddRange(Match(batch, step, [.. planned[(batch.Id, step)].OrderByDescending(t => t.Quantity).ThenBy(t => t.From)]));
        }

        return new(now, all, plan.Batches.ToDictionary(b => b.BatchId, b => b.At));
    }

    /// <summary>A dough that is only proposed is due when the first thing made of it begins.</summary>
    public IReadOnlyList<KeptBatch> Due(IReadOnlyList<KeptBatch> proposed, IReadOnlyList<KeptBatch> all) =>
    [
        .. proposed.Select(b => b.StockItemId is null ? b : b with
        {
            DueAt = all.Where(other => other.Needs.Contains(b.Id) && !other.IsBegun)
                .SelectMany(other => tasks[other.Id])
                .Select(t => t.From)
                .Append(b.DueAt)
                .Min(),
        }),
    ];

    public IReadOnlyList<LiveTask> TasksOf(KeptBatch batch) => [.. tasks[batch.Id].OrderBy(t => t.From).ThenBy(t => t.Task.Step)];

    /// <summary>When it is ready: of what is open as it looks now, of what is done as it was.</summary>
    public DateTimeOffset ReadyAt(KeptBatch batch) =>
        ready.TryGetValue(batch.Id, out var at) ? at : tasks[batch.Id].Select(t => t.Until).DefaultIfEmpty(batch.DueAt).Max();

    /// <summary>Each load keeps the task that it was; what is not planned any more stays as it was kept.</summary>
    private static IEnumerable<LiveTask> Match(KeptBatch batch, int step, List<BakeTask> planned)
    {
        if (batch.Tasks.Count == 0)
        {
            return planned.ConvertAll(p => new LiveTask(
                batch, new(0, step, p.Quantity, batch.Steps[step].StationId, p.Unit, p.From, p.Until), p.From, p.Until, p.Unit));
        }

        var kept = batch.Tasks.Where(t => t.Step == step && !t.IsBegun).OrderByDescending(t => t.Quantity).ThenBy(t => t.From).ToList();
        return kept.Select((t, i) => i < planned.Count
            ? new LiveTask(batch, t, planned[i].From, planned[i].Until, planned[i].Unit)
            : new LiveTask(batch, t, t.From, t.Until, t.Unit));
    }

    private static IEnumerable<BakeTask> Begun(List<KeptBatch> open, IReadOnlyList<Station> stations, DateTimeOffset now)
    {
        var units = stations.ToDictionary(s => s.Id, s => s.Units);
        foreach (var batch in open)
        {
            foreach (var task in batch.Tasks.Where(t => t.IsBegun))
            {
                // A station may have fewer units than when it was begun; then it is in nobody's way.
                var isThere = task.StationId is { } station && task.Unit < units.GetValueOrDefault(station, int.MaxValue);
                var from = task.StartedAt ?? task.DoneAt!.Value;
                yield return new(
                    batch.Id,
                    task.Step,
                    task.Quantity,
                    isThere ? KeptBatch.KeyOf(task.StationId) : null,
                    task.Unit,
                    from,
                    task.EndAt(batch.Steps[task.Step].Minutes, now));
            }
        }
    }

    private static List<BakeStation> StationsFor(
        List<KeptBatch> open, IReadOnlyList<Station> stations, TimeZoneInfo zone, DateTimeOffset now)
    {
        var until = open.Select(b => b.DueAt).Append(now).Max().AddDays(3);
        var known = stations.Select(s => s.Between(now.AddDays(-1), until, zone)).ToList();
        var gone = open.SelectMany(b => b.Steps).Select(s => KeptBatch.KeyOf(s.StationId)).OfType<string>().Distinct()
            .Except(known.Select(k => k.Name))
            .Select(key => new BakeStation(key, 50));
        return [.. known, .. gone];
    }
}
