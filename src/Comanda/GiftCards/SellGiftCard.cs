using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Registers;
using Comanda.Shops;
using Comanda.Taxes;
using Npgsql;

namespace Comanda.GiftCards;

/// <summary>
/// POST /api/gift-cards: sells one. Apart from orders, so that nothing of an order can touch it: it is no revenue, takes no discount or
/// promotion, earns no points, and has no tax but where it is for goods whose tax is certain (<see cref="SinglePurpose"/>). Its money lies
/// in a drawer session like any other; card, movement, journal entry, audit, event and retry key commit together.
/// </summary>
public sealed class SellGiftCard(IdempotentWrite retries, EventBell bell, Moment moment)
{
    public async Task<Answer<GiftCardSold>> Handle(SellGiftCardRequest request, CancellationToken cancel)
    {
        var key = retries.KeyOf(request);
        if (key.Refusal is { } badKey)
            return badKey;
        var shop = moment.Shop;
        var errors = new FieldErrors();
        var code = GiftCardCode.Read(request.Code);
        errors.Check(request.Code is null || code is not null, "code", GiftCardCode.Rule);
        var paid = Read(request, shop, errors);
        var purpose = ReadPurpose(request, paid.Amount, errors);
        var till = moment.Till;
        if (till.Refusal is { } stranger)
            return stranger;
        if (errors.Any)
            return errors.ToRefusal();
        if (moment.Caller.IsTrainee)
            return Refusal.Conflict("training_order", "Practice takes no money, so it sells no gift card.");
        var answer = await retries.Once(
            key.Value,
            connection => Write(
                connection, paid with { Purpose = purpose }, code, till.Value ?? shop.RegisterOf(RegisterKind.Counter).Id, cancel),
            cancel);
        bell.Ring();
        return answer;
    }

    /// <summary>Money that is paid ahead for an order to come; wrong fields are named below <paramref name="at"/>.</summary>
    internal Outcome<Takings> ReadHeld(SellGiftCardRequest request, string at)
    {
        var errors = new FieldErrors();
        var paid = Read(request, moment.Shop, errors);
        return errors.Any ? errors.ToRefusal(at) : paid with { IsHeld = true };
    }

    /// <summary>Takes it, in the caller's transaction: a card that nobody is given. Answers the card's id.</summary>
    internal async Task<long> Hold(NpgsqlConnection connection, Takings paid, SinglePurpose? purpose, CancellationToken cancel)
    {
        var register = moment.Till.Value ?? moment.Shop.RegisterOf(RegisterKind.Counter).Id;
        return (await Write(connection, paid with { Purpose = purpose }, null, register, cancel)).Value.Id;
    }

    private SinglePurpose? ReadPurpose(SellGiftCardRequest request, Money amount, FieldErrors errors)
    {
        var (settings, isSingle) = (moment.Shop.Settings, errors.OneOf("kind", request.Kind, GiftCardKind.Multi) == GiftCardKind.Single);
        var way = errors.OneOf("way", request.Way, Way.DineIn);
        errors.Check(request.TaxClass is null || settings.Taxes.Has(request.TaxClass), "tax_class", "is no class of the shop's taxes");
        errors.Check(isSingle || request.TaxClass is null, "tax_class", "goes with kind single");
        errors.Check(isSingle || request.Way is null, "way", "goes with kind single");
        return !isSingle || errors.Any
            ? null
            : SinglePurpose.Sold(amount, request.TaxClass ?? settings.Taxes.DefaultClass, way, moment.Today, settings);
    }

    private static Takings Read(SellGiftCardRequest request, Shop shop, FieldErrors errors)
    {
        var currency = shop.Currency;
        var rule = $"must be more than 0, with at most {currency.Digits} decimals ({currency.Code})";
        Money amount = Money.Zero, tendered = Money.Zero;
        var readable = request.Amount is { } asked && Money.TryFrom(asked, currency, out amount) && amount > Money.Zero;
        errors.Check(readable, "amount", request.Amount is null ? "is required" : rule);
        errors.Check(
            WireName<PaymentMethod>.TryParse(request.Method, out var method)
                && method is PaymentMethod.Cash or PaymentMethod.Card or PaymentMethod.Mobile, "method", "must be cash, card or mobile");
        var cash = method == PaymentMethod.Cash;
        var inCoins = cash ? shop.Settings.Rules.Cash.Of(amount) : amount;
        errors.Check(
            !readable || inCoins > Money.Zero,
            "amount",
            $"must be at least {shop.Settings.Rules.Cash.Step.ToText(currency)} in cash, the smallest coin");
        var given = request.Tendered is { } handed && Money.TryFrom(handed, currency, out tendered) && tendered > Money.Zero;
        errors.Check(request.Tendered is null || given, "tendered", rule);
        errors.Check(request.Tendered is null || cash, "tendered", "goes with cash only");
        errors.Check(!given || !cash || tendered >= inCoins, "tendered", $"must be at least {inCoins.ToText(currency)}");
        return new(
            method,
            amount,
            request.Tendered is null ? null : tendered,
            request.Tendered is null ? Money.Zero : tendered - inCoins,
            inCoins - amount);
    }

