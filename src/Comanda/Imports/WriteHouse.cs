using Comanda.Data;
using Comanda.Events;
using Comanda.Stock;

namespace Comanda.Imports;

/// <summary>What a shop has beside its menu, its sales and its guests. Of each only what is new here: what is there stays.</summary>
internal sealed class WriteHouse(ImportWork work, BusinessDay days)
{
    /// <summary>Before the items that are in them.</summary>
    public async Task Categories(HeldAgainst held, CancellationToken cancel)
    {
        foreach (var category in New(held.Categories))
        {
            await work.Connection.Execute(
                """
                insert into categories (shop_id, name, description, is_active, station, tax_class, display_order)
                values ($1, $2, $3, $4, $5, nullif($6, ''), (select count(*) from categories where shop_id = $1))
                """,
                cancel, work.Shop, category.Name, category.Description, category.IsActive, category.Station, category.TaxClass);
        }
    }

    /// <summary>Answers whether anything was written that nobody takes back: movements of stock and points stay.</summary>
    public async Task<bool> Run(HeldAgainst held, CancellationToken cancel)
    {
        var (cards, stock) = (New(held.Cards), New(held.Stock));
        foreach (var card in cards)
        {
            await work.Connection.Execute(
                """
                with card as (
                    insert into gift_cards (shop_id, code, amount, balance, sold_at) values ($1, $2, $3, $4, $5) returning id
                )
                insert into gift_card_movements (card_id, shop_id, kind, amount, balance, at)
                select id, $1, 'brought', $4, $4, $6 from card where $4 > 0
                """,
                cancel, work.Shop, card.Code, card.Amount.Minor, card.Balance.Minor, card.SoldAt, work.Now);
        }

        if (stock.Count > 0)
        {
            await ImportStock.Write(
                work.Connection,
                stock.ConvertAll(s => ((StockRow?)null, s)),
                new(work.Shop, null, work.Now, days.Of(work.Now)),
                cancel);
            await ShopEvent.Of(
                new Here { ShopId = work.Shop },
                EventNames.StockUpdated,
                work.Now,
                new { changed = StockChanged.Item, import = stock.Count }).Write(work.Connection, cancel);
        }

        return cards.Count + stock.Count > 0 || held.Guests.Exists(g => g.Standing == Standing.New && g.Of.Points > 0);
    }

    private static List<T> New<T>(List<Held<T>> things) => [.. things.Where(t => t.Standing == Standing.New).Select(t => t.Of)];
}
