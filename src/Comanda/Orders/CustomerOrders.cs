using Comanda.Data;
using Comanda.Guests;
using Comanda.Kernel;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// GET /api/customers/{id}/orders, and DELETE /api/customers/{id}: a customer's name and addresses go from their orders, and then who
/// they were. In small pieces, and without a lock on both at once; whoever was interrupted asks again.
/// </summary>
public sealed class CustomerOrders(ComandaDb db, NpgsqlDataSource database, EraseCustomer erase, Here here)
{
    private const int Piece = 500;

    public async Task<Answer<PageOf<OrderView>>> Of(
        long customer,
        int? limit,
        string? cursor,
        CancellationToken cancel) =>
        await KnownCustomer.Find(database, here.ShopId, customer, cancel) is null
            ? Refusal.NotFound("customer")
            : await ReadOrders.List(new OrderFilter { CustomerId = customer, Limit = limit, Cursor = cursor }, db, here, cancel);

    public async Task<Answer> Erase(long customer, CancellationToken cancel)
    {
        if (await KnownCustomer.Find(database, here.ShopId, customer, cancel) is null)
            return Refusal.NotFound("customer");
        await EraseFromOrders(customer, cancel);
        var erased = await erase.Run(customer, cancel);
        await EraseFromOrders(customer, cancel); // those that were placed meanwhile
        return erased ? Answer.Done : Refusal.NotFound("customer");
    }

    private async Task EraseFromOrders(long customer, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await SetAsideRows.Forget(connection, here.ShopId, customer, cancel);
        while (await connection.Execute(
            """
            update orders set customer_name = null, delivery_address = null, version = version + 1 where id = any(array(
                select id from orders where shop_id = $1 and customer_id = $2
                    and (customer_name is not null or delivery_address is not null) order by id limit $3 for update))
            """,
            cancel, here.ShopId, customer, Piece) == Piece)
        {
        }
    }
}
