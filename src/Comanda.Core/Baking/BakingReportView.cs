namespace Comanda.Baking;

/// <summary>
/// A day as it was planned and as it went: batches that were done, and of these in time; by how much the others were late in all, and the
/// one that was latest.
/// </summary>
public sealed record BakingDayRow(DateOnly Date, int Batches, int Done, int InTime, int LateMinutes, int LatestMinutes, int Missed);

/// <summary>
/// A station on those days: tasks that were done, and of these in time; by how many minutes the others were late, and how many minutes it
/// was planned for.
/// </summary>
public sealed record BakingStationRow(string Station, int Tasks, int InTime, int LateMinutes, int PlannedMinutes);

/// <summary>Planned against actual, by day and by station. Five minutes are in time.</summary>
public sealed record BakingReportView(
    DateOnly From,
    DateOnly To,
    IReadOnlyList<BakingDayRow> Days,
    IReadOnlyList<BakingStationRow> Stations);
