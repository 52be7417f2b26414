using Npgsql;

namespace Comanda.Data;

/// <summary>
/// Hands out ids in blocks: one round trip for a whole block, so that a sale knows its ids before it is written and can
/// be written in one statement. Ids are unique, not gap-free: what must have no gaps (order numbers, journal entries) is
/// numbered by its register.
/// </summary>
public sealed class HiLo(NpgsqlDataSource database, string sequence, int block) : IDisposable
{
    private readonly SemaphoreSlim turn = new(1, 1);
    private long next;
    private long end;

    public async ValueTask<long> Next(CancellationToken cancel) => (await Take(1, cancel))[0];

    /// <summary>So many ids.</summary>
    /// <param name="count">How many.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <param name="on">
    /// The connection of a caller who holds one: to wait for a second one while holding the first is how pools run dry.
    /// </param>
    public async ValueTask<long[]> Take(int count, CancellationToken cancel, NpgsqlConnection? on = null)
    {
        var ids = new long[count];
        if (count == 0)
            return ids;
        if (on is not null && !await turn.WaitAsync(TimeSpan.Zero, cancel))
        {
            // Whoever has the turn may be waiting for a connection, and who waits for the turn with one in hand would be why none
            // comes free: so they take blocks of their own. Ids need no order, and what is left of a block is lost.
            var i = 0;
            foreach (var number in await Blocks((count + block - 1) / block, on, cancel))
            {
                for (var of = 0; of < block && i < count; of++)
                    ids[i++] = (number * block) + 1 + of;
            }

            return ids;
        }

        if (on is null)
            await turn.WaitAsync(cancel);
        try
        {
            var i = 0;
            for (; i < count && next < end; i++)
                ids[i] = next++;
            // An import takes thousands of blocks: all of them in one round trip.
            foreach (var number in i < count ? await Blocks((count - i + block - 1) / block, on, cancel) : [])
            {
                next = (number * block) + 1;
                end = next + block;
                for (; i < count && next < end; i++)
                    ids[i] = next++;
            }

            return ids;
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<long[]> Blocks(int count, NpgsqlConnection? on, CancellationToken cancel)
    {
        const string one = "select nextval($1::text::regclass)";
        if (count == 1)
            return [(long)(on is null ? await database.Scalar(one, cancel, sequence) : await on.Scalar(one, cancel, sequence))!];
        const string several = "select array_agg(nextval($1::text::regclass)) from generate_series(1, $2)";
        return (long[])(on is null
            ? await database.Scalar(several, cancel, sequence, count)
            : await on.Scalar(several, cancel, sequence, count))!;
    }

    public void Dispose() => turn.Dispose();
}

/// <summary>The id blocks of the hot tables. Each sequence has one block size for good: it is what keeps blocks apart.</summary>
public sealed class Ids(NpgsqlDataSource database) : IDisposable
{
    /// <summary>Ids in a block of <see cref="Orders"/>; the import numbers its rows in the same blocks.</summary>
    public const int OrderBlock = 100, OrderItemBlock = 1000, PaymentBlock = 100;

    public HiLo Orders { get; } = new(database, "order_ids", OrderBlock);

    public HiLo OrderItems { get; } = new(database, "order_item_ids", OrderItemBlock);

    /// <summary>Payments and refunds share one series, so that a reference names one thing only.</summary>
    public HiLo Payments { get; } = new(database, "payment_ids", PaymentBlock);

    public void Dispose()
    {
        Orders.Dispose();
        OrderItems.Dispose();
        Payments.Dispose();
    }
}
