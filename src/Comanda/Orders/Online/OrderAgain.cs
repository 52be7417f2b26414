using Comanda.Menu;
using Comanda.Shops;
using Microsoft.EntityFrameworkCore;

namespace Comanda.Orders;

/// <summary>What was ordered before, in the shape in which it is ordered now: prices and what there is of it are today's.</summary>
public sealed class OrderAgain(OwnOrders own, MenuBoard menus, Moment moment)
{
    /// <summary>So many of the last orders say what somebody's usual is, and so many lines are told.</summary>
    private const int OrdersLookedAt = 50, LinesTold = 5;

    public async Task<Answer<AgainView>> Of(long id, CancellationToken cancel)
    {
        if (await own.Find(id, cancel) is not { } order)
            return Refusal.NotFound("order");
        var menu = await menus.Of(moment.Here, cancel);
        var lines = Lines(order).Select(l => (l.Name, l.Line, Missing: Missing(menu, l.Line))).ToList();
        return new AgainView(
            order.Type.ToWire(),
            [.. lines.Where(l => l.Missing is null).Select(l => l.Line)],
            [.. lines.Where(l => l.Missing is not null).Select(l => new MissingLine(l.Name, l.Missing!))]);
    }

    public async Task<Answer<PageOf<UsualLine>>> Usual(CancellationToken cancel)
    {
        if (!own.IsGuest)
            return Refusal.NotFound("customer");
        var orders = await (await own.Visible(cancel)).Where(o => o.Status != OrderStatus.Cancelled && !o.Training)
            .OrderByDescending(o => o.Id).Take(OrdersLookedAt).Include(o => o.Items.OrderBy(l => l.Position)).AsNoTracking()
            .ToListAsync(cancel);
        var menu = await menus.Of(moment.Here, cancel);
        // The same item with the same options, however many of it: as many as the last time.
        var usual = orders.SelectMany(o => Lines(o).Select(l => (Order: o, l.Name, l.Line)))
            .GroupBy(l => Json.Write(l.Line with { Quantity = null }), StringComparer.Ordinal)
            .Select(g => (Last: g.First(), Times: g.Select(l => l.Order.Id).Distinct().Count()))
            .OrderByDescending(l => l.Times)
            .ThenByDescending(l => l.Last.Order.Id)
            .Take(LinesTold);
        return new PageOf<UsualLine>(
            [.. usual.Select(u => new UsualLine(u.Last.Line, u.Last.Name, u.Times, u.Last.Order.CreatedAt, Missing(menu, u.Last.Line)))],
            null);
    }

    /// <summary>Its lines as a basket asks for them; the parts of a combo are one line again.</summary>
    private static IEnumerable<(string Name, LineRequest Line)> Lines(Order order)
    {
        // Deposits come along by themselves.
        foreach (var line in order.Items.Where(l => l.Combo is null && !l.IsDeposit))
        {
            yield return (line.Name, new(
                line.MenuItemId, line.Quantity.Number, Options(line), SpecialInstructions: line.SpecialInstructions));
        }

        foreach (var combo in order.Items.Where(l => l.Combo is not null && !l.IsDeposit).GroupBy(l => l.Combo))
        {
            var first = combo.First();
            yield return (first.ComboName!, new(
                first.ComboId,
                first.Quantity.Number,
                Parts: [.. combo.Select(l => new PartRequest(l.MenuItemId, Options(l), l.SpecialInstructions))]));
        }
    }

    private static ModifierChoice[]? Options(OrderLine line) =>
        OrderView.Thaw(line) is { Length: > 0 } options ? [.. options.Select(o => new ModifierChoice(null, o.Key, o.Quantity))] : null;

    /// <summary>Why it cannot be ordered as it was; null where it can.</summary>
    private string? Missing(MenuSnapshot menu, LineRequest line)
    {
        var priced = Pricing.Price(menu, moment.Shop.Settings, new OrderRequest(null, [line]), OrderType.Online, moment.Today);
        return priced.Refusal is not { } refusal ? null
            : refusal.Errors is { Count: > 0 } errors ? string.Join("; ", errors.SelectMany(e => e.Value).Distinct())
            : refusal.Detail;
    }
}
