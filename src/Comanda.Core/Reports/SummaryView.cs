namespace Comanda.Reports;

/// <summary>
/// The figures of a day, a shop or a period; all of them add up. <see cref="NetSales"/> are sales without tax. <see cref="Voids"/> are
/// orders cancelled, whenever they were sold, and <see cref="Voided"/> what they came to. <see cref="DrawerDifference"/> is what was
/// counted beyond (or below) what drawers had to hold. <see cref="CostOfGoods"/> and <see cref="Waste"/> are exact and not rounded.
/// <see cref="NewGuests"/> are those that the shop got to know, <see cref="ReturningGuests"/> those it had known before and who came again,
/// each once a day.
/// </summary>
public sealed record FiguresView(
    long Orders,
    decimal Sales,
    decimal NetSales,
    decimal Tax,
    decimal Tips,
    decimal Discounts,
    decimal ServiceCharges,
    decimal Refunds,
    decimal RefundedTax,
    decimal CashRounding,
    decimal GiftCardsSold,
    decimal Unpaid,
    long Voids,
    decimal Voided,
    decimal DrawerDifference,
    decimal CostOfGoods,
    decimal Waste,
    long NewGuests,
    long ReturningGuests)
{
    public static readonly FiguresView None = new(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    public static FiguresView operator +(FiguresView a, FiguresView b) => new(
        a.Orders + b.Orders,
        a.Sales + b.Sales,
        a.NetSales + b.NetSales,
        a.Tax + b.Tax,
        a.Tips + b.Tips,
        a.Discounts + b.Discounts,
        a.ServiceCharges + b.ServiceCharges,
        a.Refunds + b.Refunds,
        a.RefundedTax + b.RefundedTax,
        a.CashRounding + b.CashRounding,
        a.GiftCardsSold + b.GiftCardsSold,
        a.Unpaid + b.Unpaid,
        a.Voids + b.Voids,
        a.Voided + b.Voided,
        a.DrawerDifference + b.DrawerDifference,
        a.CostOfGoods + b.CostOfGoods,
        a.Waste + b.Waste,
        a.NewGuests + b.NewGuests,
        a.ReturningGuests + b.ReturningGuests);
}

/// <summary>One business day of one shop.</summary>
public sealed record ShopDayView(long ShopId, string Shop, DateOnly Date, FiguresView Figures);

/// <summary>One shop in the period.</summary>
public sealed record ShopFiguresView(long ShopId, string Shop, FiguresView Figures);

/// <summary>What was given for one reason: how often, and how much. Null is without one.</summary>
public sealed record GivenReasonView(string? Reason, long Count, decimal Amount);

/// <summary>
/// What a promotion cost: the orders that had it, and what it took off them (part of <see cref="FiguresView.Discounts"/>); those that were
/// cancelled are taken off again.
/// </summary>
public sealed record PromotionCostView(long PromotionId, string Title, string? Code, long Uses, decimal Discount);

/// <summary>A drawer session that was counted at its close in the period.</summary>
public sealed record DrawerDifferenceView(
    long DrawerId,
    long ShopId,
    string Register,
    DateTimeOffset ClosedAt,
    string? ClosedBy,
    decimal Expected,
    decimal Counted,
    decimal Difference);

/// <summary>
/// What the shop owes for gift cards, points and deposits at the end of the period: what is on all cards, what points there are and what
/// they are worth when they are redeemed, as the shop's setting has it now.
/// </summary>
public sealed record LiabilityView(decimal GiftCards, long Points, decimal PointsValue)
{
    /// <summary>Of cups, boxes and crates that are not back.</summary>
    public decimal Deposits { get; init; }

    /// <summary>Of <see cref="GiftCards"/>, what was paid ahead for cakes that are not collected.</summary>
    public decimal CakeDeposits { get; init; }
}

/// <summary>
/// All figures of a period of business days, of one shop or of several with one currency, each of them told by day and shop too.
/// </summary>
public sealed record SummaryView(
    DateOnly From,
    DateOnly To,
    string Currency,
    FiguresView Total,
    IReadOnlyList<ShopFiguresView> Shops,
    IReadOnlyList<ShopDayView> Days,
    IReadOnlyDictionary<string, decimal> PaymentMethods,
    IReadOnlyDictionary<string, decimal> RefundMethods,
    IReadOnlyList<DayTaxView> Taxes,
    IReadOnlyList<GivenReasonView> DiscountReasons,
    IReadOnlyList<GivenReasonView> VoidReasons,
    IReadOnlyList<PromotionCostView> Promotions,
    IReadOnlyList<DrawerDifferenceView> Drawers,
    LiabilityView Owed);
