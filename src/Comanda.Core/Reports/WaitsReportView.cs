using System.Text.Json.Serialization;

namespace Comanda.Reports;

/// <summary>
/// Orders of an hour, of a station, or all: minutes that were <see cref="Promised"/> and that it <see cref="Took"/> until they were ready,
/// on average, and of how many of a hundred the promise was kept.
/// </summary>
public sealed record WaitRow(string Key, long Orders, decimal Promised, decimal Took, decimal KeptPercent);

/// <summary>
/// What is said at an hour from now on: <see cref="Factor"/> times what is reckoned, which was right for <see cref="RightPercent"/> of the
/// <see cref="Orders"/> that it was learned of.
/// </summary>
public sealed record WaitLessonRow(int Hour, decimal Factor, int RightPercent, int Orders);

/// <summary>
/// What was promised against what it took, of orders for as soon as can be that the kitchen said to be ready. <see cref="Scheduled"/> are
/// those for a time, and how many were ready by then. <see cref="Quotes"/> have the hours at which something was learned.
/// </summary>
public sealed record WaitsReportView(
    DateOnly From,
    DateOnly To,
    WaitRow Total,
    IReadOnlyList<WaitRow> Hours,
    IReadOnlyList<WaitRow> Stations,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] WaitRow? Scheduled,
    IReadOnlyList<WaitLessonRow> Quotes);
