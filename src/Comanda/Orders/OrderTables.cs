using Comanda.Data;
using Microsoft.EntityFrameworkCore;

namespace Comanda.Orders;

/// <summary>The orders' tables, in this room's words.</summary>
public static class OrderTables
{
    extension(ComandaDb db)
    {
        public DbSet<Order> Orders => db.Set<Order>();
    }

    /// <summary>With all that an answer shows, in one query: an order and its lines as they were at one moment.</summary>
    public static IQueryable<Order> Whole(this IQueryable<Order> orders) =>
        orders.Include(o => o.Items.OrderBy(l => l.Position))
            .Include(o => o.Payments.OrderBy(p => p.Id))
            .Include(o => o.Refunds.OrderBy(r => r.Id));
}

/// <summary>What an order refuses.</summary>
public static class OrderRefusals
{
    public static Refusal CannotMove(OrderStatus from, OrderStatus to, IReadOnlyList<OrderStatus> allowed) => Refusal.Conflict(
        "invalid_transition",
        $"An order that is {from.ToWire()} cannot become {to.ToWire()}; "
        + (allowed.Count == 0 ? "this is its end." : "it can become " + string.Join(", ", allowed.Select(a => a.ToWire())) + "."));

    public static Refusal IsHeld() => Refusal.Conflict("order_held", "The order is held; resume it first.");

    public static Refusal AwaitsPayment() => Refusal.Conflict(
        "awaiting_payment", "The order waits for its guest to pay it by card; take the payment, or cancel it.");

    public static Refusal AlreadyRefunded(string detail) => Refusal.Conflict("already_refunded", detail);

    public static Refusal RefundTooLarge(Money left, Currency currency) =>
        Refusal.Conflict("refund_too_large", $"At most {left.ToText(currency)} can go back.");

    public static Refusal Overpayment(Money due, Currency currency) => Refusal.Conflict(
        "overpayment",
        $"Only {due.ToText(currency)} is due. For cash, give the amount due and what was tendered: the change is worked out.");

    public static Refusal TipNeedsMoney(Money atMost, Currency currency) => Refusal.Conflict(
        "tip_needs_money",
        $"Points and gift cards pay no tip: at most {atMost.ToText(currency)} can be paid that way. "
        + "Take the tip in cash, by card or mobile.");

    public static Refusal TotalDiffers(decimal shown, Money total, Currency currency) => Refusal.Conflict(
        "total_differs",
        $"The guest was shown {shown.ToString(System.Globalization.CultureInfo.InvariantCulture)}; it costs {total.ToText(currency)}.");

    public static Refusal OtherTotal(decimal told, Money total, Currency currency) => Refusal.Conflict(
        "total_changed", $"The guest was told {told.ToString(
            System.Globalization.CultureInfo.InvariantCulture)}; by today's menu it is {total.ToText(currency)}.");
}