    private async Task<Answer<GiftCardSold>> Write(
        NpgsqlConnection connection, Takings paid, string? given, long register, CancellationToken cancel)
    {
        var shop = moment.Shop;
        var (now, currency, by) = (moment.Now, shop.Currency, moment.Caller);
        var (code, id) = (given ?? GiftCardCode.New(), (long?)null);
        // The card before the register, as charging one does.
        while ((id = (long?)await connection.Scalar(
            "insert into gift_cards (shop_id, code, amount, balance, sold_at, sold_by, kind, tax_class, way, held) values ($1, $2, $3, $3, "
                + "$4, $5, $6, $7::text, $8::text, $9) on conflict (shop_id, code) do nothing returning id",
            cancel,
            shop.Id,
            code,
            paid.Amount.Minor,
            now,
            by.UserId,
            paid.Kind.ToWire(),
            paid.Purpose?.TaxClass,
            paid.Purpose?.Way.ToWire(),
            paid.IsHeld)) is null)
        {
            if (given is not null)
                return Refusal.Conflict("gift_card_exists", "There is a gift card with this code already.");
            code = GiftCardCode.New();
        }

        var card = new GiftCardMovement
        {
            CardId = id.Value,
            Kind = "sale",
            Amount = paid.Amount,
            Balance = paid.Amount,
            Method = paid.Method.ToWire(),
            Rounding = paid.Rounding,
            Tendered = paid.Tendered,
            Change = paid.Change,
            Taxes = paid.Purpose?.Taxes ?? [],
        };
        await card.Write(connection, moment.Here, shop, register, now, cancel);
        await FiscalJournal.Append(
            connection,
            new(shop.Id, register, JournalKind.GiftCard, now, card.Journal("sold", code, currency, by, now)),
            cancel);
        var (amount, masked) = (paid.Amount.In(currency), GiftCardCode.Mask(code));
        await new AuditEntry(AuditActions.GiftCardSold, "gift_card", id, After: new { code = masked, amount, method = card.Method }).Write(
            connection,
            moment.Here,
            now,
            cancel);
        await ShopEvent.Of(
            moment.Here,
            EventNames.GiftCardSold,
            now,
            new GiftCardChanged(id.Value, masked, amount, amount, "active", card.Method)).Write(connection, cancel);
        var text = GiftCardCode.ToText(code);
        var sold = new GiftCardSold(
            id.Value,
            text,
            amount,
            amount,
            "active",
            currency.Code,
            now,
            by.Name,
            card.Method,
            paid.Tendered?.In(currency),
            paid.Change.In(currency),
            paid.Rounding.In(currency),
            paid.Kind.ToWire(),
            paid.Purpose?.TaxClass,
            paid.Purpose?.Way.ToWire(),
            paid.Purpose?.Tax.In(currency),
            paid.Purpose is null ? null : TaxesOf(paid.Purpose, currency));
        return Answer.Created(sold, "/api/gift-cards/" + text);
    }

    private static List<GiftCardTaxView> TaxesOf(SinglePurpose purpose, Currency currency) =>
    [
        .. purpose.Taxes.Where(t => t.Levy.IsListed).Select(t => new GiftCardTaxView(
            t.Levy.Name,
            t.Levy.Rate.Percent,
            t.Base.In(currency),
            t.Tax.In(currency),
            t.Levy.Treatment.ToWire(),
            t.Levy.Letter)),
    ];

    /// <summary>What comes for the card. In cash, <see cref="Amount"/> + <see cref="Rounding"/> changes hands.</summary>
    internal sealed record Takings(PaymentMethod Method, Money Amount, Money? Tendered, Money Change, Money Rounding)
    {
        /// <summary>What the card is for, where its tax is certain.</summary>
        public SinglePurpose? Purpose { get; init; }

        /// <summary>It is a deposit on one order, and nobody is given the card.</summary>
        public bool IsHeld { get; init; }

        public GiftCardKind Kind => Purpose is null ? GiftCardKind.Multi : GiftCardKind.Single;
    }
}
