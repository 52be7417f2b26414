using System.Text.Json.Serialization;

namespace Comanda.Baking;

/// <summary>How far a batch or a task is.</summary>
public enum BakeStatus
{
    Planned,
    Begun,
    Done,

    /// <summary>Nobody made it, and it is long past its time.</summary>
    Missed,
}

/// <summary>Why something is later than it was planned.</summary>
public enum LateReason
{
    /// <summary>It could begin, and nobody has.</summary>
    NotBegun,

    /// <summary>Somebody began it later.</summary>
    BegunLate,

    /// <summary>Somebody is at it, and it takes longer.</summary>
    TakesLonger,

    /// <summary>The step before it is late.</summary>
    StepBefore,

    /// <summary>What it is made of is late.</summary>
    Dough,

    /// <summary>Its station is taken.</summary>
    Station,

    /// <summary>When it was planned there was no longer time enough.</summary>
    NoTime,
}

/// <summary>So many of a product, on the shelf at a time by the shop's clock; when it usually is where none is said.</summary>
public sealed record BakeItemInput(long? MenuItemId, int? Quantity, [property: AtMost(10)] string? DueAt = null);

/// <summary>So much of a dough, whatever the products need; 0 where there is enough.</summary>
public sealed record BakeDoughInput(long? InventoryId, decimal? Quantity);

/// <summary>
/// A day's plan as it is to be kept. Without <see cref="Items"/>, as the bake list says; without <see cref="Doughs"/>, as much as the items
/// need. What is begun stays.
/// </summary>
public sealed record BakePlanInput(IReadOnlyList<BakeItemInput>? Items = null, IReadOnlyList<BakeDoughInput>? Doughs = null) : IMadeAgainst
{
    /// <summary>The version that the change was made against, as an alternative to If-Match; 0 where none was kept.</summary>
    public long? Version { get; init; }
}

/// <summary>
/// It is done. <see cref="Book"/>: what was made goes into stock, as …/make does it: <see cref="Quantity"/>, or all of the batch.
/// </summary>
public sealed record BakeDoneRequest(bool? Book = null, decimal? Quantity = null, [property: AtMost(50)] string? Lot = null);

/// <summary>
/// So much of one thing that is made at once. <see cref="ReadyAt"/> is as it looks now; <see cref="InStock"/>, of a dough, what the books
/// say there is. <see cref="Id"/> is null while the plan is not kept; <see cref="Number"/> tells tasks whose they are.
/// </summary>
public sealed record BakeBatchView(
    int Number,
    long? Id,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? MenuItemId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? InventoryId,
    string Name,
    decimal Quantity,
    string Unit,
    DateTimeOffset DueAt,
    string DueTime,
    DateTimeOffset ReadyAt,
    int LateMinutes,
    [property: Words<LateReason>] string? LateReason,
    string? LateOf,
    [property: Words<BakeStatus>] string Status,
    IReadOnlyList<string> MadeOf,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? InStock,
    decimal? Booked);

/// <summary>
/// A step of a batch, or one load of it. <see cref="From"/> and <see cref="Until"/> are as it looks now, <see cref="PlannedFrom"/> and
/// <see cref="PlannedUntil"/> as the plan was kept; the texts are the same by the shop's clock. <see cref="StationUnit"/> counts from 1.
/// <see cref="LateOf"/> names what it waits for.
/// </summary>
public sealed record BakeTaskView(
    long? Id,
    int BatchNumber,
    string BatchName,
    int Step,
    [property: Words<StepKind>] string Kind,
    string? Name,
    decimal Quantity,
    string Unit,
    int Minutes,
    long? StationId,
    string? Station,
    int? StationUnit,
    string? Temperature,
    string? Note,
    DateTimeOffset From,
    DateTimeOffset Until,
    DateOnly FromDate,
    string FromTime,
    string UntilTime,
    DateTimeOffset PlannedFrom,
    DateTimeOffset PlannedUntil,
    [property: Words<BakeStatus>] string Status,
    DateTimeOffset? StartedAt,
    string? StartedBy,
    DateTimeOffset? DoneAt,
    string? DoneBy,
    int LateMinutes,
    [property: Words<LateReason>] string? LateReason,
    string? LateOf);

/// <summary>Something that is wanted and of which nobody said how it is made.</summary>
public sealed record WithoutMethodView(long MenuItemId, string Name, int Quantity);

/// <summary>So many of a product, and when they have to be on the shelf by the shop's clock.</summary>
public sealed record BakeItemView(long MenuItemId, string Name, int Quantity, string DueTime);

/// <summary>How much of a dough somebody said is to be made, whatever is needed.</summary>
public sealed record BakeDoughView(long InventoryId, string Name, decimal Quantity, string Unit);

/// <summary>A day that one may look at: whether its plan is kept, and how many tasks of it are still to do.</summary>
public sealed record BakePlanDay(DateOnly Date, bool IsKept, int ToDo);

/// <summary>
/// What is done when on a day: batches in the order in which they are due, tasks in the order in which they begin, and the items that they
/// are for. It is version 0, and a proposal, until it is kept. <see cref="LateMinutes"/> is that of the latest
/// batch that is still to do.
/// </summary>
public sealed record BakePlanView(
    DateOnly Date,
    DateTimeOffset Now,
    DateTimeOffset? KeptAt,
    string? KeptBy,
    int LateMinutes,
    IReadOnlyList<BakeItemView> Items,
    IReadOnlyList<BakeDoughView> Doughs,
    IReadOnlyList<BakeBatchView> Batches,
    IReadOnlyList<BakeTaskView> Tasks,
    IReadOnlyList<StationView> Stations,
    IReadOnlyList<WithoutMethodView> WithoutMethod,
    IReadOnlyList<BakePlanDay> Days,
    long Version) : IVersioned;

/// <summary>What a bake plan's event tells: which day's, and the task that moved, where one did.</summary>
public sealed record BakePlanChanged(DateOnly Date, long Version, long? TaskId, [property: Words<BakeStatus>] string? Status);
