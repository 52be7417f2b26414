using Comanda.Data;
using Comanda.Events;
using Comanda.GiftCards;
using Comanda.Guests;
using Comanda.Identity;
using Comanda.Promotions;
using Comanda.Registers;
using Comanda.Shops;
using Comanda.Stock;
using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>What is asked for, with when it is sold and by whom, which of a sale that a till made without us is not now.</summary>
internal sealed record AskedSale(OrderRequest Request, EarlierSale? Earlier, Caller Seller, DateTimeOffset At, DateOnly Day)
{
    /// <summary>The code of what was paid ahead for it.</summary>
    public string? Deposit { get; init; }

    /// <summary>Who took it; nobody where a guest ordered themselves.</summary>
    public Caller? Staff => Seller.IsCustomer ? null : Seller;
}

/// <summary>From what a guest asks for to an order that is priced, paid and ready to be written. All it reads is in memory.</summary>
public sealed class MakeOrder(
    PriceBasket pricing, RecipeBooks books, Ids ids, Approvals approvals, KitchenLoad kitchen, Moment moment)
{
    /// <summary>The order, with who approved it; or why there is none.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="own">Its transaction, where it needs one of its own.</param>
    /// <param name="cancel">Gives up.</param>
    internal async Task<Outcome<(Order Order, Approver? Approver)>> Run(AskedOrder asked, OrderTransaction own, CancellationToken cancel)
    {
        var (request, earlier) = (asked.Request, asked.Earlier);
        var (shop, now) = (moment.Shop, earlier?.At ?? moment.Now);
        var recipes = await books.Of(moment.Here, cancel);
        var errors = new FieldErrors();
        var type = BasketRules.TypeOf(request, now, errors);
        BasketRules.CheckReturns(request, moment.Caller, errors);
        var ground = await pricing.Look(request, now, errors, cancel) with { Agreed = asked.Agreed };
        var customer = ground.Customer;
        var register = earlier?.Register is { } sold ? shop.Registers.First(r => r.Id == sold) : RegisterFor(type, errors);
        var settings = DeliveryArea.Charged(asked.Area, shop.Settings);
        if (errors.Any)
            return errors.ToRefusal();
        var approval = await BasketRights.Check(request, moment.Caller, approvals, cancel);
        if (approval.Refusal is { } forbidden)
            return forbidden;
        var priced = pricing.Price(ground, request, type, settings);
        if (priced.Refusal is { } refusal)
            return refusal;
        if (BasketRules.NotSoldThen(priced.Value.Lines, shop.Settings, request.ScheduledFor ?? now) is { } notNow)
            return notNow;
        if (earlier is null
            && BasketRules.Closed(type, moment.Caller.IsCustomer, shop.Settings, request.ScheduledFor ?? now) is { } closed)
            return closed;
        if (asked.Area?.TooLittle(priced.Value, shop.Currency) is { } tooLittle)
            return tooLittle;

        if (earlier?.Total is { } told && told != priced.Value.Total.In(shop.Currency))
            return OrderRefusals.OtherTotal(told, priced.Value.Total, shop.Currency);
        foreach (var shown in (decimal?[])[request.TotalAmount, request.Total])
        {
            if (earlier is null && shown is { } total && total != priced.Value.Total.In(shop.Currency))
                return OrderRefusals.TotalDiffers(total, priced.Value.Total, shop.Currency);
        }

        var sale = new AskedSale(request, earlier, earlier?.Seller ?? moment.Caller, now, shop.Settings.BusinessDay.Of(now))
        {
            Deposit = asked.Agreed?.Deposit,
        };
        var order = Freeze(sale, priced.Value, register, type, await ids.Orders.Next(cancel), customer);
        (order.DeliveryAreaId, order.DeliveryMinutes) = (asked.Area?.Id, asked.Area?.Minutes ?? 0);
        order.PaymentDueBy = asked.WaitsForPayment ? Clock.Cut(now + shop.Settings.PaymentWait) : null;
        order.IsForLaterDay = ground.IsForLaterDay;
        order.PayBy = asked.PayBy;
        recipes = asked.Agreed is { TakesStock: false } ? RecipeBook.Empty : recipes;
        var lineIds = await ids.OrderItems.Take(priced.Value.Lines.Count, cancel);
        order.Items.AddRange(priced.Value.Lines.Select((line, i) => OrderLine.Freeze(line, order, lineIds[i], (i + 1, 0), now, recipes)));
        if (earlier is { HandedOver: true } || asked.Agreed is not null)
        {
            order.WasHandedOver();
        }
        else
        {
            order.Begin(request.Hold == true, earlier?.ReceivedAt ?? now, shop.Settings.KitchenHands);
            var quote = await kitchen.Estimate(
                priced.Value, request.ScheduledFor, shop, earlier?.ReceivedAt ?? now, order.DeliveryMinutes);
            (order.EstimatedTime, order.Quoted) = (quote.Minutes, quote.Quoted);
        }

        if (earlier is null && !order.Training && (type is OrderType.Online or OrderType.Delivery || moment.Caller.IsCustomer))
            order.ChooseSlot(shop.Settings, now);
        if (asked.Agreed is { } agreed && await agreed.Hold(await own.Begin(cancel), cancel) is { } noMore)
            return noMore;
        if (await TakePromotions(priced.Value, order, own, cancel) is { } gone)
            return gone;
        if (await TakePayments(sale, order, own, cancel) is { } unpaid)
            return unpaid;
        order.GoOnOncePaid(now, shop.Settings.KitchenHands); // points or a gift card may have paid all of it
        if (order.PointsRedeemed > (customer?.Points ?? 0))
            return MovePoints.Insufficient;
        order.IsNew();
        return (order, approval.Value);
    }

    /// <summary>Before gift cards and registers are locked. Practice uses nothing up.</summary>
    private static async Task<Refusal?> TakePromotions(PricedOrder priced, Order order, OrderTransaction own, CancellationToken cancel)
    {
        var given = priced.Promotions.Select(g => g.Promotion).Where(p => p.IsCounted).ToList();
        if (given.Count == 0 || order.Training)
            return null;
        var taking = new PromotionTaking(order.ShopId, order.Id, order.CustomerId, order.CreatedAt);
        return await PromotionUses.Take(await own.Begin(cancel), given, taking, cancel);
    }

    private async Task<Refusal?> TakePayments(AskedSale sale, Order order, OrderTransaction own, CancellationToken cancel)
    {
        var (request, pointValue, errors) = (sale.Request, moment.Shop.Settings.PointValue, new FieldErrors());
        if (OrderPoints.Redeem(request.RedeemPoints, order, pointValue) is { } redeemed
            && order.Take(redeemed, await ids.Payments.Next(cancel), sale.Staff, sale.At, sale.Day).Refusal is { } not)
            return not;
        if (GiftCardPayment.Codes(request.Payments ?? []) is { Length: > 0 } cards)
            await GiftCardLedger.Hold(await own.Begin(cancel), order.ShopId, cards, cancel);
        foreach (var (i, payment) in (request.Payments ?? []).Index())
        {
            if (order.BalanceDue.IsZero && payment is { Amount: null } && request.PaymentMethod is not null)
                continue; // it says how, and nothing is left to be paid
            if (order.BalanceDue.IsZero)
                return OrderRefusals.Overpayment(order.BalanceDue, Currency.Of(order.Currency));
            if (Tender.Read(payment, order, pointValue, $"payments[{i}].", errors) is not { } tender)
                continue;
            var id = (await ids.Payments.Take(1, cancel, own.Connection))[0];
            GiftCardPayment? card = null;
            if (tender.Method == PaymentMethod.GiftCard)
            {
                card = new(order, id, payment.Amount is null, $"payments[{i}].", moment.Caller, sale.At)
                {
                    Taxes = moment.Shop.Taxes,
                    Day = sale.Day,
                    Held = sale.Deposit,
                };
                var charged = await card.Charge(await own.Begin(cancel), tender, cancel);
                if (charged.Refusal is { } notPaid)
                    return notPaid;
                tender = charged.Value;
            }

            if (order.Take(tender, id, sale.Staff, sale.At, sale.Day).Refusal is { } refusal)
                return refusal;
            card?.Cover(tender.Amount);
        }

        return errors.Any ? errors.ToRefusal() : null;
    }

    private Order Freeze(
        AskedSale sale, PricedOrder priced, Register register, OrderType type, long id, KnownCustomer? customer) => new()
        {
            Id = id,
            ShopId = moment.Shop.Id,
            RegisterId = register.Id,
            Type = type,
            Training = sale.Seller.IsTrainee,
            BusinessDay = sale.Day,
            Currency = moment.Shop.Currency.Code,
            PricesIncludeTax = moment.Shop.Settings.PricesIncludeTax,
            Rules = priced.Rules.Freeze(),
            PromoCode = priced.Promotions.Select(g => g.Promotion.Code).FirstOrDefault(c => c is not null),
            Subtotal = priced.Subtotal,
            Discount = priced.Discount,
            ServiceCharge = priced.ServiceCharge,
            Tax = priced.Tax,
            DeliveryFee = priced.DeliveryFee,
            DeliveryTaxes = FrozenTaxes.Freeze(priced.DeliveryTaxes),
            Tip = priced.Tip,
            Total = priced.Total,
            CashierId = sale.Staff?.UserId,
            CashierName = sale.Staff?.Name,
            CustomerId = customer?.Id,
            GuestAccount = customer?.Account,
            GuestAllergens = customer?.Allergens,
            CustomerName = sale.Request.CustomerName is { Length: > 0 } given ? given : customer?.Name ?? sale.Request.CustomerName,
            Table = sale.Request.Table,
            Notes = sale.Request.Notes,
            Reference = sale.Request.Reference,
            DeliveryAddress = sale.Request.DeliveryAddress is null ? null : Json.Write(sale.Request.DeliveryAddress),
            ScheduledFor = sale.Request.ScheduledFor is { } later ? Clock.Cut(later) : null,
            CreatedAt = sale.At,
            ReceivedAt = sale.Earlier?.ReceivedAt,
            TillClock = sale.Earlier?.TillClock,
        };

    /// <summary>
    /// The till that the device token names, else the online register for online orders and those of guests, else the counter's.
    /// </summary>
    private Register RegisterFor(OrderType type, FieldErrors errors)
    {
        var (shop, token) = (moment.Shop, moment.DeviceToken);
        if (moment.Caller.IsCustomer)
            return shop.RegisterOf(RegisterKind.Online);
        var device = token.Length == 0 ? null : shop.DeviceOf(token);
        errors.Check(token.Length == 0 || device is not null, RequestHead.DeviceHeader, "is no device of this shop");
        return shop.Registers.FirstOrDefault(r => r.Id == device?.RegisterId)
            ?? shop.RegisterOf(type == OrderType.Online ? RegisterKind.Online : RegisterKind.Counter);
    }
}
