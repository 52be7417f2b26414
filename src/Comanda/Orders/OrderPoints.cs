using Comanda.Data;
using Comanda.GiftCards;
using Comanda.Guests;
using Comanda.Registers;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// What an order's life does to its customer's points, in the transaction of what happened. The customer's row is taken after the
/// registers and before counted items, and before any event has a number.
/// </summary>
internal static class OrderPoints
{
    /// <summary>Who an order is for, checked; with what it asks of their points.</summary>
    public static async Task<KnownCustomer?> Check(
        OrderRequest request,
        ShopSettings settings,
        NpgsqlDataSource database,
        long shop,
        FieldErrors errors,
        CancellationToken cancel)
    {
        var customer = request.CustomerId is { } id ? await KnownCustomer.Find(database, shop, id, cancel) : null;
        errors.Check(request.CustomerId is null || customer is not null, "customer_id", "is no customer of this shop");
        errors.Check(request.RedeemPoints is null or >= 0, "redeem_points", "must be 0 or more");
        errors.Check(request.RedeemPoints is null or 0 || request.CustomerId is not null, "redeem_points", "needs a customer_id");
        errors.Check(request.RedeemPoints is null or 0 || !settings.PointValue.IsZero, "redeem_points", WorthNothing);
        return customer;
    }

    /// <summary>The shop's settings with what a customer bears no tax on by their certificates of the day.</summary>
    public static ShopSettings Exempt(this KnownCustomer? customer, ShopSettings settings, DateOnly day) =>
        customer is null || KnownExemption.On(customer.Exemptions, day) is not { } exemption
            ? settings
            : settings with { Rules = settings.Rules with { Exemption = exemption } };

    /// <summary>So many points as a payment: only as many as the order costs without its tip.</summary>
    public static Tender? Redeem(int? points, Order order, Money pointValue)
    {
        var amount = Money.Min(pointValue * (points ?? 0), order.DueBy(PaymentMethod.Points));
        return amount > Money.Zero ? TenderOf(amount, pointValue, null) : null;
    }

    /// <summary>A payment by points of an amount of money. Field errors are named below <paramref name="at"/>.</summary>
    public static Tender? Read(Money amount, PaymentRequest request, Order order, Money pointValue, string at, FieldErrors errors)
    {
        errors.Check(order.CustomerId is not null, at + "method", "needs an order with a customer_id: points are a customer's");
        errors.Check(!pointValue.IsZero, at + "method", WorthNothing);
        return order.CustomerId is null || pointValue.IsZero ? null : TenderOf(amount, pointValue, request.Reference);
    }

    /// <summary>What an order that is placed with its payments does.</summary>
    public static List<PointsMove> WhenPlaced(Order order, ShopSettings settings)
    {
        if (order.CustomerId is null)
            return [];
        var moves = order.Payments.Where(p => p.Points > 0).Select(p => new PointsMove(PointsKind.Redeemed, -p.Points, p.Id)).ToList();
        if (order.EarnPoints(settings) is > 0 and var earned)
            moves.Add(new(PointsKind.Earned, earned));
        return moves;
    }

    /// <summary>A payment takes its points; the one that pays the order in full earns some.</summary>
    public static async Task WhenPaid(
        NpgsqlConnection connection,
        Order order,
        Payment payment,
        ShopSettings settings,
        CancellationToken cancel)
    {
        if (order.CustomerId is null)
            return;
        List<PointsMove> moves = payment.Points > 0 ? [new(PointsKind.Redeemed, -payment.Points, payment.Id)] : [];
        if (order.EarnPoints(settings) is not 0 and var earned)
            moves.Add(Earned(earned));
        // What went back before it was all paid earns nothing in the end.
        if (!order.Refunded.IsZero && order.TakePointsBack(await BackOf(connection, order, cancel)) is > 0 and var gone)
            moves.Add(new(PointsKind.TakenBack, -gone));
        await Move(connection, order, moves, payment.CashierId, payment.PaidAt, cancel);
    }

    /// <summary>An edit may leave an order paid in full, or less in it that earns.</summary>
    public static async Task WhenEdited(
        NpgsqlConnection connection,
        Order order,
        ShopSettings settings,
        long user,
        DateTimeOffset at,
        CancellationToken cancel)
    {
        if (order.EarnPoints(settings) is not 0 and var earned)
            await Move(connection, order, [Earned(earned)], user, at, cancel);
    }

