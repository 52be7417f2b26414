using Comanda.Data;
using Comanda.Events;
using Comanda.Guests;
using Comanda.Identity;
using Comanda.Journal;
using Comanda.Kernel;
using Comanda.Menu;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// POST /api/orders: from what a guest asks for to an order that is written, numbered, journaled and announced, in one
/// statement and so in one transaction. Nothing is read first that is not in memory.
/// </summary>
public sealed class PlaceOrder(
    WriteOrder write, IdempotentWrite retries, MenuBoard menus, ShopDirectory shops, Ids ids, NpgsqlDataSource database, EventBell bell, Approvals approvals, KitchenLoad kitchen, Here here, TimeProvider clock)
{
    public async Task<IResult> Handle(OrderRequest request, HttpContext http, CancellationToken cancel)
    {
        // The PIN of an approval is no part of what is kept: a short secret's hash is no secret.
        var key = retries.KeyOf(http, request with { Approval = null });
        if (key.Refusal is { } badKey)
            return badKey.ToProblem();

        await using var own = new OrderTransaction(database);
        var made = await Make(request, http, own, cancel);
        if (made.Refusal is { } refusal)
        {
            await own.DisposeAsync();
            // A repeated request gets its first answer even where the same request would be refused today.
            return await retries.FirstAnswer(key.Value, cancel) ?? refusal.ToProblem();
        }

        try
        {
            var settings = (await shops.Of(here, cancel)).Settings;
            var (order, approver) = made.Value;
            var answer = await write.Run(order, settings, http.Features.Get<ShopInPath>() is { } named ? "/api/shops/" + named.Text : "/api", key.Value, approver, own, cancel);
            bell.Ring();
            if (order.IsInKitchen)
                kitchen.Add(order.ShopId, order.Work);
            return answer;
        }
        catch (PostgresException failure) when (RetryKey.IsTaken(failure))
        {
            await own.DisposeAsync();
            return (await retries.FirstAnswer(key.Value, cancel))!;
        }
        catch (PostgresException failure) when (OrderPoints.TooFew(failure) is { } tooFew)
        {
            await own.DisposeAsync();
            return await retries.FirstAnswer(key.Value, cancel) ?? tooFew.ToProblem();
        }
        catch (PostgresException failure) when (failure.SqlState == Countdown.DoesNotHold)
        {
            await own.DisposeAsync();
            // The same request again, after the last one was sold to it, is answered as the first time.
            return await retries.FirstAnswer(key.Value, cancel) ?? (await Countdown.Short(database, made.Value.Order.CountedItems(), cancel)).ToProblem();
        }
    }

    private async Task<Outcome<(Order Order, Approver? Approver)>> Make(OrderRequest request, HttpContext http, OrderTransaction own, CancellationToken cancel)
    {
        var shop = await shops.Of(here, cancel);
        var menu = await menus.Of(here, cancel);
        var errors = new FieldErrors();
        var type = BasketRules.TypeOf(request, errors);
        BasketRules.CheckWhatIsNotThereYet(request, errors);
        var customer = await OrderPoints.Check(request, shop.Settings, database, shop.Id, errors, cancel);
        var register = RegisterFor(shop, type, http, errors);
        if (errors.Any)
            return errors.ToRefusal();
        var approval = await BasketRules.Rights(request, here.Caller, approvals, cancel);
        if (approval.Refusal is { } forbidden)
            return forbidden;
        var priced = Pricing.Price(menu, shop.Settings, request, type);
        if (priced.Refusal is { } refusal)
            return refusal;
        if (BasketRules.NotSoldThen(priced.Value.Lines, shop, request.ScheduledFor ?? clock.GetUtcNow()) is { } notNow)
            return notNow;

        var now = Clock.Now(clock);
        var day = shop.Settings.BusinessDay.Of(now);
        var order = Freeze(request, priced.Value, shop, register, type, now, day, await ids.Orders.Next(cancel), customer);
        var lineIds = await ids.OrderItems.Take(priced.Value.Lines.Count, cancel);
        order.Items.AddRange(priced.Value.Lines.Select((line, i) => OrderLine.Freeze(line, order, lineIds[i], i + 1, now)));
        order.Begin(request.Hold == true, now, shop.Settings.KitchenHands);
        order.EstimatedTime = await kitchen.Estimate(priced.Value, request.ScheduledFor, shop, now);
        if (await TakePayments(request, order, shop.Settings.PointValue, now, day, own, cancel) is { } unpaid)
            return unpaid;
        if (order.PointsRedeemed > (customer?.Points ?? 0))
            return MovePoints.Insufficient;
        order.IsNew();
        return (order, approval.Value);
    }

    private async Task<Refusal?> TakePayments(OrderRequest request, Order order, Money pointValue, DateTimeOffset now, DateOnly day, OrderTransaction own, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        if (OrderPoints.Redeem(request.RedeemPoints, order, pointValue) is { } redeemed && order.Take(redeemed, await ids.Payments.Next(cancel), here.Caller, now, day).Refusal is { } not)
            return not;
        if (GiftCardCode.Among(request.Payments ?? []) is { Length: > 0 } cards)
            await GiftCardLedger.Hold(await own.Begin(cancel), order.ShopId, cards, cancel);
        foreach (var (i, payment) in (request.Payments ?? []).Index())
        {
            if (order.BalanceDue <= Money.Zero)
                return OrderRefusals.Overpayment(order.BalanceDue, Currency.Of(order.Currency));
            if (Tender.Read(payment, order, pointValue, $"payments[{i}].", errors) is not { } tender)
                continue;
            var id = (await ids.Payments.Take(1, cancel, own.Connection))[0];
            if (tender.Method == PaymentMethod.GiftCard)
            {
                var charged = await GiftCardLedger.Charge(await own.Begin(cancel), here, order, tender, payment.Amount is null, id, $"payments[{i}].", now, cancel);
                if (charged.Refusal is { } notPaid)
                    return notPaid;
                tender = charged.Value;
            }

            if (order.Take(tender, id, here.Caller, now, day).Refusal is { } refusal)
                return refusal;
        }

        return errors.Any ? errors.ToRefusal() : null;
    }

    private Order Freeze(
        OrderRequest request, PricedOrder priced, Shop shop, Register register, OrderType type, DateTimeOffset now, DateOnly day, long id, KnownCustomer? customer) => new()
    {
        Id = id,
        ShopId = shop.Id,
        RegisterId = register.Id,
        Type = type,
        Training = here.Caller.IsTrainee,
        BusinessDay = day,
        Currency = shop.Currency.Code,
        PricesIncludeTax = shop.Settings.PricesIncludeTax,
        Subtotal = priced.Subtotal,
        Discount = priced.Discount,
        CashStep = shop.Settings.CashStep,
        ServiceCharge = priced.ServiceCharge,
        ServiceChargeRate = priced.ServiceRate,
        Tax = priced.Tax,
        DeliveryFee = priced.DeliveryFee,
        Tip = priced.Tip,
        Total = priced.Total,
        CashierId = here.Caller.UserId,
        CashierName = here.Caller.Name,
        CustomerId = customer?.Id,
        CustomerName = string.IsNullOrEmpty(request.CustomerName) ? customer?.Name ?? request.CustomerName : request.CustomerName,
        Table = request.Table,
        Notes = request.Notes,
        DeliveryAddress = request.DeliveryAddress is null ? null : Json.Write(request.DeliveryAddress),
        ScheduledFor = request.ScheduledFor is { } later ? Clock.Cut(later) : null,
        CreatedAt = now,
    };

    /// <summary>The till that the device token names, else the online register for online orders, else the counter's.</summary>
    private static Register RegisterFor(Shop shop, OrderType type, HttpContext http, FieldErrors errors)
    {
        var token = http.Request.Headers["X-Device-Token"].ToString();
        var device = token.Length == 0 ? null : shop.DeviceOf(token);
        errors.Check(token.Length == 0 || device is not null, "X-Device-Token", "is no device of this shop");
        return shop.Registers.FirstOrDefault(r => r.Id == device?.RegisterId) ?? shop.RegisterOf(type == OrderType.Online ? RegisterKind.Online : RegisterKind.Counter);
    }
}
