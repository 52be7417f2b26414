using Comanda.Screens.Words;

namespace Comanda.Screens.Office.Books;

/// <summary>What figures of the reports are called, and what has a share in them.</summary>
public static class FigureWords
{
    /// <summary>A figure.</summary>
    public static string Of(Speech say, string figure) => figure switch
    {
        "sales" or "total_sales" or "revenue" => say["figure.sales"],
        "net_sales" or "net" => say["figure.net"],
        "orders" or "order_count" or "uses" or "count" => say["figure.orders"],
        "tax" => say["figure.tax"],
        "tips" => say["figure.tips"],
        "discounts" or "discount" => say["figure.discounts"],
        "service_charges" => say["figure.service"],
        "refunds" or "refund_methods" => say["figure.refunds"],
        "refund_count" => say["figure.refundcount"],
        "voids" or "cancelled" => say["figure.voids"],
        "voided" => say["figure.voided"],
        "gift_cards_sold" => say["figure.giftcards"],
        "unpaid" => say["figure.unpaid"],
        "cost_of_goods" or "cost" => say["figure.cost"],
        "payment_methods" => say["figure.paid"],
        "refunded_net" or "refunded_tax" => say["figure.refundedtax"],
        "declared_net" => say["figure.declarednet"],
        "declared_tax" => say["figure.declaredtax"],
        "quantity" or "units" => say["report.units"],
        "amount" => say["figure.amount"],
        _ => figure.Replace('_', ' '),
    };

    /// <summary>What has a share in one.</summary>
    public static string Kind(Speech say, string kind) => kind switch
    {
        "sale" => say["journal.sale"],
        "cancellation" => say["journal.cancellation"],
        "refund" => say["journal.refund"],
        "payment" => say["journal.payment"],
        "money_back" => say["why.moneyback"],
        "gift_card" => say["journal.giftcard"],
        "order" => say["why.order"],
        _ => kind,
    };
}
