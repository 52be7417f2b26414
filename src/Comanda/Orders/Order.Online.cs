using Comanda.Shops;

namespace Comanda.Orders;

/// <summary>What guests order themselves: the room that it takes of a slot, the way to an area, and the wait for its payment.</summary>
public sealed partial class Order
{
    /// <summary>When the slot begins that it has a place in; null where it takes none.</summary>
    public DateTimeOffset? SlotAt { get; internal set; }

    /// <summary>The minutes of work that it takes of its slot.</summary>
    public int SlotMinutes { get; internal set; }

    public long? DeliveryAreaId { get; internal set; }

    /// <summary>How long it is on its way.</summary>
    public int DeliveryMinutes { get; internal set; }

    /// <summary>
    /// Until when it waits for its guest to pay by card: the kitchen has it only then, and not paid by then it is cancelled. Null where it
    /// does not wait.
    /// </summary>
    public DateTimeOffset? PaymentDueBy { get; internal set; }

    /// <summary>The account of the guest whose it is: who hears of it besides staff. Not known of one that was read.</summary>
    internal long? GuestAccount { get; set; }

    internal bool IsBrought => Type == OrderType.Delivery;

    /// <summary>It counts in a slot: it is to be brought or fetched at an hour, or a guest ordered it themselves.</summary>
    internal bool TakesSlot => !Training && (Type is OrderType.Online or OrderType.Delivery || SlotAt is not null);

    /// <summary>Takes the slot of its own hour, or, where it is for as soon as can be, of when it will be ready.</summary>
    internal void ChooseSlot(ShopSettings settings, DateTimeOffset now)
    {
        var ready = ScheduledFor ?? CreatedAt.AddMinutes(EstimatedTime);
        SlotAt = (SlotGrid.At(settings, ready) ?? (ScheduledFor is null ? SlotGrid.At(settings, now) : null))?.From;
        SlotMinutes = SlotAt is null ? 0 : WorkInSlot;
    }

    internal int WorkInSlot => (int)Math.Min(int.MaxValue, Work);

    /// <summary>
    /// What was to be paid is paid: it waits no longer, and the kitchen gets it when it is due. Answers whether that is so now.
    /// </summary>
    internal bool GoOnOncePaid(DateTimeOffset now, int hands)
    {
        if (PaymentDueBy is null || BalanceDue > Money.Zero || Status == OrderStatus.Cancelled)
            return false;
        PaymentDueBy = null;
        if (Status == OrderStatus.Pending && IsDue(now, hands))
            Fire(now);
        return true;
    }

    /// <summary>Whether its guest may cancel it; null where they may.</summary>
    internal Refusal? GuestMayCancel() =>
        Status is OrderStatus.Pending or OrderStatus.Cancelled
            ? null
            : Refusal.Conflict("not_pending", $"The order is {Status.ToWire()}; ask the shop.");
}
