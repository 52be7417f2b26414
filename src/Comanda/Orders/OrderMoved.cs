using Comanda.Promotions;
using Npgsql;

namespace Comanda.Orders;

/// <summary>What follows of an order's having another status than before, in the transaction of that.</summary>
internal static class OrderMoved
{
    /// <summary>It is noted when that was; of one that will not be, promotions may be used again.</summary>
    public static async Task Note(NpgsqlConnection connection, Order order, DateTimeOffset at, CancellationToken cancel)
    {
        await TrackOrder.Note(connection, order, at, cancel);
        if (order.Status == OrderStatus.Cancelled)
            await PromotionUses.GiveBack(connection, order.Id, at, cancel);
    }
}
