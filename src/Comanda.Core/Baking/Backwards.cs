namespace Comanda.Baking;

/// <summary>How <see cref="BakePlan.Of"/> comes about: what is placed so far, and what can no longer be in time.</summary>
internal sealed class Backwards
{
    private readonly DateTimeOffset from;
    private readonly IReadOnlyList<BakeBatch> batches;
    private readonly Dictionary<long, BakeBatch> byId;
    private readonly Dictionary<string, FreeTimes> free;
    private readonly ILookup<long, BakeTask> begun;
    private readonly ILookup<long, BakeBatch> madeOfIt;
    private readonly Dictionary<long, int> depths = [];
    private readonly Dictionary<long, List<BakeTask>> placed = [];
    private readonly HashSet<long> late = [];

    public Backwards(
        IReadOnlyList<BakeBatch> batches,
        IReadOnlyList<BakeStation> stations,
        DateTimeOffset from,
        IReadOnlyList<BakeTask> kept)
    {
        (this.batches, this.from) = (batches, from);
        byId = batches.ToDictionary(b => b.Id);
        begun = kept.ToLookup(t => t.BatchId);
        // What is under way needs no dough any more.
        madeOfIt = batches.Where(b => !begun[b.Id].Any())
            .SelectMany(b => (b.Needs ?? []).Where(byId.ContainsKey).Select(need => (Need: need, Batch: b)))
            .ToLookup(n => n.Need, n => n.Batch);
        free = stations.ToDictionary(s => s.Name, s => new FreeTimes(s.Units), StringComparer.Ordinal);
        foreach (var station in stations)
        {
            foreach (var (closes, opens) in station.Closed ?? [])
            {
                for (var unit = 0; unit < station.Units; unit++)
                    free[station.Name].Block(unit, closes, opens);
            }
        }

        foreach (var task in kept.Where(t => t.Station is not null))
            free[task.Station!].Block(task.Unit, task.From, task.Until);
    }

    public BakePlan Plan()
    {
        foreach (var batch in batches)
            Depth(batch, []);
        // What is due last takes the latest times; the ones before it are asked for by what is due before. What is made of a dough comes
        // before it.
        foreach (var batch in batches.OrderBy(b => depths[b.Id]).ThenByDescending(b => b.Due).ThenBy(b => b.Id))
        {
            if (IsWaitedFor(batch) || !PlaceBackwards(batch, from))
                TooLate(batch);
        }

        for (var depth = depths.Values.DefaultIfEmpty().Max(); depth >= 0; depth--)
        {
            foreach (var batch in batches.Where(b => late.Contains(b.Id) && depths[b.Id] == depth).OrderBy(b => b.Due).ThenBy(b => b.Id))
            {
                // What waited only for its dough may still be in time.
                var since = SinceNeeds(batch);
                if (IsWaitedFor(batch) || !PlaceBackwards(batch, since))
                    placed[batch.Id] = PlaceForwards(batch, since);
                var (done, waiting) = (DoneAt(batch), madeOfIt[batch.Id]);
                foreach (var other in waiting.Where(b => !late.Contains(b.Id) && BeginOf(b) < done))
                    TooLate(other);
            }
        }

        return new(
            [.. placed.Values.SelectMany(t => t).OrderBy(t => t.From).ThenBy(t => t.Until).ThenBy(t => t.BatchId).ThenBy(t => t.Step)],
            [
                .. batches.Select(b => (Batch: b, At: DoneAt(b)))
                    .Select(b => new BakeDone(b.Batch.Id, b.At, b.At > b.Batch.Due ? b.At - b.Batch.Due : TimeSpan.Zero))
                    .OrderBy(d => d.At)
                    .ThenBy(d => d.BatchId),
            ]);
    }

    /// <summary>How many batches are made of one another above it.</summary>
    private int Depth(BakeBatch batch, HashSet<long> above)
    {
        if (depths.TryGetValue(batch.Id, out var known))
            return known;
        if (!above.Add(batch.Id))
            return 0; // made of itself: nobody can, and no recipe says so
        var depth = madeOfIt[batch.Id].Select(b => Depth(b, above) + 1).DefaultIfEmpty().Max();
        above.Remove(batch.Id);
        return depths[batch.Id] = depth;
    }

    /// <summary>Something made of it is late already: the sooner it is there the better.</summary>
    private bool IsWaitedFor(BakeBatch batch) => madeOfIt[batch.Id].Any(b => late.Contains(b.Id) && !placed.ContainsKey(b.Id));

