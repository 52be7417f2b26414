using Comanda.GiftCards;
using Comanda.Guests;
using Comanda.Registers;
using Comanda.Shops;
using Comanda.Stock;
using Comanda.Taxes;
using Npgsql;

namespace Comanda.Orders;

/// <summary>POST /api/orders/preview: what would it cost, and why?</summary>
public sealed class PreviewOrder(
    FillOrder fill,
    PriceBasket pricing,
    KitchenLoad kitchen,
    NpgsqlDataSource database,
    Moment moment,
    RequestHead head)
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
        var order = Draft(priced, request, type, customer);
        (order.DeliveryAreaId, order.DeliveryMinutes) = (asked.Value.Area?.Id, asked.Value.Area?.Minutes ?? 0);
        var quote = await kitchen.Estimate(priced, request.ScheduledFor, shop, now, order.DeliveryMinutes);
        order.EstimatedTime = quote.Minutes;
        var visitor = moment.Here.Visitor;
        if (visitor is not { IsTrainee: true } && (type is OrderType.Online or OrderType.Delivery || visitor is { IsCustomer: true }))
            order.ChooseSlot(shop.Settings, now);
        if (await TakeSlots.WhyNot(database, order, shop.Settings, cancel) is { } full)
            return full;
        if (await Pay(request, order, cancel) is { } unpaid)
            return unpaid;
        var cashDue = order.CashDue + order.Payments.Where(p => p.Method == PaymentMethod.Cash)
            .Aggregate(Money.Zero, (sum, p) => sum + p.Amount + p.Rounding);
        // A voucher among the payments bears a part of the taxes; else the figures are the priced ones.
        return PreviewView.Of(priced, type, currency, PriceWords.Accepted(head.AcceptLanguage)) with
        {
            Items = [.. priced.Lines.Zip(order.Items, (l, line) => PreviewLine.Of(l, currency) with
            {
                TaxRate = line.TaxRate.Percent,
                Tax = line.Tax.In(currency),
                Taxes = LineTaxView.Of(line.Borne, currency),
                AllergenWarnings = Order.WarningsOf(string.Join(',', l.Allergens), customer?.Allergens),
            })],
            Tax = order.Tax.In(currency),
            Taxes = OrderView.TaxesOf(order, currency),
            CashDue = cashDue.In(currency),
            EstimatedTime = order.EstimatedTime,
            EstimateRightPercent = quote.Lesson?.RightPercent,
            AllergenWarnings = Order.WarningsOf(
                string.Join(',', priced.Lines.SelectMany(l => l.Allergens).Distinct()),
                customer?.Allergens),
        };
    }

    /// <summary>The order that it would be, as far as its payments, its taxes and its slot ask for it.</summary>
    private Order Draft(PricedOrder priced, OrderRequest request, OrderType type, KnownCustomer? customer)
    {
        var shop = moment.Shop;
        var order = new Order
        {
            ShopId = shop.Id,
            Type = type,
            BusinessDay = moment.Today,
            Currency = shop.Currency.Code,
            PricesIncludeTax = shop.Settings.PricesIncludeTax,
            Rules = priced.Rules.Freeze(),
            CustomerId = customer?.Id,
            Tax = priced.Tax,
            DeliveryFee = priced.DeliveryFee,
            DeliveryTaxes = FrozenTaxes.Freeze(priced.DeliveryTaxes),
            Tip = priced.Tip,
            Total = priced.Total,
            ScheduledFor = request.ScheduledFor,
            CreatedAt = moment.Now,
        };
        order.Items.AddRange(priced.Lines.Select((l, i) => OrderLine.Freeze(l, order, i, (i + 1, 0), moment.Now, RecipeBook.Empty)));
        return order;
    }

    /// <summary>Payments are read as when the order is placed; a gift card is only looked at.</summary>
    private async Task<Refusal?> Pay(OrderRequest request, Order order, CancellationToken cancel)
    {
        var (errors, points) = (new FieldErrors(), moment.Shop.Settings.PointValue);
        Refusal? Take(Tender tender) => order.Take(tender, 0, null, default, default).Refusal;
        if (OrderPoints.Redeem(request.RedeemPoints, order, points) is { } redeemed && Take(redeemed) is { } not)
            return not;
        foreach (var (i, payment) in (request.Payments ?? []).Index())
        {
            if (order.BalanceDue.IsZero && payment is { Amount: null } && request.PaymentMethod is not null)
                continue;
            if (order.BalanceDue.IsZero)
                return OrderRefusals.Overpayment(order.BalanceDue, moment.Shop.Currency);
            if (Tender.Read(payment, order, points, $"payments[{i}].", errors) is not { } tender)
                continue;
            GiftCardPayment? card = null;
            if (tender.Method == PaymentMethod.GiftCard)
            {
                card = new(order, 0, payment.Amount is null, $"payments[{i}].", null, moment.Now)
                {
                    Taxes = moment.Shop.Taxes,
                    Day = moment.Today,
                };
                var looked = await card.Look(database, tender, cancel);
                if (looked.Refusal is { } notFor)
                    return notFor;
                tender = looked.Value;
            }

            if (Take(tender) is { } refusal)
                return refusal;
            card?.Cover(tender.Amount);
        }

        return errors.Any ? errors.ToRefusal() : null;
    }
}
