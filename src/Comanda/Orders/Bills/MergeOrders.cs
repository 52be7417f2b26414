using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Promotions;
using Comanda.Registers;

namespace Comanda.Orders;

/// <summary>
/// POST /api/orders/{id}/merge and /transfer. A merge brings the lines and tips of other unpaid bills to this one as they were
/// frozen; the others are cancelled without a line, with the reason "merged into …", and nothing goes back to any countdown.
/// </summary>
public sealed class MergeOrders(OrderChanges bills, Ids ids, Here here)
{
    public async Task<Answer<OrderView>> Merge(
        long id,
        MergeRequest request,
        CancellationToken cancel)
    {
        var wanted = (request.OrderIds ?? []).Concat(request.OrderId is { } one ? [one] : []).Distinct().ToList();
        var errors = new FieldErrors();
        errors.Check(wanted.Count is >= 1 and <= 20, "order_ids", "must be 1 to 20 other orders");
        errors.Check(!wanted.Contains(id), "order_ids", "must be others than this one");
        if (errors.Any)
            return errors.ToRefusal();
        await using var change = await bills.Begin(id, cancel, with: wanted);
        if (change.Refusal is { } refusal)
            return refusal;
        var (order, others) = (change.Order, change.Others.Values);
        errors.Check(wanted.TrueForAll(change.Others.ContainsKey), "order_ids", "are not all orders of this shop");
        errors.Check(others.All(o => KindOf(o).Equals(KindOf(order))), "order_ids", "must be of the same kind as this order");
        errors.Check(
            others.Append(order).All(o => o.Type != OrderType.Delivery), "order_ids", "must not be deliveries: each has an address");
        if (errors.Any)
            return errors.ToRefusal();
        if (others.Append(order).Select(o => o.CanBeRearranged(change.Today)).FirstOrDefault(r => r is not null) is { } cannot)
            return cannot;
        if (Apart(order, others) is { } apart)
            return apart;
        errors.Check(others.Append(order).Sum(o => o.Items.Count) <= 200, "order_ids", "would make more than 200 lines");
        if (errors.Any)
            return errors.ToRefusal();
        await Join(change, wanted.ConvertAll(w => change.Others[w]), cancel);
        return await change.Finish();
    }

    /// <summary>What bills that are joined have in common.</summary>
    private static object KindOf(Order order) =>
        (
            order.Type,
            order.Currency,
            order.PricedBy.Freeze(),
            order.Training);

    /// <summary>The kitchen would lose track of orders that are at different stages.</summary>
    private static Refusal? Apart(Order order, IEnumerable<Order> others)
    {
        if (others.FirstOrDefault(o => o.Held != order.Held || o.IsInKitchen != order.IsInKitchen) is { } apart)
        {
            var (outside, inside) = order.IsInKitchen ? (apart, order) : (order, apart);
            return Refusal.Conflict(
                "different_stage",
                $"{outside.OrderNumber} is not in the kitchen and {inside.OrderNumber} is. Join them when they are at the same stage.");
        }

        return others.FirstOrDefault(o => o.Status != order.Status) is { } elsewhere
            ? Refusal.Conflict(
                "different_stage",
                $"{order.OrderNumber} is {order.Status.ToWire()} and {elsewhere.OrderNumber} is {elsewhere.Status.ToWire()}; "
                + "the kitchen would lose track. Join them when they are at the same stage.")
            : null;
    }

    private async Task Join(OrderChange change, List<Order> others, CancellationToken cancel)
    {
        var (order, shop) = (change.Order, change.Shop);
        var drawers = await change.Hold(others.Append(order).Select(o => o.RegisterId));
        var fresh = await ids.OrderItems.Take(others.Sum(o => o.Items.Count), cancel, change.Connection);
        var came = new List<(OrderLine Line, long From)>();
        var (next, combos) = (0, order.Items.Max(l => l.Combo) ?? 0);
        foreach (var other in others)
        {
            var tip = other.Tip;
            foreach (var line in other.Items)
            {
                var moved = line.MovedTo(order, fresh[next++], line.Quantity, line.Whole, combos + line.Combo);
                order.Items.Add(moved);
                came.Add((moved, line.Id));
                change.Db.Add(moved);
            }

            combos = order.Items.Max(l => l.Combo) ?? combos;
            change.Db.RemoveRange(other.Items);
            other.MergedAway(order.OrderNumber, change.Now, shop.Settings.BusinessDay, drawers[other.RegisterId]);
            order.Tip += tip;
            order.CustomerId ??= other.CustomerId;
            order.PromoCode ??= other.PromoCode;
            order.EatsAlso(other.GuestAllergens);
            await PromotionUses.Move(change.Connection, other.Id, order.Id, cancel);
            change.Journal(JournalKind.Cancellation, JournalContent.OfCancellation(other, [], here.Caller.Name), other);
            change.Tell(EventNames.OrderCancelled, other);
        }

        order.Recount();
        order.Changed();
        change.Journal(JournalKind.Edit, JournalContent.OfSale(order));
        change.Audit(new(
            AuditActions.OrdersMerged, "order", order.Id,
            others.ConvertAll(o => o.OrderNumber), new { order_number = order.OrderNumber, total = order.Total.In(shop.Currency) }));
        change.Tell(EventNames.OrderUpdated, kitchen: order.IsInKitchen ? KitchenTickets.Move(order, came) : []);
    }

    /// <summary>The guests move to another table; theirs may be any bill that is not over.</summary>
    public async Task<Answer<OrderView>> Transfer(
        long id,
        TransferOrderRequest request,
        CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var table = errors.Text("table", request.Table, 40);
        if (errors.Any)
            return errors.ToRefusal();
        await using var change = await bills.Begin(id, cancel);
        if (change.Refusal is { } refusal)
            return refusal;
        var order = change.Order;
        if (order.CanBeRearranged(change.Today) is { } cannot)
            return cannot;
        if (order.Table == table)
            return change.Show();
        order.Table = table;
        order.Changed();
        change.Tell(EventNames.OrderUpdated, kitchen: order.IsInKitchen ? KitchenTickets.Move(order) : []);
        return await change.Finish();
    }
}
