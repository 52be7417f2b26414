using Comanda.Data;
using Comanda.Registers;
using Comanda.Shops;
using Comanda.Taxes;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Comanda.Orders;

/// <summary>
/// What a guest asked for, as it was when they asked: names, prices, tax rates and discounts are frozen in the lines.
/// The order guards its own rules: its status moves by one table, and its payments never exceed its total.
/// </summary>
public sealed partial class Order : IShopOwned
{
    public long Id { get; init; }

    public long ShopId { get; init; }

    public long RegisterId { get; init; }

    /// <summary>Gap-free within the register; given by the database when the order is written.</summary>
    public long Number { get; internal set; }

    public string OrderNumber { get; internal set; } = "";

    public OrderType Type { get; internal set; }

    public OrderStatus Status { get; private set; }

    /// <summary>A trainee's practice: it stays out of takings.</summary>
    public bool Training { get; init; }

    public DateOnly BusinessDay { get; init; }

    /// <summary>ISO 4217 code.</summary>
    public required string Currency { get; init; }

    public bool PricesIncludeTax { get; init; }

    /// <summary>JSON: the rules by which it is priced and paid, the shop's when it was placed, which an edit keeps.</summary>
    public required string Rules { get; set; }

    /// <summary>The same, read.</summary>
    public PricingRules PricedBy
    {
        get => field ??= PricingRules.Thaw(Rules, PricesIncludeTax);
        internal set => (field, Rules) = (value, value.Freeze());
    }

    /// <summary>The code of a promotion that it named.</summary>
    public string? PromoCode { get; internal set; }

    public Money Subtotal { get; internal set; }

    public Money Discount { get; internal set; }

    /// <summary>On top of what is eaten here; part of the lines' totals.</summary>
    public Money ServiceCharge { get; internal set; }

    public Money Tax { get; internal set; }

    /// <summary>With its taxes, where it bears some.</summary>
    public Money DeliveryFee { get; internal set; }

    /// <summary>JSON: the taxes of the fee, frozen.</summary>
    public string DeliveryTaxes { get; internal set; } = "[]";

    public Money Tip { get; internal set; }

    public Money Total { get; internal set; }

    public Money Paid { get; private set; }

    public Money Refunded { get; private set; }

    public long? CashierId { get; init; }

    public string? CashierName { get; init; }

    public string? CustomerName { get; internal set; }

    public string? Table { get; internal set; }

    public string? Notes { get; internal set; }

    /// <summary>What another system calls it.</summary>
    public string? Reference { get; init; }

    /// <summary>How the guest means to pay; null where nobody said.</summary>
    public PaymentMethod? PayBy { get; internal set; }

    /// <summary>JSON of a <see cref="Orders.DeliveryAddress"/>.</summary>
    public string? DeliveryAddress { get; internal set; }

    public DateTimeOffset? ScheduledFor { get; internal set; }

    /// <summary>Minutes from the placing.</summary>
    public int EstimatedTime { get; internal set; }

    /// <summary>What of it was reckoned before anything was learned of earlier orders; null where nobody was told a wait.</summary>
    public int? Quoted { get; internal set; }

    /// <summary>When the sale was made, by our clock.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last; null while it was not.</summary>
    public DateTimeOffset? UpdatedAt { get; internal set; }

    public DateTimeOffset? CompletedAt { get; private set; }

    public DateTimeOffset? CancelledAt { get; private set; }

    public DateOnly? CancelledDay { get; private set; }

    /// <summary>The drawer session that the sale belongs to; null for imported ones.</summary>
    public long? DrawerId { get; init; }

    /// <summary>The drawer session that its cancellation belongs to.</summary>
    public long? CancelledDrawerId { get; private set; }

    public string? CancelReason { get; private set; }

    public long Version { get; private set; } = 1;

    public List<OrderLine> Items { get; } = [];

    public List<Payment> Payments { get; } = [];

    public List<Refund> Refunds { get; } = [];

    public Money BalanceDue => Status == OrderStatus.Cancelled ? Money.Zero : Total - Paid;

    /// <summary>unpaid, partially_paid, paid or refunded.</summary>
    public string PaymentStatus =>
        Paid.IsZero ? (Total.IsZero && Status != OrderStatus.Cancelled ? "paid" : "unpaid")
        : Paid.IsNegative ? (Refunded <= Paid ? "refunded" : "paid")
        : Refunded >= Paid ? "refunded"
        : Paid >= Total ? "paid"
        : "partially_paid";

