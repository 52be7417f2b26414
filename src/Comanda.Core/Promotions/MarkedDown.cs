using System.Globalization;
using Comanda.Menu;
using Comanda.Taxes;

namespace Comanda.Promotions;

/// <summary>What of a menu is cheaper at an hour because it is late, and how much: what a line of one piece would be priced at.</summary>
public static class MarkedDown
{
    public static Dictionary<long, MarkdownView> Of(MenuSnapshot menu, IEnumerable<Promotion> all, PromotionHour hour)
    {
        var on = PromotionOffer.Of(all.Where(p => p.Type == DiscountType.Markdown), null, hour).Value;
        var (cheaper, time) = (new Dictionary<long, MarkdownView>(), TimeOnly.FromDateTime(hour.Shown));
        if (on.IsEmpty)
            return cheaper;
        foreach (var item in menu.Entries.Where(i => i is { IsDeposit: false, PriceNow.IsZero: false, Combo: null }))
        {
            foreach (var way in Enum.GetValues<Way>())
            {
                var line = new PromotableLine(item.Id, item.CategoryId, way, item.Unit is null ? 1 : 0, item.PriceNow) { Quantity = 1 };
                if (ApplyPromotions.To([line], on).Given is not [{ Promotion: var given, Amount: var off }, ..])
                    continue;
                cheaper[item.Id] = new(
                    given.Id,
                    given.Title,
                    given.Percent.Percent,
                    (item.PriceNow - off).In(menu.Currency),
                    (given.NextAfter(time)?.From ?? given.Hours!.Until).ToString("HH:mm", CultureInfo.InvariantCulture));
                break;
            }
        }

        return cheaper;
    }
}
