using System.Globalization;
using Comanda.Data;
using Comanda.Orders;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>GET /api/reports/waits: what was promised against what it took, by hour and station, and what is said from now on.</summary>
public static class WaitsReport
{
    public static async Task<Answer<WaitsReportView>> Handle(
        [AsParameters] AskedPeriod period,
        [FromKeyedServices(Replica.Key)] NpgsqlDataSource database,
        LearnWaits lessons,
        Moment moment,
        CancellationToken cancel)
    {
        var (shop, errors) = (moment.Shop, new FieldErrors());
        var (start, end) = period.Read(moment.Today, errors);
        if (errors.Any)
            return errors.ToRefusal();
        var (since, offsets) = shop.Settings.BusinessDay.OffsetsBetween(start, end);
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await DayBook.OneMoment(connection, cancel);
        // What is wanted at a time is late by that; what is wanted at once, by what was said of its wait.
        await using var command = connection.Command(
            $"""
            with ready as (
                select o.id, o.scheduled_for is not null as scheduled, o.fired_at, {LocalTime.Hour("o.fired_at", "$4", "$5")} as hour,
                    case when o.scheduled_for is null then o.estimated_time - o.delivery_minutes
                        else extract(epoch from o.scheduled_for - o.fired_at) / 60 end as promised,
                    extract(epoch from m.at - o.fired_at) / 60 as took
                from orders o cross join lateral (select min(at) as at from order_moves where order_id = o.id and status = 'ready') m
                where o.shop_id = $1 and o.business_day between $2 and $3 and not o.training and o.cancelled_day is null
                    and o.fired_at is not null and m.at >= o.fired_at and (o.quoted is not null or o.scheduled_for is not null)
            ),
            stations as (
                select r.id, i.station, r.promised, extract(epoch from max(i.ready_at) - r.fired_at) / 60 as took
                from ready r join order_items i on i.order_id = r.id
                where not r.scheduled and i.ready_at >= r.fired_at and i.station <> 'none' group by r.id, i.station, r.promised, r.fired_at
            )
            select 'hour' as part, lpad(hour::text, 2, '0') as key, count(*), avg(promised), avg(took),
                count(*) filter (where took <= promised) from ready where not scheduled group by 2
            union all
            select 'station', station, count(*), avg(promised), avg(took), count(*) filter (where took <= promised) from stations group by 2
            union all
            select case when scheduled then 'scheduled' else 'total' end, 'all', count(*), avg(promised), avg(took),
                count(*) filter (where took <= promised) from ready group by scheduled
            order by 1, 2
            """,
            shop.Id,
            start,
            end,
            since,
            offsets);
        var rows = (await command.List(
            r => (Part: r.GetString(0), Row: new WaitRow(
                r.GetString(1),
                r.GetInt64(2),
                Rounded(r.GetDecimal(3)),
                Rounded(r.GetDecimal(4)),
                Rounded(100m * r.GetInt64(5) / r.GetInt64(2)))),
            cancel)).ToLookup(r => r.Part, r => r.Row, StringComparer.Ordinal);
        var said = await lessons.ByHour(shop);
        return new WaitsReportView(
            start,
            end,
            rows["total"].FirstOrDefault() ?? new("all", 0, 0, 0, 0),
            [.. rows["hour"]],
            [.. rows["station"]],
            rows["scheduled"].FirstOrDefault(),
            [
                .. rows["hour"].Select(r => int.Parse(r.Key, CultureInfo.InvariantCulture))
                    .Select(hour => (Hour: hour, Lesson: said[hour]))
                    .Where(l => l.Lesson is not null)
                    .Select(l => new WaitLessonRow(
                        l.Hour, Math.Round((decimal)l.Lesson!.Factor, 2), l.Lesson.RightPercent, l.Lesson.Orders)),
            ]);
    }

    private static decimal Rounded(decimal value) => decimal.Round(value, 1, MidpointRounding.AwayFromZero);
}
