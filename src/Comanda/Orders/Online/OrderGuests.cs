using Comanda.Data;
using Npgsql;

namespace Comanda.Orders;

/// <summary>Who besides staff hears of orders: the accounts of the guests whose they are.</summary>
internal static class OrderGuests
{
    public static async Task Find(IEnumerable<Order> orders, NpgsqlConnection connection, CancellationToken cancel)
    {
        var ofGuests = orders.Where(o => o.CustomerId is not null).ToList();
        if (ofGuests.Count == 0)
            return;
        await using var command = connection.Command(
            "select id, user_id from customers where id = any($1) and user_id is not null",
            (object)ofGuests.Select(o => o.CustomerId!.Value).Distinct().ToArray());
        var accounts = (await command.List(r => (Customer: r.GetInt64(0), Account: r.GetInt64(1)), cancel))
            .ToDictionary(a => a.Customer, a => (long?)a.Account);
        foreach (var order in ofGuests)
            order.GuestAccount = accounts.GetValueOrDefault(order.CustomerId!.Value);
    }
}
