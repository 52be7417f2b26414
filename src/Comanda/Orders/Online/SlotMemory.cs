using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>What an order takes of a slot.</summary>
internal sealed record SlotPlace(DateTimeOffset At, bool IsBrought, int Minutes)
{
    /// <summary>Null where it takes nothing: it is for no slot, or cancelled.</summary>
    public static SlotPlace? Of(Order order) => order is { SlotAt: { } at, Status: not OrderStatus.Cancelled }
        ? new(at, order.IsBrought, order.SlotMinutes)
        : null;

    public bool IsIn(SlotPlace? other) => other is not null && other.At == At && other.IsBrought == IsBrought;

    public SlotLoad Load => new(IsBrought ? 0 : 1, IsBrought ? 1 : 0, Minutes);
}

/// <summary>What some orders took of slots before they changed.</summary>
internal sealed class SlotMemory(List<Order> orders)
{
    private readonly List<(Order Order, SlotPlace? Place)> before = orders.ConvertAll(o => (o, SlotPlace.Of(o)));

    /// <summary>
    /// Takes and gives back what is different now, in the caller's transaction. The refusal where an order came to a slot that is full, and
    /// then the caller must roll back; one that stays in its slot may grow there, since whoever works there let it.
    /// </summary>
    public async Task<Refusal?> Write(ShopSettings settings, NpgsqlConnection connection, CancellationToken cancel)
    {
        var moves = new List<SlotMove>();
        foreach (var (order, was) in before)
        {
            if (order.SlotAt is not null)
                order.SlotMinutes = order.WorkInSlot;
            var now = SlotPlace.Of(order);
            if (now == was)
                continue;
            if (was is not null)
                moves.Add(new(was, -1));
            if (now is not null)
                moves.Add(new(now, 1) { IsChecked = !now.IsIn(was) });
        }

        return moves.Count == 0 ? null : await TakeSlots.Run(connection, before[0].Order.ShopId, settings, moves, cancel);
    }
}