    /// <summary>Money went back, or the whole order did: points that were paid with return, points that were earned go.</summary>
    public static async Task WhenGivenBack(
        NpgsqlConnection connection,
        Order order,
        GivenBack back,
        long? user,
        DateTimeOffset at,
        CancellationToken cancel)
    {
        if (order.CustomerId is null)
            return;
        var moves = back.Tenders.Where(r => r.Points > 0)
            .Select(r => new PointsMove(PointsKind.Returned, r.Points, r.PaymentId, back.Refund ?? r.Id))
            .ToList();
        if (order.PointsEarned > order.PointsTakenBack && order.TakePointsBack(await BackOf(connection, order, cancel)) is > 0 and var gone)
            moves.Add(new(PointsKind.TakenBack, -gone, RefundId: back.Refund));
        await Move(connection, order, moves, user, at, cancel);
    }

    /// <summary>The refusal, where a failure is that of too few points.</summary>
    public static Refusal? TooFew(PostgresException failure) => MovePoints.Failed(failure) ? MovePoints.Insufficient : null;

    /// <summary>What the receipt says of them; null where there is nothing to say.</summary>
    public static async Task<(string Text, string Balance)?> ForReceipt(
        NpgsqlConnection connection,
        Order order,
        ShopSettings settings,
        CancellationToken cancel)
    {
        if (order.CustomerId is not { } customer)
            return null;
        // What they had after this order, also on a reprint; where it moved none, what they have now.
        await using var command = connection.Command(
            "select coalesce(e.balance, c.loyalty_points), e.balance is not null from customers c left join lateral (select balance from "
                + "point_entries where order_id = $1 order by id desc limit 1) e on true where c.id = $2",
            order.Id, customer);
        if ((await command.List(r => (Balance: r.GetInt64(0), Moved: r.GetBoolean(1)), cancel)) is not [var last]
            || !(last.Moved || settings.PointsPerUnit > 0 || !settings.PointValue.IsZero))
            return null;
        var earned = order.PointsEarned - order.PointsTakenBack;
        return (
            $"Points: {earned} earned" + (order.PointsRedeemed > 0 ? $", {order.PointsRedeemed} redeemed" : ""),
            $"balance {last.Balance}");
    }

    private const string WorthNothing = "cannot be: points are worth nothing in this shop (loyalty_point_value)";

    /// <summary>As many whole points as the amount takes: the last one may be worth more than what is left to pay by it.</summary>
    private static Tender TenderOf(Money amount, Money pointValue, string? reference) =>
        new(PaymentMethod.Points, amount, null, Money.Zero, reference, Points: ((amount.Minor - 1) / pointValue.Minor) + 1);

    private static PointsMove Earned(long more) => new(more > 0 ? PointsKind.Earned : PointsKind.TakenBack, more);

    private static Task Move(
        NpgsqlConnection connection,
        Order order,
        List<PointsMove> moves,
        long? user,
        DateTimeOffset at,
        CancellationToken cancel) =>
        MovePoints.Run(connection, new(order.ShopId, order.CustomerId!.Value, moves, user, at) { Order = order.Id }, cancel);

    private static async Task<Func<OrderLine, Money>> BackOf(NpgsqlConnection connection, Order order, CancellationToken cancel)
    {
        await using var command = connection.Command(
            "select order_item_id, sum(amount)::bigint from order_refund_lines where order_item_id = any($1) group by 1",
            (object)order.Items.Select(l => l.Id).ToArray());
        var back = (await command.List(r => (Line: r.GetInt64(0), Amount: new Money(r.GetInt64(1))), cancel)).ToDictionary(
            b => b.Line,
            b => b.Amount);
        return line => back.GetValueOrDefault(line.Id);
    }
}

/// <summary>Money that an order gave back by these tenders; <paramref name="Refund"/> is null where the order was cancelled.</summary>
internal sealed record GivenBack(IReadOnlyList<Refund> Tenders, long? Refund)
{
    /// <summary>What goes back onto gift cards; payments of imported sales came by none.</summary>
    public IEnumerable<GiftCardReturn> OntoCards() => Tenders
        .Where(r => r.Method == PaymentMethod.GiftCard)
        .Select(r => new GiftCardReturn(r.ShopId, r.OrderId, r.PaymentId, r.Id, r.Amount, r.RefundedAt));
}
