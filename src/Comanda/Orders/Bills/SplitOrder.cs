using Comanda.Data;
using Comanda.Events;
using Comanda.Promotions;
using Comanda.Registers;

namespace Comanda.Orders;

/// <summary>
/// POST /api/orders/{id}/split. Nothing is priced anew: what goes over takes its part of each frozen figure, what stays keeps the
/// rest, so that the bills sum to the one there was. The parts of a combo go together.
/// </summary>
public sealed class SplitOrder(OrderChanges orders, IdempotentWrite retries, Ids ids)
{
    public async Task<Answer<SplitView>> Handle(long id, SplitRequest request, CancellationToken cancel)
    {
        var key = retries.KeyOf(new { id, request });
        if (key.Refusal is { } badKey)
            return badKey;
        var errors = new FieldErrors();
        errors.Check(request.Items is null != request.Ways is null, "items", "say either items, or ways to split evenly");
        errors.Check(request.Items is null or { Count: >= 1 and <= 200 }, "items", "must be 1 to 200");
        errors.Between("ways", request.Ways, 2, 100);
        if (errors.Any)
            return errors.ToRefusal();
        var (fresh, lineIds) = (await ids.Orders.Next(cancel), await ids.OrderItems.Take(request.Items?.Count ?? 0, cancel));

        await using var change = await orders.Begin(id, cancel, key.Value);
        if (change.Stopped is { } stopped)
            return stopped;
        var order = change.Order;
        if (order.CanBeRearranged(change.Today) is { } cannot)
            return cannot;
        if (request.Ways is { } ways)
        {
            var shares = Share.ByWeight(order.BalanceDue, [.. Enumerable.Repeat(1L, ways)]);
            return new SplitView([OrderView.From(order)], [.. shares.Select(s => s.In(change.Shop.Currency))]);
        }

        var going = Read(order, request.Items!, errors);
        if (errors.Any)
            return errors.ToRefusal();
        var other = await SplitOff(change, fresh, cancel);
        var went = Move(change, other, going.Zip(lineIds));
        await PromotionUses.Share(change.Connection, order.Id, other.Id, cancel);
        order.Recount();
        other.Recount();
        order.Changed();
        change.Journal(JournalKind.Edit, JournalContent.OfSale(order));
        change.Journal(JournalKind.Sale, JournalContent.OfSale(other), other);
        change.Tell(EventNames.OrderUpdated, kitchen: []);
        change.Tell(EventNames.OrderCreated, other, order.IsInKitchen ? KitchenTickets.Move(other, went) : []);
        return await change.Commit(
            () => Answer.Created(new SplitView([OrderView.From(order), OrderView.From(other)], []), $"/api/orders/{other.Id}"));
    }

    private static List<(OrderLine Line, Measure Quantity)> Read(Order order, IReadOnlyList<SplitItem> items, FieldErrors errors)
    {
        var going = new List<(OrderLine Line, Measure Quantity)>();
        foreach (var (i, item) in items.Index())
        {
            var line = order.Items.Find(l => l.Id == item?.OrderItemId);
            errors.Check(line is not null, $"items[{i}].order_item_id", "is no line of this order");
            var quantity = line?.ReadPart(item!.Quantity, line.Quantity, $"items[{i}].quantity", errors) ?? 0;
            errors.Check(line is null || going.TrueForAll(g => g.Line != line), $"items[{i}].order_item_id", "stands there twice");
            if (line is not null)
                going.Add((line, quantity));
        }

        foreach (var combo in going.Where(g => g.Line.Combo is not null).GroupBy(g => g.Line.Combo))
        {
            var together = combo.Count() == order.Items.Count(l => l.Combo == combo.Key)
                && combo.Select(g => g.Quantity).Distinct().Count() == 1;
            errors.Check(together, "items", $"must have all parts of {combo.First().Line.ComboName}, as many of each, or none of them");
        }

        errors.Check(
            going.Count < order.Items.Count || going.Exists(g => g.Quantity < g.Line.Quantity),
            "items",
            "must leave something on the first bill");
        return going;
    }

    /// <summary>The other bill, with the next number of the register and no lines.</summary>
    private static async Task<Order> SplitOff(OrderChange change, long id, CancellationToken cancel)
    {
        var register = change.Order.RegisterId;
        var drawer = (await change.Hold(register))[register];
        var (number, code) = await RegisterNumbers.Take(change.Connection, register, 1, cancel);
        var other = change.Order.SplitOff(id, number, $"{change.Shop.Settings.OrderPrefix}{code}-{number}", drawer, change.Now);
        change.Add(other);
        return other;
    }

    /// <summary>So many of these lines go to the other bill, each with a new id; answers them with their former ones.</summary>
    private static List<(OrderLine Line, long From)> Move(
        OrderChange change, Order other, IEnumerable<((OrderLine Line, Measure Quantity) Going, long Id)> lines)
    {
        var order = change.Order;
        var went = new List<(OrderLine Line, long From)>();
        foreach (var ((line, quantity), id) in lines)
        {
            var part = line.PartOf(quantity, order.PricesIncludeTax);
            var moved = line.MovedTo(other, id, quantity, part, line.Combo);
            other.Items.Add(moved);
            change.Db.Add(moved);
            went.Add((moved, line.Id));
            if (quantity == line.Quantity)
            {
                order.Items.Remove(line);
                change.Db.Remove(line);
            }
            else
            {
                line.Without(quantity, part);
            }
        }

        return went;
    }
}
