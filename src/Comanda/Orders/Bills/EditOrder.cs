using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.GiftCards;
using Comanda.Guests;
using Comanda.Identity;
using Comanda.Menu;
using Comanda.Promotions;
using Comanda.Registers;
using Comanda.Shops;
using Comanda.Stock;

namespace Comanda.Orders;

/// <summary>What is sold, what it takes, and the promotions of it.</summary>
internal sealed record MenuWithRecipes(MenuSnapshot Menu, RecipeBook Recipes, ShopPromotions Promotions);

/// <summary>
/// PUT /api/orders/{id}. Edits take turns; one made against a version that is no longer the current one is refused with 412, and so is
/// one that replaces lines without naming a version once the order has changed: nobody's line is lost without their being told.
/// </summary>
public sealed class EditOrder(
    OrderChanges orders, IdempotentWrite retries, PriceBasket pricing, RecipeBooks books, Ids ids, Approvals approvals, RequestHead request)
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
        return await Run(id, new() { Approval = round.Approval }, round.Items, key.Value, cancel);
    }

    private async Task<Answer<OrderView>> Run(
        long id, OrderEdit edit, IReadOnlyList<LineRequest>? round, RetryKey? key, CancellationToken cancel)
    {
        // Everything that needs a connection of its own comes before this one is taken.
        var menu = await pricing.Menu(cancel);
        var recipes = await books.Of(orders.Here, cancel);
        var promotions = await pricing.Promotions(cancel);
        var customer = edit.CustomerId is { } whose
            ? await KnownCustomer.Find(orders.Database, orders.Here.ShopId, whose, cancel)
            : null;
        var areas = edit.DeliveryAddress is not null || edit.Type is not null
            ? await DeliveryAreas.Of(orders.Database, orders.Here.ShopId, cancel)
            : [];
        var discounts = edit.Discount is not null
            || edit.ServiceCharge == false
            || (edit.Items ?? []).Any(l => l is { Id: null, Discount: not null })
            || (round ?? []).Any(l => l.Discount is not null);
        var approval = discounts
            ? await approvals.Check(Permission.GiveDiscounts, edit.Approval, "give discounts", cancel)
            : (Approver?)null;
        if (approval.Refusal is { } forbidden)
            return forbidden;

        var read = await SettleOrder.Read(edit, orders.Moment, ids, cancel);
        if (read.Refusal is { } unsettled)
            return unsettled;
        var settle = read.Value;
        await using var change = await orders.Begin(id, cancel, key);
        if (change.Stopped is { } stopped)
            return stopped;
        var order = change.Order;
        if (StaleEdit(order, edit) is { } stale)
            return stale;
        edit = HeadEdit.WithoutEmptied(edit, order);
        var isNothing = round is null && edit.IsNothing();
        if ((isNothing || edit.IsOnlySettled()) && order.DiffersFrom(edit.TotalAmount ?? edit.Total) is { } other)
            return other;
        if (settle is not null && edit.IsOnlySettled())
            return await change.Finish(await settle.Apply(change, orders.Moment), settle.Happened);
        if (isNothing)
            return change.Show();
        var asked = HeadEdit.Read(edit, order, customer, areas, change.Shop, change.Now);
        if (asked.Refusal is { } wrong)
            return wrong;
        var head = asked.Value;
        if (edit.IsOnlyCustomer() && order.CanBeEdited(change.Today) is not null)
            return await Give(change, head);
        if ((round is null ? order.CanBeEdited(change.Today) : order.CanTakeRound(change.Today)) is { } closed)
            return closed;
        if (round is not null)
        {
            edit = edit with { Items = [.. order.Items.Select(KeptLines.Stays), .. round.Select(Added)] };
            order.Reopen(change.Now);
        }

        var lines = edit.Items is { } given
            ? FollowDeposits.Of(order, given, menu)
            : head.IsPricedAnew ? [.. order.Items.Select(KeptLines.Stays)] : null;
        if (lines is not null && await Edit(change, head, lines, new(menu, recipes, promotions), cancel) is { } refusal)
            return refusal;
        if (lines is null && order.GiveTip(head.Tip) is { } tooLow)
            return tooLow;
        if (order.DiffersFrom(edit.TotalAmount ?? edit.Total) is { } differs)
            return differs;
        change.Audit(approval.Value?.Of("order", order.Id));
        var moves = head.IsRescheduled || head.Type != order.Type;
        head.ApplyTo(order, edit);
        if (head.IsRescheduled)
            order.Reschedule(head.ScheduledFor!.Value, change.Now, change.Shop.Settings.KitchenHands);
        if (moves && order.TakesSlot)
            order.ChooseSlot(change.Shop.Settings, change.Now);
        order.GoOnOncePaid(change.Now, change.Shop.Settings.KitchenHands); // less of it may be paid already
        change.IsPricedAnew |= head.Customer is not null;
        order.Changed();
        change.Journal(JournalKind.Edit, JournalContent.OfSale(order));
        change.EditIsTold = true;
        if (settle is not null && (await settle.Apply(change, orders.Moment)).Refusal is { } notSettled)
            return notSettled;
        change.Tell(settle?.Happened ?? EventNames.OrderUpdated);
        return await change.Commit(
            () => round is null ? change.Show() : Answer.Created(change.Show(), $"/api/orders/{order.Id}"));
    }

    /// <summary>
    /// A guest says who they are after they paid: it becomes theirs, whatever day it is of, and they earn what it earns. Nothing that it
    /// cost changes, and so nothing is journaled.
    /// </summary>
    private static async Task<Answer<OrderView>> Give(OrderChange change, HeadEdit head)
    {
        head.Become(change.Order);
        change.Order.Changed();
        change.IsPricedAnew = true;
        change.Tell(EventNames.OrderUpdated);
        return await change.Finish();
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
        OrderChange change, HeadEdit head, IReadOnlyList<LineEdit> lines, MenuWithRecipes from, CancellationToken cancel)
    {
        var (order, shop) = (change.Order, change.Shop);
        order.IsForLaterDay = head.DayOfSupply(order, shop.Settings) > change.Today;
        var offer = await LaterPromotions.Offer(change, head, from.Promotions, cancel);
        if (offer.Refusal is { } notGiven)
            return notGiven;
        var priced = Price(change, head, lines, from.Menu, offer.Value);
        if (priced.Refusal is { } refusal)
            return refusal;
        var work = order.Work;
        if (order.Edit(priced.Value) is { } tooLittle)
            return tooLittle;
        // At its own hour; what is there already was looked at when it came, unless the hour is another one now.
        var looked = priced.Value.Lines.Where(l => head.IsRescheduled || lines[l.Asked].Id is null).ToList();
        if (BasketRules.NotSoldThen(looked, shop.Settings, head.When(change.Now)) is { } notThen)
            return notThen;
        if ((head.IsRescheduled || head.Type != order.Type)
            && BasketRules.Closed(head.Type, byGuest: false, shop.Settings, head.When(change.Now)) is { } closed)
            return closed;
        if (await LaterPromotions.Take(change, head, priced.Value, cancel) is { } usedUp)
            return usedUp;
        var before = order.Items.ToDictionary(l => l.Id, l => (l.Name, l.Quantity));
        await ReplaceLines(change, lines, priced.Value, from.Recipes, cancel);
        if (order.CoverAgain(await GiftCardLedger.PurposesOf(change.Connection, order.CardPayments, cancel), shop.Taxes) is { } uncovered)
            return uncovered;
        // Put off to another day it takes nothing of today's any more, and the other way round.
        foreach (var line in head.IsRescheduled ? order.Items : [])
            line.Counted = order.TakesFromCountdowns && from.Menu.Find(line.MenuItemId) is { IsCounted: true };
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
        var isUnversioned = request.IfMatch.Length == 0 && edit.Version is null;
        return isUnversioned && edit.Items is not null && order.Version > 1
            ? Refusal.Stale(order.Version)
            : request.Check(order.Version, edit);
    }

    /// <summary>Lines that stay are priced from what they froze, new ones from the menu.</summary>
    private static Outcome<PricedOrder> Price(
        OrderChange change, HeadEdit head, IReadOnlyList<LineEdit> edits, MenuSnapshot menu, PromotionOffer promotions)
    {
        var (order, shop, errors) = (change.Order, change.Shop, new FieldErrors());
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
                    line.Way ?? head.Type.ToWire(),
                    line.Barcode));
                continue;
            }

            const string stays = "of a line that is there cannot change; leave the line out and add a new one";
            errors.Check(line.MenuItemId is null || line.MenuItemId == known.MenuItemId, at + ".menu_item_id", stays);
            errors.Check(line.Modifiers is null || known.HasOptions(line.Modifiers), at + ".modifiers", stays);
            errors.Check(line.Discount is null, at + ".discount", stays);
            errors.Check(line.Parts is null, at + ".parts", stays);
            errors.Check(line.Barcode is null, at + ".barcode", stays);
            var quantity = known.Quantity;
            errors.Check(
                line.Quantity is not { } given
                    || Measure.TryFromOrBack(given, known.Unit is not null, known.IsDeposit, out quantity),
                at + ".quantity",
                Measure.Rule(known.Unit is not null));
            var much = quantity.IsZero ? known.Quantity : quantity;
            var request = KeptLines.Kept(known, line with { Way = line.Way ?? head.WayOf(known, order).ToWire() }, much, shop.Currency);
            frozen[request] = known;
            kept.Add((known, quantity));
            requests.Add(request);
        }

        KeptLines.CheckCombos(order, kept, errors);
        if (errors.Any)
            return errors.ToRefusal();
        var basket = new OrderRequest(
            head.Type.ToWire(), requests, Discount: head.Discount, Tip: head.Tip.IsZero ? null : head.Tip.In(shop.Currency));
        var offers = new MenuOffers(menu, shop.Settings) { IsForLater = order.IsForLaterDay };
        return Pricing.Price(
            (request, at, errors) => frozen.TryGetValue(request, out var line)
                ? KeptLines.Thawed(line, request, order.PricesIncludeTax, menu)
                : offers.Find(request, at, errors),
            shop.Settings with { Rules = head.Rules },
            basket,
            head.Type,
            head.DayOfSupply(order, shop.Settings),
            promotions);
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
                kept.Reprice(line, kept.Quantity);
                (kept.Position, kept.Quantity, kept.SpecialInstructions) = (i + 1, line.Quantity, line.SpecialInstructions);
                lines.Add(kept);
            }
            else
            {
                var added = OrderLine.Freeze(line, order, fresh[next++], (i + 1, combosBefore), now, recipes);
                change.Db.Add(added);
                lines.Add(added);
            }
        }

        change.Db.RemoveRange(order.Items.Except(lines));
        order.Items.Clear();
        order.Items.AddRange(lines);
    }
}
