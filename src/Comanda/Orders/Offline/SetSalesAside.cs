using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>Sets sales of tills' queues aside that could not be placed: kept, with why, until somebody decides.</summary>
public sealed class SetSalesAside(NpgsqlDataSource database, IdempotentWrite retries, Moment moment)
{
    private const string ByKey = "s.key = $2 and s.request_hash = $3";

    /// <summary>Keeps it, and its answer under its key; or answers what another who sent the same sale was answered first.</summary>
    internal async Task<(SetAsideView? View, FixedAnswer? First)> Keep(SaleToSetAside sale, Refusal why, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using (var transaction = await connection.BeginTransactionAsync(cancel))
        {
            try
            {
                await Insert(connection, sale, why, cancel);
                // A key that another sale has stays that sale's: both are kept.
                if (why.Code != "idempotency_key_reused")
                    await IdempotentWrite.Keep(connection, sale.Key, AnswerFor(why), cancel);
                await transaction.CommitAsync(cancel);
            }
            catch (PostgresException failure) when (RetryKey.IsTaken(failure))
            {
                await transaction.RollbackAsync(cancel);
                if (await retries.FirstAnswer(sale.Key, cancel, connection) is { Refusal: null } first)
                    return (null, first.Value);
                await Insert(connection, sale, why, cancel);
            }
        }

        return (
            (await SetAsideRows.Find(connection, ByKey, [moment.Shop.Id, sale.Key.Key, sale.Key.RequestHash], cancel))!.View,
            null);
    }

    /// <summary>The sale that was set aside under a key.</summary>
    internal async Task<SetAsideView> Of(RetryKey key, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return (await SetAsideRows.Find(connection, ByKey, [moment.Shop.Id, key.Key, key.RequestHash], cancel))!.View;
    }

    private async Task Insert(NpgsqlConnection connection, SaleToSetAside sale, Refusal why, CancellationToken cancel) =>
        await connection.Execute(
            """
            insert into sales_set_aside (
                shop_id, register_id, key, request_hash, sold_at, till_clock, received_at, handed_over,
                seller_id, seller_name, sent_by, sale, sale_bytes, code, reason, errors)
            values ($1, $2, $3, $4, $5, $6::timestamptz, $7, $8, $9, $10, $11, $12, $13::bytea, $14, $15, $16::text)
            on conflict (shop_id, key, request_hash) do nothing
            """,
            cancel,
            moment.Shop.Id,
            sale.Register,
            sale.Key.Key,
            sale.Key.RequestHash,
            sale.SoldAt,
            sale.TillClock,
            sale.ReceivedAt,
            sale.HandedOver,
            sale.Seller.UserId,
            sale.Seller.Name,
            moment.Caller.UserId,
            sale.Sent.Text,
            sale.Sent.Bytes,
            why.Code,
            why.Detail,
            why.Errors is null ? null : Json.Write(why.Errors));

    /// <summary>What the same request to POST /api/orders is answered from now on.</summary>
    private static FixedAnswer AnswerFor(Refusal why) => new(
        409,
        Json.Write(new
        {
            type = "/errors#set_aside",
            title = "Not possible as things stand",
            status = 409,
            detail = $"A till sent this sale, and it is set aside: {why.Detail}",
            code = "set_aside"
        }), null);
}
