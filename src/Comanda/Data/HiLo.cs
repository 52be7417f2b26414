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
        if (on is not null && !await turn.WaitAsync(TimeSpan.Zero, cancel))
        {
            // Whoever has the turn may be waiting for a connection, and who waits for the turn with one in hand would be why none
            // comes free: so they take blocks of their own. Ids need no order, and what is left of a block is lost.
            for (var i = 0; i < count;)
            {
                var first = ((long)(await on.Scalar("select nextval($1::text::regclass)", cancel, sequence))! * block) + 1;
                for (var of = 0; of < block && i < count; of++)
                    ids[i++] = first + of;
            }

            return ids;
        }

        if (on is null)
            await turn.WaitAsync(cancel);
        try
        {
            for (var i = 0; i < count; i++)
            {
                if (next == end)
                {
                    const string nextBlock = "select nextval($1::text::regclass)";
                    var number = on is null
                        ? await database.Scalar(nextBlock, cancel, sequence)
                        : await on.Scalar(nextBlock, cancel, sequence);
                    next = ((long)number! * block) + 1;
                    end = next + block;
                }

                ids[i] = next++;
            }

            return ids;
        }
        finally
        {
            turn.Release();
        }
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
