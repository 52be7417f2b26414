using System.Collections.Concurrent;
using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// What a shop's last weeks teach of its waits: from when the kitchen had an order until it was ready, against what was reckoned. Kept for
/// some minutes, since a day changes little of four weeks. Meanwhile, and until something newer is read, an order asks memory alone.
/// </summary>
public sealed class LearnWaits(NpgsqlDataSource database, TimeProvider clock, ILogger<LearnWaits> log)
{
    private const int Days = 28, MostOrders = 5_000, MostShops = 1_000;

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<long, Lessons> known = [];

    /// <summary>What is to be said at an instant; null where too little is known.</summary>
    public async Task<WaitLesson?> At(Shop shop, DateTimeOffset at) => (await ByHour(shop))[HourOf(shop, at)];

    /// <summary>What is to be said at each hour of the shop's clock.</summary>
    public Task<WaitLesson?[]> ByHour(Shop shop)
    {
        var now = clock.GetUtcNow();
        if (!known.TryGetValue(shop.Id, out var lessons))
        {
            // Looked for where a shop comes, not with each order of those that are there.
            foreach (var old in known.Count >= MostShops ? known.ToArray().Where(k => !k.Value.IsFresh(now)) : [])
                known.TryRemove(old);
            lessons = known.GetOrAdd(shop.Id, static _ => new());
        }

        return lessons.At(now, () => Read(shop, now));
    }

    /// <summary>A shop's: what is known answers until what is newer has come. Only the first to ask waits.</summary>
    private sealed class Lessons
    {
        private readonly Lock turn = new();
        private DateTimeOffset since;
        private Task<WaitLesson?[]>? known, coming;

        public Task<WaitLesson?[]> At(DateTimeOffset now, Func<Task<WaitLesson?[]>> read)
        {
            lock (turn)
            {
                if (coming is not { IsCompleted: false } && !IsFresh(now))
                    (coming, since) = (read(), now);
                if (coming is { IsCompleted: true })
                    (known, coming) = (coming, null);
                return known ?? coming!;
            }
        }

        public bool IsFresh(DateTimeOffset now) => (known ?? coming) is not null && now >= since && now - since < Fresh;
    }

    private static int HourOf(Shop shop, DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, shop.Settings.BusinessDay.Zone).Hour;

    /// <summary>An order does not fail because nobody could say what earlier ones took.</summary>
    private async Task<WaitLesson?[]> Read(Shop shop, DateTimeOffset now)
    {
        try
        {
            var taken = await Taken(shop, now);
            return [.. Enumerable.Range(0, 24).Select(hour => WaitLesson.Of(taken, hour))];
        }
        catch (NpgsqlException failure)
        {
            log.LogWarning(failure, "what orders took could not be read; waits are said as they are reckoned");
            return new WaitLesson?[24];
        }
    }

    private async Task<List<WaitTaken>> Taken(Shop shop, DateTimeOffset now)
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
