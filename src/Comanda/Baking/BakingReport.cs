using Comanda.Data;
using Comanda.Reports;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Baking;

/// <summary>GET /api/reports/baking: planned against actual, by day and by station.</summary>
public static class BakingReport
{
    private const int InTime = 5;

    public static async Task<Answer<BakingReportView>> Handle(
        [Microsoft.AspNetCore.Http.AsParameters] AskedPeriod period,
        NpgsqlDataSource database,
        Moment moment,
        CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var (start, end) = period.Read(moment.Today, errors);
        if (errors.Any)
            return errors.ToRefusal();
        await using var connection = await database.OpenConnectionAsync(cancel);
        var batches = await KeptBatch.Of(connection, moment.Shop.Id, (start, end), moment.Now, cancel);
        return new BakingReportView(
            start,
            end,
            [.. batches.GroupBy(b => b.Day).OrderBy(d => d.Key).Select(d => OfDay(d.Key, [.. d], moment.Now))],
            [
                .. batches.SelectMany(b => b.Tasks.Where(t => t.DoneAt is not null && t.StationId is not null)
                        .Select(t => (Step: b.Steps[t.Step], Late: Late(t.DoneAt!.Value - t.Until))))
                    .GroupBy(t => t.Step.Station ?? "", StringComparer.Ordinal)
                    .OrderBy(s => s.Key, StringComparer.Ordinal)
                    .Select(s => new BakingStationRow(
                        s.Key,
                        s.Count(),
                        s.Count(t => t.Late <= InTime),
                        s.Where(t => t.Late > InTime).Sum(t => t.Late),
                        s.Sum(t => t.Step.Minutes))),
            ]);
    }

    private static BakingDayRow OfDay(DateOnly day, List<KeptBatch> batches, DateTimeOffset now)
    {
        var done = batches.FindAll(b => b.StatusAt(now) == BakeStatus.Done);
        var late = done.ConvertAll(b => Late(b.Tasks.Max(t => t.EndAt(b.Steps[t.Step].Minutes, now)) - b.DueAt));
        return new(
            day,
            batches.Count,
            done.Count,
            late.Count(l => l <= InTime),
            late.Where(l => l > InTime).Sum(),
            late.DefaultIfEmpty().Max(),
            batches.Count(b => b.StatusAt(now) == BakeStatus.Missed));
    }

    private static int Late(TimeSpan by) => PlanViews.Minutes(by);
}
