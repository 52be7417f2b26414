using System.Collections.Concurrent;
using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// What a shop's last weeks teach of its waits: from when the kitchen had an order until it was ready, against what was reckoned. Kept for
/// some minutes, since a day changes little of four weeks; whoever asks meanwhile waits for nothing.
/// </summary>
public sealed class LearnWaits(NpgsqlDataSource database, TimeProvider clock)
{
    private const int Days = 28, MostOrders = 5_000, MostShops = 1_000;

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<long, (DateTimeOffset At, Task<List<WaitTaken>> Taken)> known = [];

    /// <summary>What is to be said at an instant; null where too little is known.</summary>
    public async Task<WaitLesson?> At(Shop shop, DateTimeOffset at) => WaitLesson.Of(await Taken(shop), HourOf(shop, at));

    /// <summary>What is known of the shop.</summary>
    public Task<List<WaitTaken>> Taken(Shop shop)
    {
        var now = clock.GetUtcNow();
        foreach (var (id, old) in known.Count > MostShops ? known.ToArray() : [])
        {
            if (now - old.At >= Fresh)
                known.TryRemove(new(id, old));
        }

        return known.AddOrUpdate(
            shop.Id,
            _ => (now, Read(shop, now)),
            (_, old) => now - old.At < Fresh && now >= old.At && !old.Taken.IsFaulted ? old : (now, Read(shop, now))).Taken;
    }

    private static int HourOf(Shop shop, DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, shop.Settings.BusinessDay.Zone).Hour;

    private async Task<List<WaitTaken>> Read(Shop shop, DateTimeOffset now)
    {
        await using var command = database.Command(
            """
            select o.fired_at, o.quoted, extract(epoch from m.at - o.fired_at)::float8 / 60
            from orders o cross join lateral (select min(at) as at from order_moves where order_id = o.id and status = 'ready') m
            where o.shop_id = $1 and o.business_day >= $2 and o.quoted > 0 and o.scheduled_for is null and o.fired_at is not null
                and not o.training and o.cancelled_day is null and m.at >= o.fired_at
            order by o.business_day desc, o.id desc limit $3
            """,
            shop.Id,
            shop.Settings.BusinessDay.Of(now).AddDays(-Days),
            MostOrders);
        return await command.List(
            r => new WaitTaken(HourOf(shop, r.GetFieldValue<DateTimeOffset>(0)), r.GetInt32(1), r.GetDouble(2)), CancellationToken.None);
    }
}
