using Comanda.Data;
using Comanda.Events;
using Comanda.Guests;
using Comanda.Identity;
using Comanda.Journal;
using Comanda.Kernel;
using Comanda.Menu;
using Comanda.Shops;
using Comanda.Stock;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// POST /api/orders: from what a guest asks for to an order that is written, numbered, journaled and announced, in one
/// statement and so in one transaction. Nothing is read first that is not in memory.
/// </summary>
public sealed class PlaceOrder(
    WriteOrder write,
    IdempotentWrite retries,
    MenuBoard menus,
    RecipeBooks books,
    ShopDirectory shops,
    Ids ids,
    NpgsqlDataSource database,
    EventBell bell,
    Approvals approvals,
    KitchenLoad kitchen,
    Here here,
    TimeProvider clock)
{
    /// <summary>The endpoint's name: its requests are what keys are for.</summary>
    public const string Operation = "place_order";

    public async Task<IResult> Handle(OrderRequest request, HttpContext http, CancellationToken cancel)
    {
        var key = retries.KeyOf(http, Kept(request));
        return key.Refusal is { } badKey ? badKey.ToProblem() : await Run(request, key.Value, null, http, cancel);
    }

    /// <summary>The key under which the same sale is placed once, whether it comes by itself or in a till's queue.</summary>
    internal Outcome<RetryKey> KeyOf(string? key, string field, OrderRequest request) =>
        retries.KeyOf(key, field, Operation, Kept(request));

    /// <summary>Places it once.</summary>
    /// <param name="request">What was asked for.</param>
    /// <param name="key">Under which it is placed once.</param>
    /// <param name="earlier">When and by whom a till sold it without us; null where it is sold now.</param>
    /// <param name="http">Of whoever sends it.</param>
    /// <param name="cancel">Gives up.</param>
    internal async Task<IResult> Run(OrderRequest request, RetryKey? key, EarlierSale? earlier, HttpContext http, CancellationToken cancel)
    {
        await using var own = new OrderTransaction(database);
        var made = await Make(request, earlier, http, own, cancel);
        if (made.Refusal is { } refusal)
        {
            await own.DisposeAsync();
            // A repeated request gets its first answer even where the same request would be refused today.
            return await retries.FirstAnswer(key, cancel) ?? refusal.ToProblem();
        }

        try
        {
            var settings = (await shops.Of(here, cancel)).Settings;
            var (order, approver) = made.Value;
            if (earlier?.SetAside is { } row
                && !await SetAsideSales.Settle(await own.Begin(cancel), here, row, order, Clock.Now(clock), cancel))
            {
                await own.DisposeAsync();
                return await retries.FirstAnswer(key, cancel) ?? SetAsideSales.IsResolved.ToProblem();
            }

            var answer = await write.Run(
                order,
                settings,
                http.Features.Get<ShopInPath>() is { } named ? "/api/shops/" + named.Text : "/api",
                key,
                approver,
                own,
                cancel);
            bell.Ring();
            if (order.IsInKitchen)
                kitchen.Add(order.ShopId, order.Work);
            return answer;
        }
        catch (PostgresException failure) when (RetryKey.IsTaken(failure))
        {
            await own.DisposeAsync();
            return (await retries.FirstAnswer(key, cancel))!;
        }
        catch (PostgresException failure) when (OrderPoints.TooFew(failure) is { } tooFew)
        {
            await own.DisposeAsync();
            return await retries.FirstAnswer(key, cancel) ?? tooFew.ToProblem();
        }
        catch (PostgresException failure) when (failure.SqlState == Countdown.DoesNotHold)
        {
            await own.DisposeAsync();
            // The same request again, after the last one was sold to it, is answered as the first time.
            return await retries.FirstAnswer(key, cancel)
                ?? (await Countdown.Short(database, made.Value.Order.CountedItems(), cancel)).ToProblem();
        }
    }

    /// <summary>The PIN of an approval is no part of what is kept: a short secret's hash is no secret.</summary>
    private static OrderRequest Kept(OrderRequest request) => request with { Approval = null };

    private async Task<Outcome<(Order Order, Approver? Approver)>> Make(
        OrderRequest request,
        EarlierSale? earlier,
        HttpContext http,
        OrderTransaction own,
        CancellationToken cancel)
    {
        var now = earlier?.At ?? Clock.Now(clock);
        var seller = earlier?.Seller ?? here.Caller;
        var shop = await shops.Of(here, cancel);
        var menu = await menus.Of(here, cancel);
        var recipes = await books.Of(here, cancel);
        var errors = new FieldErrors();
        var type = BasketRules.TypeOf(request, now, errors);
        BasketRules.CheckWhatIsNotThereYet(request, errors);
        var customer = await OrderPoints.Check(request, shop.Settings, database, shop.Id, errors, cancel);
        var register = earlier?.Register is { } sold ? shop.Registers.First(r => r.Id == sold) : RegisterFor(shop, type, http, errors);
        if (errors.Any)
            return errors.ToRefusal();
        var approval = await BasketRights.Check(request, here.Caller, approvals, cancel);
        if (approval.Refusal is { } forbidden)
            return forbidden;
        var priced = Pricing.Price(menu, shop.Settings, request, type);
        if (priced.Refusal is { } refusal)
            return refusal;
        if (BasketRules.NotSoldThen(priced.Value.Lines, shop.Settings, request.ScheduledFor ?? now) is { } notNow)
            return notNow;

        if (earlier?.Total is { } told && told != priced.Value.Total.In(shop.Currency))
            return OrderRefusals.OtherTotal(told, priced.Value.Total, shop.Currency);
        var day = shop.Settings.BusinessDay.Of(now);
        var order = Freeze(request, priced.Value, shop, register, type, now, earlier, seller, day, await ids.Orders.Next(cancel), customer);
        var lineIds = await ids.OrderItems.Take(priced.Value.Lines.Count, cancel);
        order.Items.AddRange(priced.Value.Lines.Select((line, i) => OrderLine.Freeze(line, order, lineIds[i], i + 1, now, recipes)));
        if (earlier is { HandedOver: true })
        {
            order.WasHandedOver();
        }
        else
        {
            order.Begin(request.Hold == true, earlier?.ReceivedAt ?? now, shop.Settings.KitchenHands);
            order.EstimatedTime = await kitchen.Estimate(priced.Value, request.ScheduledFor, shop, earlier?.ReceivedAt ?? now);
        }

        if (await TakePayments(request, order, shop.Settings.PointValue, seller, now, day, own, cancel) is { } unpaid)
            return unpaid;
        if (order.PointsRedeemed > (customer?.Points ?? 0))
            return MovePoints.Insufficient;
        order.IsNew();
        return (order, approval.Value);
    }

    private async Task<Refusal?> TakePayments(
        OrderRequest request,
        Order order,
        Money pointValue,
        Caller seller,
        DateTimeOffset now,
        DateOnly day,
        OrderTransaction own,
        CancellationToken cancel)
    {
        var errors = new FieldErrors();
        if (OrderPoints.Redeem(request.RedeemPoints, order, pointValue) is { } redeemed
            && order.Take(redeemed, await ids.Payments.Next(cancel), seller, now, day).Refusal is { } not)
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
                var charged = await GiftCardLedger.Charge(
                    await own.Begin(cancel),
                    here,
                    order,
                    tender,
                    payment.Amount is null,
                    id,
                    $"payments[{i}].",
                    now,
                    cancel);
                if (charged.Refusal is { } notPaid)
                    return notPaid;
                tender = charged.Value;
            }

            if (order.Take(tender, id, seller, now, day).Refusal is { } refusal)
                return refusal;
        }

        return errors.Any ? errors.ToRefusal() : null;
    }

    private Order Freeze(
        OrderRequest request,
        PricedOrder priced,
        Shop shop,
        Register register,
        OrderType type,
        DateTimeOffset now,
        EarlierSale? earlier,
        Caller seller,
        DateOnly day,
        long id,
        KnownCustomer? customer) => new()
    {
        Id = id,
        ShopId = shop.Id,
        RegisterId = register.Id,
        Type = type,
        Training = seller.IsTrainee,
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
        CashierId = seller.UserId,
        CashierName = seller.Name,
        CustomerId = customer?.Id,
        CustomerName = string.IsNullOrEmpty(request.CustomerName) ? customer?.Name ?? request.CustomerName : request.CustomerName,
        Table = request.Table,
        Notes = request.Notes,
        DeliveryAddress = request.DeliveryAddress is null ? null : Json.Write(request.DeliveryAddress),
        ScheduledFor = request.ScheduledFor is { } later ? Clock.Cut(later) : null,
        CreatedAt = now,
        ReceivedAt = earlier?.ReceivedAt,
        TillClock = earlier?.TillClock,
    };

    /// <summary>The till that the device token names, else the online register for online orders, else the counter's.</summary>
    private static Register RegisterFor(Shop shop, OrderType type, HttpContext http, FieldErrors errors)
    {
        var token = http.Request.Headers["X-Device-Token"].ToString();
        var device = token.Length == 0 ? null : shop.DeviceOf(token);
        errors.Check(token.Length == 0 || device is not null, "X-Device-Token", "is no device of this shop");
        return shop.Registers.FirstOrDefault(r => r.Id == device?.RegisterId)
            ?? shop.RegisterOf(type == OrderType.Online ? RegisterKind.Online : RegisterKind.Counter);
    }
}
