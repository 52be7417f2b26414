using Comanda.Menu;

namespace Comanda.Orders;

/// <summary>
/// A bottle less is a deposit less: where an edit takes away or changes how many there are of something that a deposit went along with, the
/// deposit follows, unless the edit says another quantity for it.
/// </summary>
internal static class FollowDeposits
{
    public static IReadOnlyList<LineEdit> Of(Order order, IReadOnlyList<LineEdit> edits, MenuSnapshot menu)
    {
        if (!order.Items.Exists(l => l.IsDeposit) || edits.Any(e => e is null))
            return edits;
        var followed = edits.ToList();
        foreach (var line in order.Items)
        {
            if (menu.Find(line.MenuItemId)?.DepositItemId is not { } id || Missing(line) is not { IsZero: false } fewer)
                continue;
            var deposit = order.Items.Find(l => l.IsDeposit && l.MenuItemId == id && l.Way == line.Way && l.Quantity > Measure.Zero);
            var at = deposit is null ? -1 : followed.FindIndex(e => e.Id == deposit.Id);
            if (at < 0 || (edits.First(e => e.Id == deposit!.Id).Quantity is { } said && said != deposit!.Quantity.Number))
                continue;
            var left = (followed[at].Quantity ?? deposit!.Quantity.Number) - fewer.Number;
            if (left > 0)
                followed[at] = followed[at] with { Quantity = left };
            else
                followed.RemoveAt(at);
        }

        return followed;

        Measure Missing(OrderLine line)
        {
            var edit = edits.FirstOrDefault(e => e.Id == line.Id);
            var stays = edit is null ? Measure.Zero
                : edit.Quantity is { } given && Measure.TryFrom(given, line.Unit is not null, out var read) ? read
                : line.Quantity;
            return line.Unit is null ? line.Quantity - stays : edit is null ? 1 : Measure.Zero;
        }
    }
}
