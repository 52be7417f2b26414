using System.Collections.Concurrent;
using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// How long a new order waits for those before it. What the kitchen has of the last hours and is not ready is worked off, in the
/// order in which it came, by as many hands as the shop has: so many minutes of work a minute. A kitchen that marks nothing as
/// ready is taken to keep up; one that marks what is ready is seen to be faster. Read at most once a second for a shop, and
/// counted on by what this process places meanwhile.
/// </summary>
public sealed class KitchenLoad(NpgsqlDataSource database, LearnWaits lessons, TimeProvider clock)
{
    /// <summary>No estimate is longer than a day.</summary>
    public const int MostMinutes = 24 * 60;

    /// <summary>So many orders are looked at; a kitchen with more in hand says "a day" anyway.</summary>
    private const int MostOrders = 500;

    /// <summary>With more readings than this, those that are not fresh any more go.</summary>
    private const int MostShops = 1_000;

    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1), Window = TimeSpan.FromHours(3);

    private readonly ConcurrentDictionary<long, Reading> known = [];

    /// <summary>Whole minutes that so much work takes so many hands.</summary>
    public static long Minutes(long work, int hands) => (work + hands - 1) / hands;

    /// <summary>Minutes of work that stand before a new order now.</summary>
    public async Task<long> Of(long shopId, int hands)
    {
        var now = clock.GetUtcNow();
        foreach (var (shop, old) in known.Count > MostShops ? known.ToArray() : [])
        {
            if (now - old.At >= Fresh)
                known.TryRemove(new(shop, old)); // of no use any more
        }

        var reading = known.AddOrUpdate(
            shopId,
            id => Read(id, now),
            (id, old) => now - old.At < Fresh && now >= old.At && !old.Rows.IsFaulted ? old : Read(id, now));
        return reading.Left(await reading.Rows, now, hands);
    }

    /// <summary>
    /// Minutes until an order is ready: what stands before it and its own work by so many hands, never less than its slowest item;
    /// one for later is ready when it is wanted, if that can be. What is brought is then so many minutes on its way. Where earlier orders
    /// took longer than was reckoned, or less long, so does this one.
    /// </summary>
    public async Task<WaitQuote> Estimate(PricedOrder order, DateTimeOffset? scheduled, Shop shop, DateTimeOffset now, int onItsWay = 0)
    {
        var hands = shop.Settings.KitchenHands;
        if (scheduled is { } later && later > now)
            return new(
                (int)Math.Min(
                    MostMinutes,
                    Math.Max(Math.Ceiling((later - now).TotalMinutes), onItsWay + Math.Max(order.SlowestItem, Minutes(order.Work, hands)))),
                null,
                null);
        var ready = order.Work == 0 ? 0 : Math.Max(order.SlowestItem, Minutes(await Of(shop.Id, hands) + order.Work, hands));
        var (quoted, lesson) = ((int)Math.Min(MostMinutes, ready), await lessons.At(shop, now));
        return new((int)Math.Min(MostMinutes, (lesson?.Say(quoted) ?? quoted) + (long)onItsWay), quoted, quoted == 0 ? null : lesson);
    }

    /// <summary>This process has just given the kitchen so much more.</summary>
    public void Add(long shopId, long work)
    {
        if (work > 0 && known.TryGetValue(shopId, out var reading))
            reading.Since.Enqueue((clock.GetUtcNow(), work));
    }

    /// <summary>What is left of work that came at these moments, in order, for so many hands.</summary>
    public static long Left(IEnumerable<(DateTimeOffset At, long Work)> came, DateTimeOffset now, int hands) =>
        Backlog.Of(came, hands).Left(now, hands);

    private Reading Read(long shopId, DateTimeOffset now) => new(now, Rows(shopId, now));

    private async Task<List<(DateTimeOffset At, long Work)>> Rows(long shopId, DateTimeOffset now)
    {
        await using var command = database.Command(
            """
            select o.fired_at, (select coalesce(sum(i.preparation_time::bigint * i.quantity),
                0)::bigint from order_items i where i.order_id = o.id and i.ready_at is null)
            from (select id, fired_at from orders where shop_id = $1 and fired_at > $2 and status in ('pending',
                'preparing') order by fired_at desc limit $3) o
            order by o.fired_at
            """,
            shopId, now - Window, MostOrders);
        return await command.List(r => (r.GetFieldValue<DateTimeOffset>(0), r.GetInt64(1)), CancellationToken.None);
    }

    /// <summary>What was left when the last work came.</summary>
    private readonly record struct Backlog(double Minutes, DateTimeOffset At)
    {
        public static Backlog Of(IEnumerable<(DateTimeOffset At, long Work)> came, int hands) =>
            came.Aggregate(default(Backlog), (before, more) => before.With(more.At, more.Work, hands));

        public Backlog With(DateTimeOffset at, long work, int hands) => new(After(at, hands) + work, at);

        public long Left(DateTimeOffset now, int hands) => (long)Math.Ceiling(After(now, hands));

        private double After(DateTimeOffset now, int hands) =>
            At == default ? 0 : Math.Max(0, Minutes - (Math.Max(0, (now - At).TotalMinutes) * hands));
    }

    /// <summary>What the kitchen had at a moment, and what it was given since, each counted once however many ask.</summary>
    private sealed class Reading(DateTimeOffset at, Task<List<(DateTimeOffset At, long Work)>> rows)
    {
        private readonly Lock gate = new();
        private Backlog? backlog;

        public DateTimeOffset At => at;

        public Task<List<(DateTimeOffset At, long Work)>> Rows => rows;

        public ConcurrentQueue<(DateTimeOffset At, long Work)> Since { get; } = new();

        public long Left(List<(DateTimeOffset At, long Work)> read, DateTimeOffset now, int hands)
        {
            lock (gate)
            {
                var so = backlog ?? Backlog.Of(read, hands);
                while (Since.TryDequeue(out var more))
                    so = so.With(more.At, more.Work, hands);
                backlog = so;
                return so.Left(now, hands);
            }
        }
    }
}

/// <summary>A wait as it is said, in minutes, what of it was reckoned without what was learned, and what was learned.</summary>
public sealed record WaitQuote(int Minutes, int? Quoted, WaitLesson? Lesson);
