using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Identity;
using Comanda.Registers;
using Comanda.Shops;
using Comanda.Taxes;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// POST /api/orders/{id}/refund: money back for a sale that stays. Two refunds at once never together exceed what was paid; refund,
/// journal entry, audit, event and retry key commit together. It belongs to the business day on which it happens.
/// </summary>
public sealed class RefundOrder(OrderChanges orders, IdempotentWrite retries, Ids ids, Approvals approvals, Moment moment)
{
    /// <summary>The reason of one that says none.</summary>
    private const string NotSaid = "not said";

    public async Task<Answer<OrderRefundView>> Handle(long id, RefundRequest request, CancellationToken cancel)
    {
        var key = retries.KeyOf(new { id, request = request with { Approval = null } });
        if (key.Refusal is { } badKey)
            return badKey;
        // Everything that needs a connection of its own comes before this one is taken.
        if (await retries.FirstAnswer(key.Value, cancel) is { } done)
            return done;
        var errors = new FieldErrors();
        var reason = request.Reason is null ? NotSaid : errors.Text("reason", request.Reason, 500);
        if (errors.Any)
            return errors.ToRefusal(); // before anybody's PIN is asked for
        var till = moment.Till;
        if (till.Refusal is { } stranger)
            return stranger;
        var approval = await approvals.Check(Permission.RefundOrders, request.Approval, "give money back", cancel);
        if (approval.Refusal is { } forbidden)
            return forbidden;
        var refundId = await ids.Payments.Next(cancel);

        await using var change = await orders.Begin(id, cancel, key.Value);
        if (change.Stopped is { } stopped)
            return stopped;
        var order = change.Order;
        var planned = Plan(request, order, await LinesOf(order, change.Connection, cancel), await RestOf(order, change.Connection, cancel));
        if (planned.Refusal is { } refusal)
            return refusal;
        var (shares, allocations) = planned.Value;
        var drawer = await change.HoldMoneyBack(till.Value, allocations.Any(a => a.Payment.Method == PaymentMethod.Cash));
        var restock = request.Restock == true
            && shares.Lines.Any(b => !b.Quantity.IsZero && order.Items.Exists(l => l.Id == b.Id && (l.Counted || l.Uses is not null)));
        var refund = new OrderRefund
        {
            Id = refundId,
            Order = order,
            Shares = shares,
            Reason = reason,
            Restock = restock,
            Day = change.Today,
            At = change.Now,
            Drawer = drawer,
        };
        var tenderIds = await ids.Payments.Take(allocations.Count, cancel, change.Connection);
        var tenders = order.GiveBack(refund, allocations, moment.Caller, tenderIds);
        await Write(refund, approval.Value, change.Connection, cancel);
        change.Journal(JournalKind.Refund, JournalContent.OfRefund(refund, tenders, moment.Caller.Name));
        change.GiveBack(tenders, refund.Id);
        if (restock)
            change.PutBack(shares.Lines.Select(l => new PutBack(l.Id, l.RestockedBefore, l.Quantity)));
        change.Audit(Entry(refund, tenders, approval.Value));
        change.Audit(approval.Value?.Of("order", order.Id));
        change.Tell(EventNames.OrderUpdated);
        var currency = Currency.Of(order.Currency);
        return await change.Commit(() => Answer.Created(View(refund, tenders, currency), $"/api/orders/{order.Id}"));
    }

