using System.Text.Json.Serialization;
using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>What the journal writes of an order: real content, amounts in minor units, no row ids.</summary>
public static class JournalContent
{
    public static string OfSale(Order order) => Json.Write(new
    {
        order_number = order.OrderNumber,
        at = order.CreatedAt,
        received_at = order.ReceivedAt,
        till_clock = order.TillClock,
        training = order.Training,
        currency = order.Currency,
        prices_include_tax = order.PricesIncludeTax,
        cashier = order.CashierName,
        lines = order.Items.Select(l => new JournalLine(l)),
        delivery_fee = order.DeliveryFee.Minor,
        tip = order.Tip.Minor,
        service_charge = order.ServiceCharge.Minor,
        tax = order.Tax.Minor,
        total = order.Total.Minor,
        payments = order.Payments.Select(Of),
    });

    public static string OfPayment(Order order, Payment payment) => Json.Write(new
    {
        order_number = order.OrderNumber,
        at = payment.PaidAt,
        currency = order.Currency,
        payment = Of(payment),
        paid = order.Paid.Minor,
        total = order.Total.Minor,
    });

    public static string OfCancellation(Order order, IEnumerable<Refund> refunds, string by) => Json.Write(new
    {
        order_number = order.OrderNumber,
        at = order.CancelledAt,
        currency = order.Currency,
        by,
        reason = order.CancelReason,
        total = order.Total.Minor,
        refunds = refunds.Select(r => new { method = r.Method.ToWire(), amount = r.Amount.Minor, rounding = r.Rounding.Minor }),
    });

    public static string OfRefund(OrderRefund refund, IEnumerable<Refund> tenders, string by) => Json.Write(new
    {
        order_number = refund.Order.OrderNumber,
        at = refund.At,
        currency = refund.Order.Currency,
        by,
        reason = refund.Reason,
        amount = refund.Shares.Amount.Minor,
        tax = refund.Shares.Tax.Minor,
        delivery_fee = refund.Shares.DeliveryFee.Minor,
        tip = refund.Shares.Tip.Minor,
        lines = refund.Shares.Lines.Select(l => new
        {
            position = refund.Order.Items.First(i => i.Id == l.Id).Position,
            quantity = l.Quantity.Number,
            amount = l.Amount.Minor,
            tax = l.Tax.Minor,
            taxes = l.Taxes.Select(Of),
        }),
        tenders = tenders.Select(t => new { method = t.Method.ToWire(), amount = t.Amount.Minor, rounding = t.Rounding.Minor }),
    });

    internal static object Of(BorneTax tax) => new
    {
        name = tax.Levy.Name,
        rate = tax.Levy.Rate.Percent,
        treatment = tax.Levy.Treatment.ToWire(),
        @base = tax.Base.Minor,
        tax = tax.Tax.Minor,
    };

    private static object Of(Payment payment) => new
    {
        method = payment.Method.ToWire(),
        amount = payment.Amount.Minor,
        tendered = payment.Tendered?.Minor,
        change = payment.Change.Minor,
        rounding = payment.Rounding.Minor,
        reference = payment.Reference,
    };
}

/// <summary>A line as the journal writes it, in this order; of what is sold by the piece it says no unit.</summary>
internal sealed class JournalLine(OrderLine line)
{
    public string Name => line.Name;

    public decimal Quantity => line.Quantity.Number;

    public long UnitPrice => line.UnitPrice.Minor;

    public FrozenModifier[] Modifiers => OrderView.Thaw(line);

    public long Discount => line.Discount.Minor;

    /// <summary>What of the discount promotions took off.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IEnumerable<object>? Promotions => line.Promotions is null
        ? null
        : FrozenPromotions.Thaw(line.Promotions).Select(p => new { title = p.Title, code = p.Code, amount = p.Amount.Minor });

    public long ServiceCharge => line.ServiceCharge.Minor;

    public decimal TaxRate => line.TaxRate.Percent;

    public long Tax => line.Tax.Minor;

    public string Way => line.Way.ToWire();

    public string TaxClass => line.TaxClass;

    public IEnumerable<object> Taxes => line.Borne.Select(JournalContent.Of);

    public long Total => line.Total.Minor;

    public string? Combo => line.ComboName;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Unit => line.Unit?.ToWire();
}
