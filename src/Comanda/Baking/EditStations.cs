using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Baking;

/// <summary>GET and PUT /api/bakery/stations: where the bakery works, replaced as a whole.</summary>
public sealed class EditStations(NpgsqlDataSource database, EventBell bell, Moment moment, RequestHead head)
{
    private const int Most = 40, MostUnits = 50;

    public async Task<Answer<List<StationView>>> Read(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return Named(await Station.OfShop(connection, moment.Shop.Id, cancel));
    }

    public async Task<Answer<List<StationView>>> Change(IReadOnlyList<StationInput> given, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await BakeTurns.Take(connection, moment.Shop.Id, cancel);
        var before = await Station.OfShop(connection, moment.Shop.Id, cancel);
        if (head.Check(Named(before).Tag!) is { } stale)
            return stale;
        var (errors, after) = (new FieldErrors(), new List<Station>());
        errors.Check(given.Count <= Most, "stations", $"must be at most {Most}");
        foreach (var (i, station) in given.Take(Most).Index())
            after.Add(Read(station, $"[{i}]", (before, after), errors));
        await CheckSteps(connection, after, errors, cancel);
        if (errors.Any)
            return errors.ToRefusal();
        if (await InUse(connection, [.. before.Select(s => s.Id).Except(after.Select(s => s.Id))], cancel) is { } inUse)
            return inUse;
        await Write(connection, after, cancel);
        var now = await Station.OfShop(connection, moment.Shop.Id, cancel);
        await new AuditEntry(
            AuditActions.BakeStationsChanged,
            "shop",
            moment.Shop.Id,
            before.ConvertAll(s => s.View()),
            now.ConvertAll(s => s.View())).Write(connection, moment.Here, moment.Now, cancel);
        await BakePlanEvents.Write(connection, moment, new(moment.Today, 0, null, null), cancel);
        await transaction.CommitAsync(cancel);
        bell.Ring();
        return Named(now);
    }

    private static Answer<List<StationView>> Named(List<Station> stations)
    {
        var views = stations.ConvertAll(s => s.View());
        return Answer.Named(views, VersionTag.OfContent(views));
    }

    private static Station Read(StationInput? given, string at, (List<Station> Before, List<Station> After) known, FieldErrors errors)
    {
        var name = errors.Text(at + ".name", given?.Name, 60);
        errors.Check(
            !known.After.Exists(s => string.Equals(s.Name, name, StringComparison.OrdinalIgnoreCase)),
            at + ".name",
            "is another station's, too");
        errors.Check(given?.Id is not { } id || known.Before.Exists(s => s.Id == id), at + ".id", "is no station of this shop");
        errors.Check(given?.Id is not { } once || !known.After.Exists(s => s.Id == once), at + ".id", "stands there twice");
        errors.Between(at + ".units", given?.Units, 1, MostUnits);
        var (opens, closes) = (
            LocalClock.Read(given?.Opens, at + ".opens", errors),
            LocalClock.Read(given?.Closes, at + ".closes", errors));
        errors.Check(opens is null || !string.IsNullOrWhiteSpace(given?.Closes), at + ".closes", "is required where it opens");
        errors.Check(closes is null || !string.IsNullOrWhiteSpace(given?.Opens), at + ".opens", "is required where it closes");
        return new(given?.Id ?? 0, name, given?.Units ?? 1, opens, closes);
    }

    /// <summary>A step that takes longer than its station is open would never be done.</summary>
    private async Task CheckSteps(NpgsqlConnection connection, List<Station> after, FieldErrors errors, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select s.station_id, max(s.minutes) from bake_steps s join bake_stations b on b.id = s.station_id
            where b.shop_id = $1 group by 1
            """,
            moment.Shop.Id);
        var longest = (await command.List(r => (r.GetInt64(0), r.GetInt32(1)), cancel)).ToDictionary(s => s.Item1, s => s.Item2);
        foreach (var (i, station) in after.Index())
        {
            errors.Check(
                station.OpenMinutes is not { } open || longest.GetValueOrDefault(station.Id) <= open,
                $"[{i}].closes",
                $"leaves less than the {longest.GetValueOrDefault(station.Id)} minutes that a step takes there");
        }
    }

    private async Task<Refusal?> InUse(NpgsqlConnection connection, long[] gone, CancellationToken cancel)
    {
        var user = await connection.Scalar(
            """
            select coalesce(m.name, i.name) from bake_steps s join bake_methods b on b.id = s.method_id
                left join menu_items m on m.id = b.menu_item_id left join stock_items i on i.id = b.stock_item_id
            where s.station_id = any($1)
            union all
            select b.name from bake_tasks t join bake_batches b on b.id = t.batch_id
            where b.shop_id = $2 and b.day >= $3 and t.done_at is null and t.station_id = any($1)
            limit 1
            """,
            cancel,
            gone,
            moment.Shop.Id,
            moment.Today) as string;
        return user is null ? null : Refusal.Conflict("station_in_use", $"{user} is made at a station that would be gone.");
    }

    private async Task Write(NpgsqlConnection connection, List<Station> after, CancellationToken cancel)
    {
        await connection.Execute(
            "delete from bake_stations where shop_id = $1 and not id = any($2)",
            cancel,
            moment.Shop.Id,
            after.Select(s => s.Id).ToArray());
        foreach (var (place, station) in after.Index())
        {
            await connection.Execute(
                station.Id == 0
                    ? "insert into bake_stations (shop_id, place, name, units, opens, closes) select $1, $3, $4, $5, $6::time, $7::time "
                        + "where $2 = 0::bigint"
                    : "update bake_stations set place = $3, name = $4, units = $5, opens = $6::time, closes = $7::time "
                        + "where shop_id = $1 and id = $2",
                cancel,
                moment.Shop.Id,
                station.Id,
                place,
                station.Name,
                station.Units,
                station.Opens,
                station.Closes);
        }
    }
}