    /// <summary>When all is there that it is made of; what is under way needs nothing.</summary>
    private DateTimeOffset SinceNeeds(BakeBatch batch) => begun[batch.Id].Any()
        ? from
        : (batch.Needs ?? []).Where(n => n != batch.Id && placed.ContainsKey(n)).Select(n => DoneAt(byId[n])).Append(from).Max();

    private DateTimeOffset? BeginOf(BakeBatch batch) =>
        placed.GetValueOrDefault(batch.Id) is { Count: > 0 } tasks ? tasks.Min(t => t.From) : null;

    private DateTimeOffset DoneAt(BakeBatch batch)
    {
        var ends = (placed.GetValueOrDefault(batch.Id) ?? []).Concat(begun[batch.Id]).Select(t => t.Until).ToList();
        return ends.Count == 0 ? batch.Due : ends.Max();
    }

    private void TooLate(BakeBatch batch)
    {
        if (!late.Add(batch.Id))
            return;
        GiveBack(placed.GetValueOrDefault(batch.Id) ?? []);
        placed.Remove(batch.Id);
        foreach (var other in madeOfIt[batch.Id])
            TooLate(other);
    }

    private void GiveBack(IEnumerable<BakeTask> tasks)
    {
        foreach (var task in tasks.Where(t => t.Station is not null))
            free[task.Station!].GiveBack(task.Unit, task.From, task.Until);
    }

    /// <summary>False where it would have to begin too early, or ends too late; then nothing is taken.</summary>
    private bool PlaceBackwards(BakeBatch batch, DateTimeOffset since)
    {
        var due = madeOfIt[batch.Id].Select(BeginOf).OfType<DateTimeOffset>().Append(batch.Due).Min();
        var (tasks, until) = (new List<BakeTask>(), due);
        for (var step = batch.Steps.Count - 1; step >= 0; step--)
        {
            var (begins, earliest, of) = (until, Later(since, EndOfBegun(batch, step)), batch.Steps[step]);
            var length = TimeSpan.FromMinutes(of.Minutes);
            foreach (var load in Loads(batch, step))
            {
                var (unit, at) = of.Station is { } station ? free[station].Latest(length, until) : (-1, until - length);
                if (at < earliest)
                {
                    GiveBack(tasks);
                    return false;
                }

                tasks.Add(Take(new(batch.Id, step, load, of.Station, unit, at, at + length)));
                begins = at < begins ? at : begins;
            }

            until = begins;
        }

        if (begun[batch.Id].Any(t => t.Until > due))
        {
            GiveBack(tasks);
            return false;
        }

        placed[batch.Id] = tasks;
        return true;
    }

    private List<BakeTask> PlaceForwards(BakeBatch batch, DateTimeOffset begins)
    {
        var tasks = new List<BakeTask>();
        for (var step = 0; step < batch.Steps.Count; step++)
        {
            var of = batch.Steps[step];
            var length = TimeSpan.FromMinutes(of.Minutes);
            begins = Later(begins, EndOfBegun(batch, step));
            var ends = begins;
            foreach (var load in Loads(batch, step))
            {
                var (unit, at) = of.Station is { } station ? free[station].Earliest(length, begins) : (-1, begins);
                tasks.Add(Take(new(batch.Id, step, load, of.Station, unit, at, at + length)));
                ends = Later(ends, at + length);
            }

            begins = ends;
        }

        return tasks;
    }

    /// <summary>When what is begun of the steps before a step is done.</summary>
    private DateTimeOffset EndOfBegun(BakeBatch batch, int step) =>
        begun[batch.Id].Where(t => t.Step < step).Select(t => t.Until).DefaultIfEmpty(from).Max();

    private BakeTask Take(BakeTask task)
    {
        if (task.Station is not null)
            free[task.Station].Take(task.Unit, task.From, task.Until);
        return task;
    }

    private IEnumerable<long> Loads(BakeBatch batch, int step)
    {
        var left = batch.Quantity - begun[batch.Id].Where(t => t.Step == step).Sum(t => t.Quantity);
        return LoadsOf(left, batch.Steps[step].Load);
    }

    /// <summary>As full as can be, the rest in the last one.</summary>
    internal static IEnumerable<long> LoadsOf(long quantity, long? load)
    {
        var most = load is > 0 and var said ? said : Math.Max(1, quantity);
        for (var left = quantity; left > 0; left -= most)
            yield return Math.Min(left, most);
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
