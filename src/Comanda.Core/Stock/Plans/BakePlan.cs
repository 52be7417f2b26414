namespace Comanda.Stock;

/// <summary>
/// A step of making something: mix, rest, shape, proof, bake, cool. It takes so many minutes at a station, or needs none (dough rests by
/// itself). Where the station takes only so much at once (<see cref="Load"/>), it is done in several loads, each of which takes as long.
/// </summary>
public sealed record BakeStep(string Name, int Minutes, string? Station = null, int? Load = null);

/// <summary>An oven, a table, a mixer, a pair of hands; there are <see cref="Units"/> of it.</summary>
public sealed record BakeStation(string Name, int Units);

/// <summary>So much of something that has to be on the shelf at an instant.</summary>
public sealed record BakeBatch(long Id, int Quantity, DateTimeOffset Due, IReadOnlyList<BakeStep> Steps);

/// <summary>
/// What is done when: a step of a batch, or one load of it. <see cref="Unit"/> is the how manieth of its station's, from 0; −1 where it
/// needs none.
/// </summary>
public sealed record BakeTask(long BatchId, int Step, int Quantity, string? Station, int Unit, DateTimeOffset From, DateTimeOffset Until);

/// <summary>When a batch is done, and by how much that is too late.</summary>
public sealed record BakeDone(long BatchId, DateTimeOffset At, TimeSpan Late);

/// <summary>All tasks in the order in which they begin, and when each batch is done.</summary>
public sealed record BakePlan(IReadOnlyList<BakeTask> Tasks, IReadOnlyList<BakeDone> Batches)
{
    /// <summary>
    /// Plans backwards: the last step ends when the batch is due, or as shortly before as its station is free, and so each step before the
    /// next, so that nothing stands about for longer than it must. A batch that would have to begin before <paramref name="from"/> is
    /// planned forwards from then instead, and is late by what that takes. What is <paramref name="fixed"/> (under way, or done by hand)
    /// keeps its station. Pure: the same plan of the same, whoever asks.
    /// </summary>
    /// <param name="batches">What is to be made.</param>
    /// <param name="stations">What there is to make it with.</param>
    /// <param name="from">Nothing begins before that.</param>
    /// <param name="fixed">What is not to be moved.</param>
    public static BakePlan Of(
        IReadOnlyList<BakeBatch> batches,
        IReadOnlyList<BakeStation> stations,
        DateTimeOffset from,
        IReadOnlyList<BakeTask>? @fixed = null)
    {
        var (tasks, done, late) = (new List<BakeTask>(), new List<BakeDone>(), new List<BakeBatch>());
        var free = stations.ToDictionary(s => s.Name, s => new FreeTimes(s.Units), StringComparer.Ordinal);
        foreach (var task in (@fixed ?? []).Where(t => t.Station is not null))
            free[task.Station!].Take(task.Unit, task.From, task.Until);
        // What is due last takes the latest times; the ones before it are asked for by what is due before.
        foreach (var batch in batches.OrderByDescending(b => b.Due).ThenBy(b => b.Id))
        {
            if (Backwards(batch, free, from) is { } planned)
            {
                tasks.AddRange(planned);
                done.Add(new(batch.Id, planned.Count == 0 ? batch.Due : planned.Max(t => t.Until), TimeSpan.Zero));
            }
            else
            {
                late.Add(batch);
            }
        }

        foreach (var batch in late.OrderBy(b => b.Due).ThenBy(b => b.Id))
        {
            var planned = Forwards(batch, free, from);
            var end = planned.Max(t => t.Until);
            tasks.AddRange(planned);
            done.Add(new(batch.Id, end, end > batch.Due ? end - batch.Due : TimeSpan.Zero));
        }

        return new(
            [.. tasks.OrderBy(t => t.From).ThenBy(t => t.Until).ThenBy(t => t.BatchId).ThenBy(t => t.Step)],
            [.. done.OrderBy(d => d.At).ThenBy(d => d.BatchId)]);
    }

    /// <summary>Null where it would have to begin too early; then nothing is taken.</summary>
    private static List<BakeTask>? Backwards(BakeBatch batch, Dictionary<string, FreeTimes> free, DateTimeOffset from)
    {
        var (tasks, until) = (new List<BakeTask>(), batch.Due);
        for (var step = batch.Steps.Count - 1; step >= 0; step--)
        {
            var begins = until;
            foreach (var load in Loads(batch.Quantity, batch.Steps[step]))
            {
                var (of, length) = (batch.Steps[step], TimeSpan.FromMinutes(batch.Steps[step].Minutes));
                var (unit, at) = of.Station is { } station ? free[station].Latest(length, until) : (-1, until - length);
                if (at < from)
                {
                    foreach (var taken in tasks.Where(t => t.Station is not null))
                        free[taken.Station!].GiveBack(taken.Unit, taken.From, taken.Until);
                    return null;
                }

                tasks.Add(Take(new(batch.Id, step, load, of.Station, unit, at, at + length), free));
                begins = at < begins ? at : begins;
            }

            until = begins;
        }

        return tasks;
    }

    private static List<BakeTask> Forwards(BakeBatch batch, Dictionary<string, FreeTimes> free, DateTimeOffset from)
    {
        var (tasks, begins) = (new List<BakeTask>(), from);
        foreach (var (step, of) in batch.Steps.Index())
        {
            var ends = begins;
            foreach (var load in Loads(batch.Quantity, of))
            {
                var length = TimeSpan.FromMinutes(of.Minutes);
                var (unit, at) = of.Station is { } station ? free[station].Earliest(length, begins) : (-1, begins);
                tasks.Add(Take(new(batch.Id, step, load, of.Station, unit, at, at + length), free));
                ends = at + length > ends ? at + length : ends;
            }

            begins = ends;
        }

        return tasks;
    }

    private static BakeTask Take(BakeTask task, Dictionary<string, FreeTimes> free)
    {
        if (task.Station is not null)
            free[task.Station].Take(task.Unit, task.From, task.Until);
        return task;
    }

    /// <summary>As full as can be, the rest in the last one.</summary>
    private static IEnumerable<int> Loads(int quantity, BakeStep step)
    {
        var most = step.Load is > 0 and var load ? load : Math.Max(1, quantity);
        for (var left = quantity; left > 0; left -= most)
            yield return Math.Min(left, most);
    }
}
