using Comanda.GiftCards;
using Comanda.Guests;
using Comanda.Registers;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>POST /api/orders/preview: what would it cost, and why?</summary>
public sealed class PreviewOrder(FillOrder fill, PriceBasket pricing, KitchenLoad kitchen, NpgsqlDataSource database, Moment moment)
{
    public async Task<Answer<PreviewView>> Handle(OrderRequest request, CancellationToken cancel)
    {
        var (shop, now) = (moment.Shop, moment.Now);
        var asked = await fill.Run(request, null, cancel);
        if (asked.Refusal is { } wrong)
            return wrong;
        request = asked.Value.Request;
        var errors = new FieldErrors();
        var type = BasketRules.TypeOf(request, now, errors);
        var ground = await pricing.Look(request, now, errors, cancel);
        var customer = ground.Customer;
        if (errors.Any)
            return errors.ToRefusal();
        // What a discount would come to, anybody may see: it is given when the order is placed.
        var settings = DeliveryArea.Charged(asked.Value.Area, shop.Settings);
        var outcome = pricing.Price(ground, request, type, settings);
        if (outcome.Refusal is { } refusal)
            return refusal;

        if (BasketRules.NotSoldThen(outcome.Value.Lines, shop.Settings, request.ScheduledFor ?? now) is { } notNow)
            return notNow;
        if (BasketRules.Closed(type, moment.Here.Visitor is { IsCustomer: true }, shop.Settings, request.ScheduledFor ?? now) is { } closed)
            return closed;
        if (asked.Value.Area?.TooLittle(outcome.Value, shop.Currency) is { } tooLittle)
            return tooLittle;

        var (priced, currency) = (outcome.Value, shop.Currency);
        var cashDue = await CashDue(request, priced, shop, customer, database, cancel);
        if (cashDue.Refusal is { } unpaid)
            return unpaid;
        return new PreviewView(
            type.ToWire(),
            currency.Code,
            [.. priced.Lines.Select(l => new PreviewLine(
                l.Item.Id, l.Item.Name, l.Quantity.Number, l.Item.PriceNow.In(currency),
                [.. l.Modifiers.Select(m => new ModifierView(m.Key, m.Name, m.Price.In(currency), m.Quantity))],
                l.Discount.In(currency), l.ServiceCharge.In(currency), l.TaxRate.Percent, l.Tax.In(currency), l.Total.In(currency),
                l.Way.ToWire(), l.TaxClass, LineTaxView.Of(l.Taxes, currency), l.Item.Unit?.ToWire())
            {
                Promotions = FrozenPromotions.Views(l.Promotions, currency),
                Allergens = l.Allergens,
                AllergenWarnings = Order.WarningsOf(string.Join(',', l.Allergens), customer?.Allergens),
            })],
            priced.Subtotal.In(currency),
            priced.Discount.In(currency),
            priced.ServiceCharge.In(currency),
            priced.Tax.In(currency),
            TaxView.Of(priced.Taxes, currency),
            priced.DeliveryFee.In(currency),
            priced.Tip.In(currency),
            priced.Total.In(currency),
            cashDue.Value.In(currency),
            await kitchen.Estimate(priced, request.ScheduledFor, shop, now, asked.Value.Area?.Minutes ?? 0),
            [.. priced.Explanation.Select(r => new ReasonView(r.Text, r.Amount?.In(currency)))])
        {
            PromoCode = priced.Promotions.Select(g => g.Promotion.Code).FirstOrDefault(c => c is not null),
            AllergenWarnings = Order.WarningsOf(
                string.Join(',', priced.Lines.SelectMany(l => l.Allergens).Distinct()),
                customer?.Allergens),
            Promotions = FrozenPromotions.Views(priced.Promotions.Select(FrozenPromotions.Of), currency),
        };
    }

    /// <summary>What is handed over in cash. Payments are read as when the order is placed; a gift card is only looked at.</summary>
    private static async Task<Outcome<Money>> CashDue(
        OrderRequest request,
        PricedOrder priced,
        Shop shop,
        KnownCustomer? customer,
        NpgsqlDataSource database,
        CancellationToken cancel)
    {
        var order = new Order
        {
            ShopId = shop.Id,
            Currency = shop.Currency.Code,
            PricesIncludeTax = shop.Settings.PricesIncludeTax,
            Rules = priced.Rules.Freeze(),
            CustomerId = customer?.Id,
            Tip = priced.Tip,
            Total = priced.Total,
        };
        var (errors, points) = (new FieldErrors(), shop.Settings.PointValue);
        Refusal? Take(Tender tender) => order.Take(tender, 0, null, default, default).Refusal;
        if (OrderPoints.Redeem(request.RedeemPoints, order, points) is { } redeemed && Take(redeemed) is { } not)
            return not;
        foreach (var (i, payment) in (request.Payments ?? []).Index())
        {
            if (order.BalanceDue.IsZero && payment is { Amount: null } && request.PaymentMethod is not null)
                continue;
            if (order.BalanceDue.IsZero)
                return OrderRefusals.Overpayment(order.BalanceDue, shop.Currency);
            if (Tender.Read(payment, order, points, $"payments[{i}].", errors) is not { } tender)
                continue;
            // Without an amount a card pays what there is on it.
            if (tender.Method == PaymentMethod.GiftCard && payment.Amount is null)
            {
                var there = await GiftCardLedger.Balance(database, shop.Id, tender.Reference, cancel);
                tender = tender with { Amount = Money.Min(tender.Amount, there) };
            }

            if (Take(tender) is { } refusal)
                return refusal;
        }

        if (errors.Any)
            return errors.ToRefusal();
        return order.CashDue + order.Payments.Where(p => p.Method == PaymentMethod.Cash)
            .Aggregate(Money.Zero, (sum, p) => sum + p.Amount + p.Rounding);
    }
}
