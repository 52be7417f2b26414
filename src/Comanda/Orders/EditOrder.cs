using Comanda.Data;
using Comanda.Events;
using Comanda.Journal;
using Comanda.Kernel;
using Comanda.Menu;
using Comanda.Shops;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// A line of an edited order: one that is there (<see cref="Id"/>), which keeps its frozen price and options, or a new one.
/// </summary>
public sealed record LineEdit(
    long? Id, long? MenuItemId, int? Quantity, ModifierChoice[]? Modifiers, DiscountRequest? Discount, [property: AtMost(500)] string? SpecialInstructions);

/// <summary>
/// What changes of a pending order; what is left out stays. <see cref="Items"/> is the whole list: a line that is not in it
/// goes. <see cref="Version"/> is the version that the edit was made against, as an alternative to If-Match.
/// </summary>
public sealed record OrderEdit(
    IReadOnlyList<LineEdit>? Items,
    [property: AtMost(100)] string? CustomerName,
    [property: AtMost(40)] string? Table,
    [property: AtMost(1000)] string? Notes,
    long? Version);

/// <summary>
/// PUT /api/orders/{id}. The order's row is locked, so edits take turns; one made against a version that is no longer the
/// current one is refused with 412, and so is one that names no version after somebody else's edit: nobody's line is lost
/// without their being told.
/// </summary>
public sealed class EditOrder(ComandaDb db, MenuBoard menus, ShopDirectory shops, Ids ids, EventBell bell, Here here, TimeProvider clock)
{
    public async Task<Results<Ok<OrderView>, ProblemHttpResult>> Handle(long id, OrderEdit edit, HttpContext http, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        if (await db.LockedOrder(id, cancel) is not { } order)
            return Refusal.NotFound("order").ToProblem();
        if (StaleEdit(order, edit, http) is { } stale)
            return stale.ToProblem();
        var shop = await shops.Of(here, cancel);
        var now = Clock.Now(clock);
        if (order.CanBeEdited(shop.Settings.BusinessDay.Of(now)) is { } closed)
            return closed.ToProblem();

        var priced = await Price(order, edit, shop, cancel);
        if (priced.Refusal is { } refusal)
            return refusal.ToProblem();
        if (order.Edit(priced.Value, here.Caller.UserId) is { } tooLittle)
            return tooLittle.ToProblem();
        (order.CustomerName, order.Table, order.Notes) = (edit.CustomerName ?? order.CustomerName, edit.Table ?? order.Table, edit.Notes ?? order.Notes);
        await ReplaceLines(order, edit, priced.Value, now, cancel);

        var view = OrderView.From(order);
        db.Add(ShopEvent.Of(here, EventNames.OrderUpdated, now, view));
        await db.SaveChangesAsync(cancel);
        await FiscalJournal.Append(
            (NpgsqlConnection)db.Database.GetDbConnection(), order.ShopId, order.RegisterId, FiscalJournal.Edit, order.Id, now, JournalContent.OfSale(order), cancel);
        await transaction.CommitAsync(cancel);
        bell.Ring();
        http.Response.Headers.ETag = VersionTag.Of(order.Version);
        return TypedResults.Ok(view);
    }

    private Refusal? StaleEdit(Order order, OrderEdit edit, HttpContext http)
    {
        if (VersionTag.Check(http, order.Version) is { } stale)
            return stale;
        if (edit.Version is { } version)
            return version == order.Version ? null : Refusal.Stale(order.Version);
        var unversioned = http.Request.Headers.IfMatch.Count == 0;
        return unversioned && order.EditedBy is { } other && other != here.Caller.UserId ? Refusal.Stale(order.Version) : null;
    }

