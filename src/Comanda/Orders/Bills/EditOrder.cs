using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Identity;
using Comanda.Kernel;
using Comanda.Menu;
using Comanda.Registers;
using Comanda.Shops;
using Comanda.Stock;

namespace Comanda.Orders;

/// <summary>
/// PUT /api/orders/{id}. Edits take turns; one made against a version that is no longer the current one is refused with 412, and so is
/// one that replaces lines without naming a version once the order has changed: nobody's line is lost without their being told.
/// </summary>
public sealed class EditOrder(
    OrderChanges orders, IdempotentWrite retries, MenuBoard menus, RecipeBooks books, Ids ids, Approvals approvals, RequestHead head)
{
    public Task<Answer<OrderView>> Handle(long id, OrderEdit edit, CancellationToken cancel) =>
        Run(id, edit, null, null, cancel);

    /// <summary>
    /// POST /api/orders/{id}/items: another round for a table. It takes nothing away, so it needs no version: of two waiters who add at
    /// once, both rounds stand. An order takes rounds until it is over, whatever the kitchen has of it.
    /// </summary>
    public async Task<Answer<OrderView>> AddRound(long id, RoundRequest round, CancellationToken cancel)
    {
        var key = retries.KeyOf(new { id, round.Items });
        if (key.Refusal is { } badKey)
            return badKey;
        if (round.Items is not { Count: >= 1 and <= 200 } || round.Items.Any(i => i is null))
            return Refusal.OfField("items", "must be 1 to 200 lines");
        return await Run(id, new(null, null, null, null, null, round.Approval), round.Items, key.Value, cancel);
    }

    private async Task<Answer<OrderView>> Run(
        long id, OrderEdit edit, IReadOnlyList<LineRequest>? round, RetryKey? key, CancellationToken cancel)
    {
        // Everything that needs a connection of its own comes before this one is taken.
        var menu = await menus.Of(orders.Here, cancel);
        var recipes = await books.Of(orders.Here, cancel);
        var discounts = (edit.Items ?? []).Any(l => l is { Id: null, Discount: not null })
            || (round ?? []).Any(l => l.Discount is not null);
        var approval = discounts
            ? await approvals.Check(Permission.GiveDiscounts, edit.Approval, "give discounts", cancel)
            : (Approver?)null;
        if (approval.Refusal is { } forbidden)
            return forbidden;

        await using var change = await orders.Begin(id, cancel, key);
        if (change.Stopped is { } stopped)
            return stopped;
        var order = change.Order;
        if (StaleEdit(order, edit) is { } stale)
            return stale;
        if ((round is null ? order.CanBeEdited(change.Today) : order.CanTakeRound(change.Today)) is { } closed)
            return closed;
        if (round is not null)
        {
            var stay = order.Items.Select(l => new LineEdit(l.Id, null, null, null, null, null));
            edit = edit with { Items = [.. stay, .. round.Select(Added)] };
            order.Reopen(change.Now);
        }

        if (edit.Items is { } lines && await Edit(change, lines, menu, recipes, cancel) is { } refusal)
            return refusal;
        change.Audit(approval.Value?.Of("order", order.Id));
        (order.CustomerName, order.Table, order.Notes) = (
            edit.CustomerName ?? order.CustomerName,
            edit.Table ?? order.Table,
            edit.Notes ?? order.Notes);
        order.Changed();
        change.Journal(JournalKind.Edit, JournalContent.OfSale(order));
        change.Tell(EventNames.OrderUpdated);
        return await change.Commit(
            () => round is null ? change.Show() : Answer.Created(change.Show(), $"/api/orders/{order.Id}"));
    }

    private static LineEdit Added(LineRequest line) => new(
        null,
        line.MenuItemId,
        line.Quantity,
        line.Modifiers,
        line.Discount,
        line.SpecialInstructions,
        line.Parts,
        line.Way,
        line.Barcode);

    /// <summary>Puts these lines in the place of those that are there.</summary>
    private async Task<Refusal?> Edit(
        OrderChange change, IReadOnlyList<LineEdit> lines, MenuSnapshot menu, RecipeBook recipes, CancellationToken cancel)
    {
        var (order, shop, now) = (change.Order, change.Shop, change.Now);
        var priced = Price(order, lines, menu, shop);
        if (priced.Refusal is { } refusal)
            return refusal;
        var work = order.Work;
        if (order.Edit(priced.Value) is { } tooLittle)
            return tooLittle;
        if (BasketRules.NotSoldThen([.. priced.Value.Lines.Where(l => lines[l.Asked].Id is null)], shop.Settings, now) is { } notNow)
            return notNow;
        var before = order.Items.ToDictionary(l => l.Id, l => (l.Name, l.Quantity));
        await ReplaceLines(change, lines, priced.Value, recipes, cancel);
        order.Estimate(work, shop.Settings.KitchenHands);
        change.IsPricedAnew = true;
        var left = order.Items.ToDictionary(l => l.Id, l => l.Quantity);
        var voided = before.Where(b => b.Value.Quantity > left.GetValueOrDefault(b.Key)).ToList();
        if (voided.Count > 0)
        {
            change.Audit(new(
                AuditActions.LinesVoided, "order", order.Id,
                voided.ConvertAll(v => new { name = v.Value.Name, quantity = v.Value.Quantity.Number }),
                voided.ConvertAll(v => new { name = v.Value.Name, quantity = left.GetValueOrDefault(v.Key).Number })));
        }

        return null;
    }

    private Refusal? StaleEdit(Order order, OrderEdit edit)
    {
        if (edit.Version is { } version)
            return version == order.Version ? null : Refusal.Stale(order.Version);
        var unversioned = head.IfMatch.Length == 0;
        return unversioned && edit.Items is not null && order.Version > 1 ? Refusal.Stale(order.Version) : null;
    }

    /// <summary>Lines that stay are priced from what they froze, new ones from the menu.</summary>
    private Outcome<PricedOrder> Price(Order order, IReadOnlyList<LineEdit> edits, MenuSnapshot menu, Shop shop)
    {
        var errors = new FieldErrors();
        var frozen = new Dictionary<LineRequest, OrderLine>(ReferenceEqualityComparer.Instance);
        var (requests, kept) = (new List<LineRequest>(), new List<(OrderLine Line, Measure Quantity)>());
        foreach (var (i, line) in edits.Index())
        {
            var at = $"items[{i}]";
            var known = line?.Id is { } id ? order.Items.Find(l => l.Id == id) : null;
            errors.Check(line is not null, at, "must be an object");
            errors.Check(line?.Id is null || known is not null, at + ".id", "is no line of this order");
            errors.Check(known is null || frozen.Values.All(l => l != known), at + ".id", "stands there twice");
            if (line is null)
                continue;
            if (known is null)
            {
                requests.Add(new LineRequest(
                    line.MenuItemId,
                    line.Quantity,
                    line.Modifiers,
                    line.Discount,
                    line.SpecialInstructions,
                    line.Parts,
                    line.Way ?? order.Type.ToWire(),
                    line.Barcode));
                continue;
            }

            const string stays = "of a line that is there cannot change; leave the line out and add a new one";
            errors.Check(line.MenuItemId is null || line.MenuItemId == known.MenuItemId, at + ".menu_item_id", stays);
            errors.Check(line.Modifiers is null || SameOptions(line.Modifiers, known), at + ".modifiers", stays);
            errors.Check(line.Discount is null, at + ".discount", stays);
            errors.Check(line.Parts is null, at + ".parts", stays);
            errors.Check(line.Barcode is null, at + ".barcode", stays);
            var quantity = known.Quantity;
            errors.Check(
                line.Quantity is not { } given || Measure.TryFrom(given, known.Unit is not null, out quantity),
                at + ".quantity",
                Measure.Rule(known.Unit is not null));
            var request = Kept(known, line, quantity.IsZero ? known.Quantity : quantity, shop.Currency);
            frozen[request] = known;
            kept.Add((known, quantity));
            requests.Add(request);
        }

        CheckCombos(order, kept, errors);
        if (errors.Any)
            return errors.ToRefusal();
        var basket = new OrderRequest(
            order.Type.ToWire(),
            requests,
            null,
            null,
            null,
            null,
            order.Tip.IsZero ? null : order.Tip.In(shop.Currency),
            null,
            null,
            null,
            null,
            null,
            null);
        var offers = new MenuOffers(menu, shop.Settings);
        return Pricing.Price(
            (request, at, errors) => frozen.TryGetValue(request, out var line)
                ? Thawed(line, request, order.PricesIncludeTax, menu)
                : offers.Find(request, at, errors),
            shop.Settings with { Rules = order.PricedBy },
            basket,
            order.Type,
            order.ScheduledFor is { } later ? shop.Settings.BusinessDay.Of(later) : order.BusinessDay);
    }

    /// <summary>The price of a combo is for all of its parts: they stay or go together, and as many of each.</summary>
    private static void CheckCombos(Order order, List<(OrderLine Line, Measure Quantity)> kept, FieldErrors errors)
    {
        foreach (var combo in kept.Where(k => k.Line.Combo is not null).GroupBy(k => k.Line.Combo))
        {
            var together = combo.Count() == order.Items.Count(l => l.Combo == combo.Key)
                && combo.Select(k => k.Quantity).Distinct().Count() == 1;
            errors.Check(together, "items", $"must keep all parts of {combo.First().Line.ComboName}, as many of each, or none of them");
        }
    }

    private async Task ReplaceLines(
        OrderChange change, IReadOnlyList<LineEdit> edits, PricedOrder priced, RecipeBook recipes, CancellationToken cancel)
    {
        var (order, now) = (change.Order, change.Now);
        var fresh = await ids.OrderItems.Take(priced.Lines.Count(l => edits[l.Asked].Id is null), cancel, change.Connection);
        var (next, combosBefore) = (0, order.Items.Max(l => l.Combo) ?? 0);
        var lines = new List<OrderLine>();
        foreach (var (i, line) in priced.Lines.Index())
        {
            if (order.Items.Find(l => l.Id == edits[line.Asked].Id) is { } kept)
            {
                (kept.Position, kept.Quantity, kept.SpecialInstructions) = (i + 1, line.Quantity, line.SpecialInstructions);
                kept.Reprice(line);
                lines.Add(kept);
            }
            else
            {
                var added = OrderLine.Freeze(line, order, fresh[next++], i + 1, now, recipes, combosBefore);
                change.Db.Add(added);
                lines.Add(added);
            }
        }

        change.Db.RemoveRange(order.Items.Except(lines));
        order.Items.Clear();
        order.Items.AddRange(lines);
    }

    private static bool SameOptions(ModifierChoice[] given, OrderLine line) =>
        given.Select(m => (m?.Key ?? "", m?.Quantity ?? 0))
            .Order()
            .SequenceEqual(OrderView.Thaw(line).Select(m => (m.Key, m.Quantity)).Order());

    /// <summary>
    /// The line as it was, with its options by their place (two groups may use one key). Its discount shrinks in proportion
    /// with the quantity and never grows: whoever gave it did not give more.
    /// </summary>
    private static LineRequest Kept(OrderLine line, LineEdit edit, Measure quantity, Currency currency)
    {
        var discount = Money.Min(line.Discount, quantity.PartOf(line.Discount, line.Quantity));
        return new(
            line.MenuItemId,
            quantity.Number,
            [.. OrderView.Thaw(line).Select((m, place) => new ModifierChoice(place + 1, null, m.Quantity))],
            discount.IsZero ? null : new DiscountRequest("fixed", discount.In(currency), line.DiscountReason ?? "earlier discount"),
            edit.SpecialInstructions ?? line.SpecialInstructions,
            Way: edit.Way ?? line.Way.ToWire());
    }

    /// <summary>
    /// What a line froze, in the shape in which the menu shows items, so that one rule prices both. As much of a weight as before costs
    /// what it did: a label's price, or a bill that was split, may differ by a coin from price × quantity.
    /// </summary>
    private static Offer Thawed(OrderLine line, LineRequest request, bool inclusive, MenuSnapshot menu) => new(
        Thawed(line, menu),
        Gross: line.Unit is not null && request.Quantity == line.Quantity.Number ? line.Gross(inclusive) : null);

    private static MenuEntry Thawed(OrderLine line, MenuSnapshot menu) => new(
        line.MenuItemId, 0, line.Category, line.Name, "", line.UnitPrice, line.TaxRate, null, null, null, null, false, [],
        menu.Find(line.MenuItemId)?.PreparationTime ?? 0, InStock: true, false, 0,
        [new MenuGroup(0, "", 0, int.MaxValue, [.. OrderView.Thaw(line).Select((m, place) => new MenuOption(
            place + 1,
            m.Key,
            m.Name,
            new Money(m.Price),
            InStock: true,
            [],
            []))])],
        TaxClass: line.TaxClass,
        TaxSplit: TaxSplit.Read(line.TaxSplit),
        Unit: line.Unit);
}
