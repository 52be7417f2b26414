using Comanda.Data;
using Comanda.Events;
using Comanda.Guests;
using Comanda.Identity;
using Comanda.Menu;
using Comanda.Shops;
using Comanda.Stock;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// POST /api/orders: from what a guest asks for to an order that is written, numbered, journaled and announced, in one
/// statement and so in one transaction. Nothing is read first that is not in memory.
/// </summary>
public sealed class PlaceOrder(
    FillOrder fill,
    MakeOrder make,
    WriteOrder write,
    IdempotentWrite retries,
    NpgsqlDataSource database,
    Moment moment)
{
    /// <summary>The endpoint's name: its requests are what keys are for.</summary>
    public const string Operation = "place_order";

    public async Task<Answer<OrderView>> Handle(OrderRequest request, CancellationToken cancel)
    {
        var key = retries.KeyOf(Kept(request));
        return key.Refusal is { } badKey ? badKey : await Run(request, key.Value, null, cancel);
    }

    /// <summary>The key under which the same sale is placed once, whether it comes by itself or in a till's queue.</summary>
    internal Outcome<RetryKey> KeyOf(string? key, string field, OrderRequest request) =>
        retries.KeyOf(key, field, Operation, Kept(request));

    /// <summary>Places it once.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="key">Under which it is placed once.</param>
    /// <param name="earlier">When and by whom a till sold it without us; null where it is sold now.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="agreed">What was agreed before; null where it is sold off the menu.</param>
    internal async Task<Answer<OrderView>> Run(
        OrderRequest request, RetryKey? key, EarlierSale? earlier, CancellationToken cancel, AgreedSale? agreed = null)
    {
        await using var own = new OrderTransaction(database);
        var asked = await fill.Run(request, earlier, cancel);
        var made = asked.Refusal is { } wrong ? wrong : await make.Run(asked.Value with { Agreed = agreed }, own, cancel);
        if (made.Refusal is { } refusal)
        {
            await own.DisposeAsync();
            // A repeated request gets its first answer even where the same request would be refused today.
            return await retries.FirstAnswer(key, cancel) ?? refusal;
        }

        try
        {
            var (order, approver) = made.Value;
            if (earlier?.SetAside is { } row
                && !await SetAsideRows.Settle(await own.Begin(cancel), moment, row, order, cancel))
            {
                await own.DisposeAsync();
                return await retries.FirstAnswer(key, cancel) ?? SetAsideSales.IsResolved;
            }

            if (agreed is not null && await agreed.Settle(await own.Begin(cancel), order, cancel) is { } notSettled)
            {
                await own.DisposeAsync();
                return notSettled;
            }

            var answer = await write.Run(order, key, approver, own, cancel);
            if (answer.Refusal is not { } full)
                return answer.Value;
            await own.DisposeAsync();
            return await retries.FirstAnswer(key, cancel) ?? full;
        }
        catch (PostgresException failure) when (RetryKey.IsTaken(failure))
        {
            await own.DisposeAsync();
            return (await retries.FirstAnswer(key, cancel))!.Value;
        }
        catch (PostgresException failure) when (OrderPoints.TooFew(failure) is { } tooFew)
        {
            await own.DisposeAsync();
            return await retries.FirstAnswer(key, cancel) ?? tooFew;
        }
        catch (PostgresException failure) when (failure.SqlState == Countdown.DoesNotHold)
        {
            await own.DisposeAsync();
            // The same request again, after the last one was sold to it, is answered as the first time.
            return await retries.FirstAnswer(key, cancel)
                ?? (await Countdown.Short(database, made.Value.Order.CountedItems(), cancel));
        }
    }

    /// <summary>The PIN of an approval is no part of what is kept: a short secret's hash is no secret.</summary>
    private static OrderRequest Kept(OrderRequest request) => request with { Approval = null };
}