    /// <summary>Lines that stay are priced from what they froze, new ones from the menu.</summary>
    private async Task<Outcome<PricedOrder>> Price(Order order, OrderEdit edit, Shop shop, CancellationToken cancel)
    {
        var menu = await menus.Of(here, cancel);
        var errors = new FieldErrors();
        var frozen = new Dictionary<LineRequest, OrderLine>(ReferenceEqualityComparer.Instance);
        var requests = new List<LineRequest>();
        foreach (var (i, line) in (edit.Items ?? [.. order.Items.Select(Unchanged)]).Index())
        {
            var known = line?.Id is { } id ? order.Items.Find(l => l.Id == id) : null;
            errors.Check(line is not null, $"items[{i}]", "must be an object");
            errors.Check(line?.Id is null || known is not null, $"items[{i}].id", "is no line of this order");
            errors.Check(known is null || frozen.Values.All(l => l != known), $"items[{i}].id", "stands there twice");
            if (line is null)
                continue;
            var request = known is null ? new LineRequest(line.MenuItemId, line.Quantity, line.Modifiers, line.Discount, line.SpecialInstructions) : Kept(known, line, shop.Currency);
            if (known is not null)
                frozen[request] = known;
            requests.Add(request);
        }

        if (errors.Any)
            return errors.ToRefusal();
        var basket = new OrderRequest(
            order.Type.ToWire(), requests, null, null, null, null, order.Tip.IsZero ? null : order.Tip.In(shop.Currency), null, null, null, null, null, null);
        if (requests.Any(r => r.Discount is not null && !frozen.ContainsKey(r)) && BasketRules.MissingRight(basket, here.Caller) is { } forbidden)
            return forbidden;
        return Pricing.Price(
            request => frozen.TryGetValue(request, out var line) ? Thawed(line) : request.MenuItemId is { } id ? menu.Find(id) : null,
            shop.Settings with { PricesIncludeTax = order.PricesIncludeTax, DeliveryFee = order.DeliveryFee }, basket, order.Type);
    }

    private async Task ReplaceLines(Order order, OrderEdit edit, PricedOrder priced, DateTimeOffset now, CancellationToken cancel)
    {
        var edits = edit.Items ?? [.. order.Items.Select(Unchanged)];
        var fresh = await ids.OrderItems.Take(edits.Count(e => e.Id is null), cancel);
        var next = 0;
        var lines = new List<OrderLine>();
        foreach (var (i, line) in priced.Lines.Index())
        {
            if (order.Items.Find(l => l.Id == edits[i].Id) is { } kept)
            {
                (kept.Position, kept.Quantity, kept.SpecialInstructions) = (i + 1, line.Quantity, line.SpecialInstructions);
                (kept.Discount, kept.Tax, kept.Total) = (line.Discount, line.Tax, line.Total);
                lines.Add(kept);
            }
            else
            {
                var added = OrderLine.Freeze(line, order, fresh[next++], i + 1, now);
                db.Add(added);
                lines.Add(added);
            }
        }

        db.RemoveRange(order.Items.Except(lines));
        order.Items.Clear();
        order.Items.AddRange(lines);
    }

    private static LineEdit Unchanged(OrderLine line) => new(line.Id, null, null, null, null, null);

    private static LineRequest Kept(OrderLine line, LineEdit edit, Currency currency) => new(
        line.MenuItemId,
        edit.Quantity ?? line.Quantity,
        [.. OrderView.Thaw(line).Select(m => new ModifierChoice(null, m.Key, m.Quantity))],
        line.Discount.IsZero ? null : new DiscountRequest("fixed", line.Discount.In(currency), line.DiscountReason ?? "earlier discount"),
        edit.SpecialInstructions ?? line.SpecialInstructions);

    /// <summary>What a line froze, in the shape in which the menu shows items, so that one rule prices both.</summary>
    private static MenuEntry Thawed(OrderLine line) => new(
        line.MenuItemId, 0, line.Category, line.Name, "", line.UnitPrice, line.TaxRate, null, null, null, null, false, [], 0, InStock: true, false, 0,
        [new MenuGroup(0, "", 0, int.MaxValue, [.. OrderView.Thaw(line).Select(m => new MenuOption(0, m.Key, m.Name, new Money(m.Price), InStock: true))])]);
}
