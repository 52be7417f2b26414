using System.Globalization;
using Comanda.Data;
using Npgsql;

namespace Comanda.Baking;

/// <summary>A station as it is kept. Without hours it may be used at any time.</summary>
internal sealed record Station(long Id, string Name, int Units, TimeOnly? Opens, TimeOnly? Closes)
{
    private const int MinutesOfDay = 24 * 60;

    /// <summary>For how long it may be used at a stretch; null where that is at any time.</summary>
    public int? OpenMinutes => (Opens, Closes) is ({ } opens, { } closes)
        ? ((int)(closes - opens).TotalMinutes + MinutesOfDay - 1) % MinutesOfDay + 1
        : null;

    /// <summary>As plans know it.</summary>
    public string Key => Id.ToString(CultureInfo.InvariantCulture);

    public static async Task<List<Station>> OfShop(NpgsqlConnection connection, long shop, CancellationToken cancel)
    {
        await using var command = connection.Command(
            "select id, name, units, opens, closes from bake_stations where shop_id = $1 order by place, id", shop);
        return await command.List(
            r => new Station(
                r.GetInt64(0),
                r.GetString(1),
                r.GetInt32(2),
                r.ValueOrNull<TimeOnly>(3),
                r.ValueOrNull<TimeOnly>(4)),
            cancel);
    }

    public StationView View() => new(Id, Name, Units, LocalClock.Text(Opens), LocalClock.Text(Closes));

    /// <summary>For a plan between two instants: by the shop's clock, whatever that does in between.</summary>
    public BakeStation Between(DateTimeOffset from, DateTimeOffset until, TimeZoneInfo zone)
    {
        if (Opens is not { } opens || Closes is not { } closes)
            return new(Key, Units);
        var (closed, at) = (new List<(DateTimeOffset, DateTimeOffset)>(), from);
        var day = LocalClock.DayOf(from, zone).AddDays(-1);
        for (; at < until; day = day.AddDays(1))
        {
            var (begins, ends) = (
                new BusinessDay(zone, opens).StartOf(day),
                new BusinessDay(zone, closes).StartOf(closes > opens ? day : day.AddDays(1)));
            if (begins > at)
                closed.Add((at, begins));
            at = ends > at ? ends : at;
        }

        return new(Key, Units, closed);
    }
}
