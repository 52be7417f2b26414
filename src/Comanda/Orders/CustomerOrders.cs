using Comanda.Data;
using Comanda.Guests;
using Comanda.Inbox;
using Comanda.Promotions;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// GET /api/customers/{id}/orders; POST /api/customers/{id}/merge: the orders of two records of one guest become one's; and
/// DELETE /api/customers/{id}: a customer's name and addresses go from their orders, and then who they were. That in small pieces, and
/// without a lock on both at once; whoever was interrupted asks again.
/// </summary>
public sealed class CustomerOrders(
    OwnOrders own, NpgsqlDataSource database, EraseCustomer erase, JoinCustomers join, Moment moment, Here here)
{
    private const int Piece = 500;

    public async Task<Answer<PageOf<OrderView>>> Of(
        long customer,
        int? limit,
        string? cursor,
        CancellationToken cancel) =>
        await KnownCustomer.Find(database, here.ShopId, customer, cancel) is null
            ? Refusal.NotFound("customer")
            : await ReadOrders.List(new OrderFilter { CustomerId = customer, Limit = limit, Cursor = cursor }, own, here, cancel);

    public async Task<Answer> Erase(long customer, CancellationToken cancel)
    {
        if (await KnownCustomer.Find(database, here.ShopId, customer, cancel) is null)
            return Refusal.NotFound("customer");
        await EraseFromOrders(customer, cancel);
        var erased = await erase.Run(customer, cancel);
        await EraseFromOrders(customer, cancel); // those that were placed meanwhile
        return erased ? Answer.Done : Refusal.NotFound("customer");
    }

    public async Task<Answer<CustomerView>> Merge(long stays, MergeCustomersRequest request, CancellationToken cancel)
    {
        if (await KnownCustomer.Find(database, here.ShopId, stays, cancel) is not { } known || known.Id != stays)
            return Refusal.NotFound("customer");
        if (request.CustomerId is not { } goes || goes == stays)
            return Refusal.OfField("customer_id", request.CustomerId is null ? "is required" : "is this customer");
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // The orders before the customers, as every change of an order locks them.
        await MoveOrders();
        var joined = await join.Run(connection, stays, goes, moment.Now, cancel);
        if (joined.Refusal is not null)
            return joined;
        await MoveOrders(); // those that were placed meanwhile
        await connection.Execute(
            "update standing_orders set customer_id = $3, version = version + 1 where shop_id = $1 and customer_id = $2",
            cancel,
            here.ShopId,
            goes,
            stays);
        await connection.Execute(
            "update cake_orders set customer_id = $3, version = version + 1 where shop_id = $1 and customer_id = $2",
            cancel,
            here.ShopId,
            goes,
            stays);
        await PromotionUses.Join(connection, goes, stays, cancel);
        await transaction.CommitAsync(cancel);
        return joined;

        Task MoveOrders() => connection.Execute(
            """
            update orders set customer_id = $3, version = version + 1 where id = any(array(
                select id from orders where shop_id = $1 and customer_id = $2 order by id for update))
            """,
            cancel,
            here.ShopId,
            goes,
            stays);
    }

    private async Task EraseFromOrders(long customer, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await ForgetTold.Run(connection, here.ShopId, customer, cancel);
        await SetAsideRows.Forget(connection, here.ShopId, customer, cancel);
        await connection.Execute(
            """
            update standing_orders set delivery_address = null, notes = null, version = version + 1, updated_at = $3,
                ended_at = coalesce(ended_at, $3)
            where shop_id = $1 and customer_id = $2
            """,
            cancel,
            here.ShopId,
            customer,
            moment.Now);
        await connection.Execute(
            """
            update cake_orders set customer_id = null, customer_name = null, phone = null, notes = null, inscription = null,
                picture_url = null, version = version + 1, updated_at = $3
            where shop_id = $1 and customer_id = $2
            """,
            cancel,
            here.ShopId,
            customer,
            moment.Now);
        await connection.Execute(
            """
            update deliveries set proof_by = null, proof_note = null, proof_image = null where proved_at is not null
                and order_id = any(array(select id from orders where shop_id = $1 and customer_id = $2))
            """,
            cancel,
            here.ShopId,
            customer);
        while (await connection.Execute(
            """
            update orders set customer_name = null, delivery_address = null, guest_allergens = null, version = version + 1
            where id = any(array(
                select id from orders where shop_id = $1 and customer_id = $2
                    and (customer_name is not null or delivery_address is not null or guest_allergens is not null)
                order by id limit $3 for update))
            """,
            cancel, here.ShopId, customer, Piece) == Piece)
        {
        }
    }
}
