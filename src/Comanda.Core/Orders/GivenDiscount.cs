namespace Comanda.Orders;

/// <summary>A discount that was read: percent or an amount, never more than what it is taken from.</summary>
internal sealed record GivenDiscount(TaxRate? Percent, Money Fixed, string Reason)
{
    public static GivenDiscount? Read(DiscountRequest? request, Currency currency, string at, FieldErrors errors)
    {
        if (request is null)
            return null;
        errors.Check(
            !string.IsNullOrWhiteSpace(request.Reason) && request.Reason.Length <= 200,
            at + "reason",
            "is required, at most 200 characters");
        var reason = request.Reason ?? "";
        var fixedAmount = Money.Zero;
        switch (request.Type)
        {
            case "percentage" when request.Value is { } percent && TaxRate.TryFromPercent(percent, out var rate):
                return new(rate, Money.Zero, reason);
            case "fixed" when request.Value is >= 0 && Money.TryFrom(request.Value.Value, currency, out fixedAmount):
                return new(null, fixedAmount, reason);
            case "percentage":
                errors.Add(at + "value", "must be between 0 and 100 percent with at most 4 decimals");
                return null;
            case "fixed":
                errors.Add(at + "value", $"must be 0 or more, with at most {currency.Digits} decimals ({currency.Code})");
                return null;
            default:
                errors.Add(at + "type", "must be percentage or fixed");
                return null;
        }
    }

    public Money Of(Money amount) => Money.Min(amount, Percent is { } percent ? percent.OnTopOf(amount) : Fixed);
}
