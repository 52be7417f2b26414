using Comanda.GiftCards;
using Comanda.Registers;
using Comanda.Taxes;
using Npgsql;

namespace Comanda.Orders;

/// <summary>A payment of an order by gift card.</summary>
/// <param name="Order">What it is for.</param>
/// <param name="Id">The payment that it will be.</param>
/// <param name="OrLess">No amount was named: what the card has will do.</param>
/// <param name="Path">Of the payment, for field errors.</param>
/// <param name="By">Who takes it; nobody where it is only looked at.</param>
/// <param name="At">When.</param>
internal sealed record GiftCardPayment(Order Order, long Id, bool OrLess, string Path, Caller? By, DateTimeOffset At)
{
    /// <summary>Of the shop, which say what a voucher is for that was taxed when it was sold.</summary>
    public required TaxTable Taxes { get; init; }

    /// <summary>The business day of the payment.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>The code of the deposit that was paid ahead for this order.</summary>
    public string? Held { get; init; }

    private SinglePurpose? purpose;

    /// <summary>The codes of the gift cards among payments that are asked for.</summary>
    public static string[] Codes(IEnumerable<PaymentRequest?> payments) =>
        [.. payments.Select(p => WireName<PaymentMethod>.TryParse(p?.Method, out var method) && method == PaymentMethod.GiftCard
            ? GiftCardCode.Read(p!.Reference)
            : null).OfType<string>()];

    /// <summary>Takes a tender from the card that its reference names; answers it as it was taken, with the code masked.</summary>
    /// <param name="connection">With the order's transaction open; a refusal rolls it back.</param>
    /// <param name="tender">As it was read (<see cref="Tender.Read"/>).</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<Outcome<Tender>> Charge(NpgsqlConnection connection, Tender tender, CancellationToken cancel)
    {
        if (Code(tender) is { Refusal: { } none })
            return none;
        if (Order.Status == OrderStatus.Cancelled || Order.Training || tender.Amount > Order.DueBy(tender.Method))
            return tender; // which the order itself refuses, and why
        var code = Code(tender).Value;
        var limited = await Limit(connection, code, tender, cancel);
        if (limited.Refusal is { } stands)
            return stands;
        tender = limited.Value;
        var charge = new GiftCardCharge
        {
            ShopId = Order.ShopId,
            Code = code,
            Amount = tender.Amount,
            OrLess = OrLess,
            Currency = Currency.Of(Order.Currency),
            OrderId = Order.Id,
            PaymentId = Id,
            Field = Path + "reference",
            IsHeld = code == Held,
            By = By!.UserId,
            At = At,
        };
        var taken = await GiftCardLedger.Charge(connection, charge, cancel);
        if (taken.Refusal is { } refusal)
            return refusal;
        return tender with { Amount = taken.Value, Reference = GiftCardCode.Mask(code) };
    }

    /// <summary>What the card would pay, which is only looked at.</summary>
    public async Task<Outcome<Tender>> Look(NpgsqlDataSource database, Tender tender, CancellationToken cancel)
    {
        if (Code(tender) is { Refusal: { } none })
            return none;
        var code = Code(tender).Value;
        await using var connection = await database.OpenConnectionAsync(cancel);
        var limited = await Limit(connection, code, tender, cancel);
        // Without an amount a card pays what there is on it.
        return limited.Refusal is null && OrLess
            ? tender with { Amount = Money.Min(limited.Value.Amount, await GiftCardLedger.Balance(connection, Order.ShopId, code, cancel)) }
            : limited;
    }

    /// <summary>The order has taken the payment: what a voucher paid for that was taxed when it was sold is not taxed again.</summary>
    public void Cover(Money amount)
    {
        if (purpose is not null)
            Order.Cover(purpose, Taxes, amount);
    }

    private Outcome<string> Code(Tender tender) => GiftCardCode.Read(tender.Reference) is { } code
        ? code
        : Refusal.OfField(
            Path + "reference",
            tender.Reference is null ? "is required: the code of the gift card" : "is no gift card of this shop");

    /// <summary>A voucher that was taxed when it was sold pays for what it is for.</summary>
    private async Task<Outcome<Tender>> Limit(NpgsqlConnection connection, string code, Tender tender, CancellationToken cancel)
    {
        purpose = await GiftCardLedger.PurposeOf(connection, Order.ShopId, code, cancel);
        if (purpose is null)
            return tender;
        if (Order.CanBeCovered(Day) is { } stands)
            return stands;
        var most = Order.MostBy(purpose, Taxes);
        return most.IsZero || (!OrLess && tender.Amount > most)
            ? NotFor(purpose, most)
            : tender with { Amount = Money.Min(tender.Amount, most) };
    }

    private Refusal NotFor(SinglePurpose of, Money most)
    {
        var name = Taxes.Classes.FirstOrDefault(c => c.Code == of.TaxClass)?.Name ?? of.TaxClass;
        return Refusal.Conflict(
            "voucher_not_for_this",
            $"This voucher was taxed when it was sold: it pays for {name} ({of.Way.ToWire()}) and what is taxed alike, of which there is "
                + $"{most.ToText(Currency.Of(Order.Currency))} to pay.");
    }
}