    private static Outcome<(RefundShares Shares, IReadOnlyList<(Payment Payment, Money Amount)> Allocations)> Plan(
        RefundRequest request, Order order, List<RefundableLine> lines, (Money Fee, Money Tip) left)
    {
        var currency = Currency.Of(order.Currency);
        var errors = new FieldErrors();
        errors.Check(request.Items is null || request.Amount is null, "amount", "goes without items: one or the other says what goes back");
        errors.Check(request.Items is null or { Count: >= 1 and <= 200 }, "items", "must be 1 to 200");
        var amount = errors.Money("amount", request.Amount, currency);
        var tip = errors.MoneyOrNone("tip", request.Tip, currency);
        var method = errors.OneOf("method", request.Method, PaymentMethod.Other);
        var taken = ReadItems(request.Items ?? [], lines, errors);
        if (errors.Any)
            return errors.ToRefusal();
        if (order.CanGiveBack() is { } cannot)
            return cannot;
        if (taken.Count < request.Items?.Count)
            return OrderRefusals.AlreadyRefunded("That many of a line are not left to go back.");
        var linesLeft = lines.Aggregate(left.Fee, (sum, l) => sum + l.Left);
        if (request.Items is null && request.Amount is null && tip.IsZero)
            amount = Money.Min(linesLeft, order.Paid - order.Refunded);
        if (amount > linesLeft || tip > left.Tip)
            return OrderRefusals.RefundTooLarge((tip > left.Tip ? left.Tip : linesLeft), currency);
        var shares = request.Items is null
            ? RefundShares.OfAmount(amount, lines, left.Fee)
            : new RefundShares(taken, Money.Zero, Money.Zero);
        shares = (shares with { Tip = tip }).WithDeliveryTaxes(order, left.Fee);
        if (shares.Amount.IsZero)
            return OrderRefusals.AlreadyRefunded("There is nothing left to give back.");
        if (shares.Amount > order.Paid - order.Refunded)
            return OrderRefusals.RefundTooLarge(order.Paid - order.Refunded, currency);

        var payments = order.Payments.ConvertAll(p => (p, p.Amount - order.BackBy(p)));
        var tipStays = order.TipHeld(order.Tip - left.Tip + tip);
        var allocations = shares.Allocate(payments, tipStays, request.Method is null ? null : method);
        if (allocations.Count > 0)
            return (shares, allocations);
        var most = RefundShares.MostBy(method, payments, tipStays).ToText(currency);
        return Refusal.Conflict("tender_not_used", !order.Payments.Exists(p => p.Method == method)
            ? $"The order was not paid by {method.ToWire()}; it was paid by {string.Join(
                ", ",
                order.Payments.Select(p => p.Method.ToWire()).Distinct())}."
            : $"Only {most} of what came by {method.ToWire()} is left to go back that way"
                + (tipStays.IsZero ? "." : "; the tip stays unless it is named."));
    }

    private static List<RefundedLine> ReadItems(IReadOnlyList<RefundItem> items, List<RefundableLine> lines, FieldErrors errors)
    {
        var taken = new List<RefundedLine>();
        foreach (var (i, item) in items.Index())
        {
            var at = $"items[{i}]";
            var line = lines.Find(l => l.Id == item?.OrderItemId);
            errors.Check(line is not null, at + ".order_item_id", "is no line of this order");
            if (line is null)
                continue;
            errors.Check(taken.TrueForAll(t => t.Id != line.Id), at + ".order_item_id", "stands there twice");
            var quantity = line.Line.ReadPart(item!.Quantity, line.Line.Unit is null ? 1 : line.LeftQuantity, at + ".quantity", errors);
            if (!quantity.IsZero && quantity <= line.LeftQuantity)
                taken.Add(line.Take(quantity));
        }

        return taken;
    }

    private static async Task<List<RefundableLine>> LinesOf(Order order, NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select l.order_item_id, sum(l.amount)::bigint, sum(coalesce(l.weight, l.quantity * 1000::bigint))::bigint,
                coalesce(sum(coalesce(l.weight, l.quantity * 1000::bigint)) filter (where r.restocked), 0)::bigint
            from order_refund_lines l join order_refunds r on r.id = l.refund_id where l.order_item_id = any($1) group by 1
            """,
            (object)order.Items.Select(l => l.Id).ToArray());
        var back = (await command.List(
            r => (
                Id: r.GetInt64(0),
                Amount: new Money(r.GetInt64(1)),
                Quantity: new Measure(r.GetInt64(2)),
                Restocked: new Measure(r.GetInt64(3))),
            cancel)).ToDictionary(b => b.Id);
        return order.Items.ConvertAll(l => back.TryGetValue(l.Id, out var b)
            ? new RefundableLine(l, b.Quantity, b.Amount) { Restocked = b.Restocked }
            : new RefundableLine(l, 0, Money.Zero));
    }

    /// <summary>What of the delivery fee and of the tip has not gone back.</summary>
    private static async Task<(Money Fee, Money Tip)> RestOf(Order order, NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = connection.Command(
            "select coalesce(sum(delivery_fee), 0)::bigint, coalesce(sum(tip), 0)::bigint from order_refunds where order_id = $1",
            order.Id);
        var (fee, tip) = (await command.List(r => (new Money(r.GetInt64(0)), new Money(r.GetInt64(1))), cancel))[0];
        return (order.DeliveryFee - fee, order.Tip - tip);
    }

    private async Task Write(OrderRefund refund, Approver? approver, NpgsqlConnection connection, CancellationToken cancel)
    {
        var (order, shares) = (refund.Order, refund.Shares);
        await connection.Execute(
            """
            insert into order_refunds (id, shop_id, order_id, amount, tax, delivery_fee, tip, reason, restocked, user_id, approver_id,
                business_day, refunded_at, drawer_id, delivery_taxes)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::bigint, $12, $13, $14, $15)
            """,
            cancel, refund.Id, order.ShopId, order.Id, shares.Amount.Minor, shares.Tax.Minor, shares.DeliveryFee.Minor, shares.Tip.Minor,
            refund.Reason, refund.Restock, moment.Caller.UserId, approver?.UserId, refund.Day, refund.At, refund.Drawer,
            FrozenTaxes.Freeze(shares.DeliveryTaxes));
        T[] Each<T>(Func<RefundedLine, T> value) => [.. shares.Lines.Select(value)];
        await connection.Execute(
            """
            insert into order_refund_lines (refund_id, order_item_id, shop_id, quantity, weight, amount, tax, taxes, discount,
                service_charge)
            select $1, l.id, $2, l.quantity, l.weight, l.amount, l.tax, l.taxes, l.discount, l.service_charge
            from unnest($3::bigint[], $4::int[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], $9::bigint[], $10::bigint[])
                as l(id, quantity, weight, amount, tax, taxes, discount, service_charge)
            """,
            cancel,
            refund.Id,
            order.ShopId,
            Each(l => l.Id),
            Each(l => l.ByWeight ? (l.Quantity.IsZero ? 0 : 1) : l.Quantity.Pieces),
            Each(l => l.ByWeight ? l.Quantity.Thousandths : (long?)null),
            Each(l => l.Amount.Minor),
            Each(l => l.Tax.Minor),
            Each(l => FrozenTaxes.Freeze(l.Taxes)),
            Each(l => l.Discount.Minor),
            Each(l => l.ServiceCharge.Minor));
    }

    private static AuditEntry Entry(OrderRefund refund, List<Refund> tenders, Approver? approver)
    {
        var currency = Currency.Of(refund.Order.Currency);
        return new(AuditActions.Refund, "order", refund.Order.Id, After: new
        {
            refund_id = refund.Id,
            amount = refund.Shares.Amount.In(currency),
            reason = refund.Reason,
            by = tenders.ConvertAll(t => new { method = t.Method.ToWire(), amount = t.Amount.In(currency) }),
            approved_by = approver?.Name,
        });
    }

    private static OrderRefundView View(OrderRefund refund, List<Refund> tenders, Currency currency) => new(
        refund.Id,
        refund.Order.Id,
        refund.Shares.Amount.In(currency),
        refund.Shares.Tax.In(currency),
        refund.Shares.DeliveryFee.In(currency),
        refund.Shares.Tip.In(currency),
        refund.Reason,
        refund.Restock,
        refund.Day,
        refund.At,
        [.. refund.Shares.Lines.Select(l => new RefundedLineView(l.Id, l.Quantity.Number, l.Amount.In(currency), l.Tax.In(currency)))],
        [.. tenders.Select(t => new AllocationView(t.PaymentId, t.Method.ToWire(), t.Amount.In(currency), t.Rounding.In(currency)))],
        refund.Order.PaymentStatus,
        TaxView.Of(refund.Shares.Taxes, currency));
}