    /// <summary>Goes on to the next status; where it is already there, that is fine and nothing changes.</summary>
    public Outcome<bool> MoveTo(OrderStatus next, DateTimeOffset now)
    {
        if (Status == next)
            return false;
        if (Held && next != OrderStatus.Cancelled)
            return OrderRefusals.IsHeld();
        if (PaymentDueBy is not null && next != OrderStatus.Cancelled)
            return OrderRefusals.AwaitsPayment();
        var allowed = OrderMoves.From(Status, Type).ToList();
        if (!allowed.Contains(next))
            return OrderRefusals.CannotMove(Status, next, allowed);
        // Whoever begins with one that was for later has it, and so has the kitchen.
        if (next == OrderStatus.Preparing)
            Fire(now);
        else if (Status == OrderStatus.Preparing && next != OrderStatus.Cancelled)
            KeepReady(now);
        Status = next;
        PaymentDueBy = null;
        CompletedAt = next == OrderStatus.Completed ? now : CompletedAt;
        Version++;
        return true;
    }

    /// <summary>Whether its lines and notes may still change; null where they may.</summary>
    public Refusal? CanBeEdited(DateOnly today) =>
        Status != OrderStatus.Pending
            ? Refusal.Conflict("not_pending", $"The order is {Status.ToWire()}; only a pending order can be edited.")
            : !Refunded.IsZero
            ? OrderRefusals.AlreadyRefunded("Money went back for this order; its lines stand.")
            : BusinessDay != today
            ? Refusal.Conflict(
                "day_is_over",
                $"The order belongs to {BusinessDay:yyyy-MM-dd}, and that day's figures stand; cancel it and place a new one.")
            : null;

    /// <summary>Whether it may become a customer's, or another one's; null where it may.</summary>
    public Refusal? CanBecomeOf(long customer) =>
        Status == OrderStatus.Cancelled
            ? Refusal.Conflict("invalid_transition", "The order is cancelled; it is nobody's any more.")
            : !Refunded.IsZero
            ? OrderRefusals.AlreadyRefunded("Money went back for this order; whose it was stands.")
            : CustomerId is not null && CustomerId != customer && (PointsEarned > 0 || Payments.Exists(p => p.Points > 0))
            ? Refusal.Conflict("has_customer", "The order is another customer's, whose points it has moved.")
            : null;

    /// <summary>Whether another round may come to it; null where it may.</summary>
    public Refusal? CanTakeRound(DateOnly today) =>
        Status is not (OrderStatus.Pending or OrderStatus.Preparing or OrderStatus.Ready)
            ? Refusal.Conflict("invalid_transition", $"The order is {Status.ToWire()}; it takes no more. Place a new one.")
            : !Refunded.IsZero
            ? OrderRefusals.AlreadyRefunded("Money went back for this order; its lines stand.")
            : BusinessDay != today
            ? Refusal.Conflict(
                "day_is_over",
                $"The order belongs to {BusinessDay:yyyy-MM-dd}, and that day's figures stand; place a new one.")
            : null;

    /// <summary>The refusal where somebody was shown that it costs something else.</summary>
    public Refusal? DiffersFrom(decimal? shown)
    {
        var currency = Kernel.Currency.Of(Currency);
        return shown is { } total && total != Total.In(currency) ? OrderRefusals.TotalDiffers(total, Total, currency) : null;
    }

    /// <summary>Takes over what an edit priced; what was paid stays, and must still fit.</summary>
    public Refusal? Edit(PricedOrder priced)
    {
        if (BelowPaid(priced.Total, priced.Tip) is { } tooLittle)
            return tooLittle;
        (Subtotal, Discount, ServiceCharge, Tax, DeliveryFee, DeliveryTaxes, Tip, Total) = (
            priced.Subtotal,
            priced.Discount,
            priced.ServiceCharge,
            priced.Tax,
            priced.DeliveryFee,
            FrozenTaxes.Freeze(priced.DeliveryTaxes),
            priced.Tip,
            priced.Total);
        return null;
    }

    /// <summary>It is for another day than the one on which it is placed or changed: not known of one that was read.</summary>
    internal bool IsForLaterDay { get; set; }

    /// <summary>What is counted down is today's: not what is baked for another day, nor what is practice.</summary>
    internal bool TakesFromCountdowns => !Training && !IsForLaterDay;

    /// <summary>How many of each counted item it takes, by the item's id.</summary>
    internal SortedDictionary<long, int> CountedItems()
    {
        var counted = new SortedDictionary<long, int>();
        foreach (var line in Items.Where(l => l.Counted))
            counted[line.MenuItemId] = counted.GetValueOrDefault(line.MenuItemId) + line.Pieces;
        return counted;
    }

    /// <summary>Something about it changed.</summary>
    internal void Changed() => Version++;

    /// <summary>An order made now counts its payments in the same version.</summary>
    internal void IsNew() => Version = 1;

    public sealed class Mapping : IEntityTypeConfiguration<Order>
    {
        public void Configure(EntityTypeBuilder<Order> builder)
        {
            builder.Property(o => o.Id).ValueGeneratedNever();
            builder.Ignore(o => o.PricedBy);
            builder.HasMany(o => o.Items).WithOne().HasForeignKey(l => l.OrderId);
            builder.HasMany(o => o.Payments).WithOne().HasForeignKey(p => p.OrderId);
            builder.HasMany(o => o.Refunds).WithOne().HasForeignKey(r => r.OrderId);
        }
    }
}
