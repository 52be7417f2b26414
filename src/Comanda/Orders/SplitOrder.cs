using Comanda.Data;
using Comanda.Events;
using Comanda.Journal;
using Comanda.Kernel;
using Comanda.Shops;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Comanda.Orders;

/// <summary>So many of a line go to the other bill; all of it where no quantity is said.</summary>
public sealed record SplitItem(long? OrderItemId, int? Quantity);

/// <summary>
/// By item: what goes to a bill of its own. Or evenly, in so many <see cref="Ways"/>: the bill stays one, and the answer says what
/// each guest pays of it.
/// </summary>
public sealed record SplitRequest(IReadOnlyList<SplitItem>? Items, int? Ways);

/// <summary>The bills, the one that was split first; or the shares of it, which sum to what is due.</summary>
public sealed record SplitView(IReadOnlyList<OrderView> Orders, IReadOnlyList<decimal> Shares);

/// <summary>
/// POST /api/orders/{id}/split. Nothing is priced anew: what goes over takes its part of each frozen figure, what stays keeps the
/// rest, so that the bills sum to the one there was. The parts of a combo go together.
/// </summary>
public sealed class SplitOrder(ComandaDb db, IdempotentWrite retries, ShopDirectory shops, Ids ids, EventBell bell, Here here, TimeProvider clock)
{
    private NpgsqlConnection Connection => (NpgsqlConnection)db.Database.GetDbConnection();

    public async Task<IResult> Handle(long id, SplitRequest request, HttpContext http, CancellationToken cancel)
    {
        var key = retries.KeyOf(http, new { id, request });
        if (key.Refusal is { } badKey)
            return badKey.ToProblem();
        var errors = new FieldErrors();
        errors.Check(request.Items is null != request.Ways is null, "items", "say either items, or ways to split evenly");
        errors.Check(request.Items is null or { Count: >= 1 and <= 200 }, "items", "must be 1 to 200");
        errors.Check(request.Ways is null or (>= 2 and <= 100), "ways", "must be between 2 and 100");
        if (errors.Any)
            return errors.ToRefusal().ToProblem();
        var shop = await shops.Of(here, cancel);
        var (fresh, lineIds) = (await ids.Orders.Next(cancel), await ids.OrderItems.Take(request.Items?.Count ?? 0, cancel));

        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var order = await db.LockedOrder(id, here.ShopId, cancel);
        if (await retries.FirstAnswer(key.Value, cancel, Connection) is { } again)
            return again;
        if (order is null)
            return Refusal.NotFound("order").ToProblem();
        if (here.Caller.IsTrainee && !order.Training)
            return Refusal.Forbidden("A trainee divides only practice orders.").ToProblem();
        if (VersionTag.Check(http, order.Version) is { } stale)
            return stale.ToProblem();
        var now = Clock.Now(clock);
        if (order.CanBeRearranged(shop.Settings.BusinessDay.Of(now)) is { } cannot)
            return cannot.ToProblem();
        if (request.Ways is { } ways)
        {
            var shares = Share.ByWeight(order.BalanceDue, [.. Enumerable.Repeat(1L, ways)]);
            return TypedResults.Ok(new SplitView([OrderView.From(order)], [.. shares.Select(s => s.In(shop.Currency))]));
        }

        var going = Read(order, request.Items!, errors);
        if (errors.Any)
            return errors.ToRefusal().ToProblem();
        var answer = await retries.Commit(transaction, key.Value, () => Split(order, going, fresh, lineIds, shop, key.Value, now, cancel), cancel);
        bell.Ring();
        return answer;
    }

    private static List<(OrderLine Line, int Quantity)> Read(Order order, IReadOnlyList<SplitItem> items, FieldErrors errors)
    {
        var going = new List<(OrderLine Line, int Quantity)>();
        foreach (var (i, item) in items.Index())
        {
            var line = order.Items.Find(l => l.Id == item?.OrderItemId);
            var quantity = item?.Quantity ?? line?.Quantity ?? 0;
            errors.Check(line is not null, $"items[{i}].order_item_id", "is no line of this order");
            errors.Check(line is null || (quantity >= 1 && quantity <= line.Quantity), $"items[{i}].quantity", $"must be between 1 and {line?.Quantity}");
            errors.Check(line is null || going.TrueForAll(g => g.Line != line), $"items[{i}].order_item_id", "stands there twice");
            if (line is not null)
                going.Add((line, quantity));
        }

        foreach (var combo in going.Where(g => g.Line.Combo is not null).GroupBy(g => g.Line.Combo))
        {
            var together = combo.Count() == order.Items.Count(l => l.Combo == combo.Key) && combo.Select(g => g.Quantity).Distinct().Count() == 1;
            errors.Check(together, "items", $"must have all parts of {combo.First().Line.ComboName}, as many of each, or none of them");
        }

        errors.Check(going.Count < order.Items.Count || going.Exists(g => g.Quantity < g.Line.Quantity), "items", "must leave something on the first bill");
        return going;
    }

    private async Task<FixedAnswer> Split(
        Order order, List<(OrderLine Line, int Quantity)> going, long id, long[] lineIds, Shop shop, RetryKey? key, DateTimeOffset now, CancellationToken cancel)
    {
        var before = DrawerCorrection.Of(order);
        var stock = new StockMemory(order);
        var drawer = await HoldRegisters.CurrentDrawer(Connection, order.ShopId, order.RegisterId, null, cancel);
        await using var numbering = Connection.Command("update registers set last_order_number = last_order_number + 1 where id = $1 returning last_order_number, code", order.RegisterId);
        var (number, code) = (await numbering.List(r => (r.GetInt64(0), r.GetString(1)), cancel))[0];
        var other = order.SplitOff(id, number, $"{shop.Settings.OrderPrefix}{code}-{number}", drawer, now);
        var went = new List<(OrderLine Line, long From)>();
        foreach (var ((line, quantity), lineId) in going.Zip(lineIds))
        {
            var part = line.PartOf(quantity, order.PricesIncludeTax);
            var moved = line.MovedTo(other, lineId, quantity, part, line.Combo);
            other.Items.Add(moved);
            went.Add((moved, line.Id));
            if (quantity == line.Quantity)
            {
                order.Items.Remove(line);
                db.Remove(line);
            }
            else
            {
                line.Without(quantity, part);
            }
        }

        order.Recount();
        other.Recount();
        order.Changed();
        db.Add(other);
        await before.Write(order, drawer, now, Connection, cancel);
        await stock.Write([order, other], here, now, shop.Settings.BusinessDay.Of(now), Connection, cancel);
        await FiscalJournal.Append(Connection, order.ShopId, order.RegisterId, FiscalJournal.Edit, order.Id, now, JournalContent.OfSale(order), cancel);
        await FiscalJournal.Append(Connection, order.ShopId, order.RegisterId, FiscalJournal.Sale, other.Id, now, JournalContent.OfSale(other), cancel);
        var views = new[] { OrderView.From(order), OrderView.From(other) };
        db.Add(ShopEvent.Of(here, EventNames.OrderUpdated, now, views[0]));
        db.Add(KitchenTicket.Event(here, EventNames.OrderCreated, now, other, order.IsInKitchen ? KitchenTicket.Move(other, went) : []));
        await db.SaveChangesAsync(cancel);
        var answer = new FixedAnswer(201, Json.Write(new SplitView(views, [])), $"/api/orders/{other.Id}");
        await IdempotentWrite.Keep(Connection, key, answer, cancel);
        return answer;
    }
}
