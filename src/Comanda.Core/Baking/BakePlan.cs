namespace Comanda.Baking;

/// <summary>
/// A step of making something: mix, rest, shape, proof, bake, cool. It takes so many minutes at a station, or needs none (dough rests by
/// itself). Where the station takes only so much at once (<see cref="Load"/>), it is done in several loads, each of which takes as long.
/// </summary>
public sealed record BakeStep(string Name, int Minutes, string? Station = null, long? Load = null);

/// <summary>
/// An oven, a table, a mixer, a pair of hands; there are <see cref="Units"/> of it. <see cref="Closed"/>: when nobody works there.
/// </summary>
public sealed record BakeStation(string Name, int Units, IReadOnlyList<(DateTimeOffset From, DateTimeOffset Until)>? Closed = null);

/// <summary>
/// So much of something that has to be there at an instant. <see cref="Needs"/>: batches that it is made of, such as its dough; it begins
/// once they are there.
/// </summary>
public sealed record BakeBatch(
    long Id,
    long Quantity,
    DateTimeOffset Due,
    IReadOnlyList<BakeStep> Steps,
    IReadOnlyList<long>? Needs = null);

/// <summary>
/// What is done when: a step of a batch, or one load of it. <see cref="Unit"/> is the how manieth of its station's, from 0; −1 where it
/// needs none.
/// </summary>
public sealed record BakeTask(long BatchId, int Step, long Quantity, string? Station, int Unit, DateTimeOffset From, DateTimeOffset Until);

/// <summary>When a batch is done, and by how much that is too late.</summary>
public sealed record BakeDone(long BatchId, DateTimeOffset At, TimeSpan Late);

/// <summary>All tasks in the order in which they begin, and when each batch is done.</summary>
public sealed record BakePlan(IReadOnlyList<BakeTask> Tasks, IReadOnlyList<BakeDone> Batches)
{
    /// <summary>
    /// Plans backwards: the last step ends when the batch is due, or as shortly before as its station is free, and so each step before the
    /// next, so that nothing stands about for longer than it must; a dough is due when the first thing made of it begins. A batch that
    /// would have to begin before <paramref name="from"/> is planned forwards from then instead, and is late by what that takes; what is
    /// made of it waits for it. Pure: the same plan of the same, whoever asks.
    /// </summary>
    /// <param name="batches">What is to be made.</param>
    /// <param name="stations">What there is to make it with.</param>
    /// <param name="from">Nothing begins before that.</param>
    /// <param name="fixed">
    /// What is not to be moved, under way or done: it keeps its station, and what of a batch is among it is not planned again.
    /// </param>
    public static BakePlan Of(
        IReadOnlyList<BakeBatch> batches,
        IReadOnlyList<BakeStation> stations,
        DateTimeOffset from,
        IReadOnlyList<BakeTask>? @fixed = null) =>
        new Backwards(batches, stations, from, @fixed ?? []).Plan();
}
