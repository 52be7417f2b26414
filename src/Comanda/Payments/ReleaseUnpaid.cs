using Comanda.Data;
using Comanda.Orders;
using Npgsql;

namespace Comanda.Payments;

/// <summary>
/// Lets go of orders whose guests have not paid them in time: the provider is told that nobody is to pay them any more, and what they held
/// (stock, a place in a slot, points, a gift card) is free again. On any number of processes at once: the order's row decides, and is
/// released once. Where somebody was faster and paid, it is booked and the order goes on; what is paid after all this goes back by the
/// provider (<see cref="CardIntents"/>). The time is the database's: processes whose clocks differ agree on it.
/// </summary>
public sealed class ReleaseUnpaid(
    IServiceScopeFactory scopes, NpgsqlDataSource database, ICardProvider provider, ILogger<ReleaseUnpaid> log)
    : Rounds(log, "orders that nobody paid", TimeSpan.FromSeconds(2))
{
    private const int PageSize = 100;

    /// <summary>One that cannot be released does not keep back those behind it.</summary>
    protected override async Task Round(CancellationToken cancel)
    {
        var (due, last) = (DateTimeOffset.UnixEpoch, 0L);
        while (true)
        {
            // Payments under way at another provider than ours are for the processes that speak to it; for a minute.
            await using var command = database.Command(
                """
                select o.shop_id, o.id, o.payment_due_by from orders o
                where o.payment_due_by <= now() and (o.payment_due_by, o.id) > ($1, $2)
                    and (o.payment_due_by <= now() - interval '1 minute' or not exists (
                        select 1 from card_intents i where i.order_id = o.id and i.provider <> $3 and i.settled_at is null))
                order by o.payment_due_by, o.id limit $4
                """,
                due, last, provider.Name, PageSize);
            var page = await command.List(
                r => (Shop: r.GetInt64(0), Id: r.GetInt64(1), Due: r.GetFieldValue<DateTimeOffset>(2)), cancel);
            foreach (var order in page)
                await ReleaseOrLog(order.Shop, order.Id, cancel);
            if (page.Count < PageSize)
                return;
            (due, last) = (page[^1].Due, page[^1].Id);
        }
    }

    private async Task ReleaseOrLog(long shop, long id, CancellationToken cancel)
    {
        try
        {
            await Release(shop, id, cancel);
        }
        catch (Exception failure) when (failure is not OperationCanceledException and not NpgsqlException { IsTransient: true })
        {
            log.LogError(failure, "order {Order} of shop {Shop} could not be released; trying again", id, shop);
        }
    }

    private async Task Release(long shop, long id, CancellationToken cancel)
    {
        await using var command = database.Command(
            "select provider_ref from card_intents where order_id = $1 and provider = $2 and settled_at is null and status <> 'canceled'",
            id,
            provider.Name);
        foreach (var reference in await command.List(r => r.GetString(0), cancel))
        {
            // Nothing is waited for: who cannot be asked now may take the money all the same, and it goes back.
            if (await Void(reference, cancel) is { } status and ("succeeded" or "canceled"))
                await In(shop, (scope) => scope.GetRequiredService<CardIntents>().Hear(reference, status, cancel));
        }

        await In(shop, scope => scope.GetRequiredService<ChangeStatus>().Release(id, cancel));
    }

    private async Task<string?> Void(string reference, CancellationToken cancel)
    {
        try
        {
            return (await provider.Void(reference, cancel)).Status;
        }
        catch (CardProviderException failure)
        {
            var why = failure.Message.ReplaceLineEndings(" ");
            log.LogWarning("payment {Reference} was not taken back at the provider: {Why}", reference, why);
            return null;
        }
    }

    private async Task In(long shop, Func<IServiceProvider, Task<bool>> what)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Here>().ShopId = shop;
        await what(scope.ServiceProvider);
    }
}
