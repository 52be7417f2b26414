using System.Globalization;
using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Stock;

/// <summary>
/// GET /api/inventory/reorder and POST /api/purchase-orders/suggested: what to buy, from what was used lately and how long a delivery
/// takes.
/// </summary>
public sealed class SuggestReorder(NpgsqlDataSource database, IdempotentWrite retries, Moment moment, WritePurchase write)
{
    private const int UsualDays = 28, UsualCover = 7;

    /// <summary>Where neither the item nor its supplier says.</summary>
    private const int UsualLead = 1;

    public async Task<Answer<ReordersView>> List(
        int? days,
        int? coverDays,
        long? supplierId,
        bool? all,
        CancellationToken cancel)
    {
        var errors = Check(days, coverDays);
        if (errors.Any)
            return errors.ToRefusal();
        var shop = moment.Shop;
        await using var connection = await database.OpenConnectionAsync(cancel);
        var suggestions = await Read(connection, shop, days ?? UsualDays, coverDays ?? UsualCover, supplierId, cancel);
        var shown = all == true ? suggestions : suggestions.FindAll(s => s.OrderNow);
        return new ReordersView(
            days ?? UsualDays,
            coverDays ?? UsualCover,
            shop.Currency.Code,
            shown.Sum(s => s.Cost),
            shown);
    }

    /// <summary>A draft for each supplier. What is on a draft counts as on order, so that a second press orders nothing twice.</summary>
    public async Task<Answer<PageOf<PurchaseOrderView>>> Order(OrderSuggestedRequest? request, CancellationToken cancel)
    {
        request ??= new();
        var key = retries.KeyOf(request);
        if (key.Refusal is { } badKey)
            return badKey;
        var errors = Check(request.Days, request.CoverDays);
        if (errors.Any)
            return errors.ToRefusal();
        return await retries.Once(key.Value, connection => Write(connection, request, cancel), cancel);
    }

    private async Task<Answer<PageOf<PurchaseOrderView>>> Write(
        NpgsqlConnection connection, OrderSuggestedRequest request, CancellationToken cancel)
    {
        var shop = moment.Shop;
        // Two who press at once take turns, and the second finds it ordered.
        await connection.Execute("select 1 from shops where id = $1 for no key update", cancel, shop.Id);
        var now = moment.Now;
        var today = moment.Today;
        var suggestions = (await Read(
            connection,
            shop,
            request.Days ?? UsualDays,
            request.CoverDays ?? UsualCover,
            request.SupplierId,
            cancel)).FindAll(s => s.OrderNow);
        var made = new List<PurchaseOrderView>();
        foreach (var order in suggestions.GroupBy(s => s.SupplierId).OrderBy(g => g.Key ?? long.MaxValue))
        {
            foreach (var part in order.Chunk(PurchaseLines.Most))
            {
                var lines = part.Select(s => new PurchaseLine
                {
                    ItemId = s.InventoryId,
                    Name = s.Name,
                    StockUnit = s.Unit,
                    Thousandths = (long)(s.SuggestedQuantity * 1000),
                    Amount = s.OrderQuantity,
                    Unit = s.OrderUnit,
                    UnitCost = decimal.Round(s.UnitCost * s.SuggestedQuantity / s.OrderQuantity, Quantity.CostDecimals),
                });
                var id = await write.Insert(
                    connection,
                    new(order.Key, PurchaseStatus.Draft, today.AddDays(part.Max(s => s.LeadTimeDays)), "", [.. lines]),
                    cancel);
                var added = (await PurchaseOrder.Find(connection, shop.Id, id, cancel))!;
                await write.Audit(connection, null, added, cancel);
                made.Add(added.View(shop.Currency));
            }
        }

        var page = new PageOf<PurchaseOrderView>(made, null);
        return made.Count == 0 ? page : Answer.Created(page, "/api/purchase-orders");
    }

    private static FieldErrors Check(int? days, int? coverDays)
    {
        var errors = new FieldErrors();
        errors.Between("days", days, 1, 365);
        errors.Between("cover_days", coverDays, 1, 90);
        return errors;
    }

    /// <summary>Everything that is bought, the most urgent first.</summary>
    private async Task<List<ReorderView>> Read(
        NpgsqlConnection connection,
        Shop shop,
        int days,
        int cover,
        long? supplier,
        CancellationToken cancel)
    {
        var today = shop.Settings.BusinessDay.Of(moment.Now);
        await using var used = connection.Command(
            """
            select i.id, i.created_at, s.lead_days, coalesce(u.used, 0)::bigint, coalesce(o.quantity, 0)
            from stock_items i left join suppliers s on s.id = i.supplier_id
            left join stock_on_order o on o.item_id = i.id and o.shop_id = $1
            left join (
                select item_id, -sum(quantity) as used from stock_use
                where shop_id = $1 and day >= $2 and day < $3 and reason in ('sale', 'return', 'waste', 'food_bank', 'make')
                group by item_id
            ) u on u.item_id = i.id
            where i.shop_id = $1 and i.archived_at is null and i.made = 'bought' and ($4::bigint is null or i.supplier_id = $4)
            """,
            shop.Id, today.AddDays(-days), today, supplier);
        var known = await used.List(
            r => (
                Id: r.GetInt64(0),
                Since: shop.Settings.BusinessDay.Of(r.GetFieldValue<DateTimeOffset>(1)),
                Lead: r.ValueOrNull<int>(2),
                Used: Math.Max(r.GetInt64(3), 0),
                OnOrder: r.GetInt64(4)), cancel);
        var items = await StockItem.FindAll(connection, shop.Id, known.Select(k => k.Id), cancel);
        return [.. known.Where(k => items.ContainsKey(k.Id))
            .Select(k => Suggest(
                items[k.Id],
                k.Used,
                Math.Clamp(today.DayNumber - k.Since.DayNumber, 1, days),
                items[k.Id].LeadDays ?? k.Lead,
                k.OnOrder,
                cover))
            .OrderByDescending(s => s.OrderNow)
            .ThenBy(s => s.DaysLeft ?? decimal.MaxValue)
            .ThenBy(s => s.Name, StringComparer.OrdinalIgnoreCase)];
    }

    private static ReorderView Suggest(StockItem item, long used, int days, int? knownLead, long onOrder, int cover)
    {
        var (lead, keep, there) = (knownLead ?? UsualLead, item.Threshold ?? 0, item.Level + onOrder);
        var perDay = (decimal)used / days;
        var (untilDelivery, untilNext) = ((long)decimal.Ceiling(perDay * lead), (long)decimal.Ceiling(perDay * (lead + cover)));
        var point = untilDelivery + keep;
        var now = there <= point && (point > 0 || there < 0);
        var (pack, size) = item.Packs is [{ Name: { } name, Quantity: { } of }, ..] ? (name, (long)(of * 1000)) : (item.Unit, 1000);
        // So much that it is above the point of ordering again, also where nothing was used yet.
        var packs = now ? (Math.Max(untilNext + keep, point + 1) - there + size - 1) / size : 0;
        var quantity = Math.Min(packs, Quantity.Largest / size) * size;
        return new(
            item.Id,
            item.Name,
            item.Unit,
            Quantity.Of(item.Level),
            Quantity.Of(onOrder),
            item.Threshold is { } low ? Quantity.Of(low) : null,
            decimal.Round(perDay / 1000, 3),
            used == 0 ? null : decimal.Round(Math.Max(item.Level, 0) / perDay, 1),
            lead,
            Quantity.Of(point),
            now,
            Quantity.Of(quantity),
            quantity / size,
            pack,
            Quantity.Cost(item.UnitCost),
            Quantity.Cost(item.UnitCost * quantity / 1000),
            item.Supplier,
            item.SupplierId,
            Why());

        string Why()
        {
            string Text(long thousandths) => Quantity.ToText(thousandths, item.Unit);
            var period = days == 1 ? "day" : $"{days} days";
            var use = used == 0 ? $"None was used in the last {period}"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{decimal.Round(
                        perDay / 1000,
                        3)} {item.Unit} a day over the last {period}: {Text(untilDelivery)} until a delivery in {Count(
                        lead,
                        "day")}{(knownLead is null ? " (no lead time is known)" : "")}");
            var stay = item.Threshold is null ? "" : $", and {Text(keep)} should stay";
            var have = $"There is {Text(item.Level)}" + (onOrder > 0 ? $", and {Text(onOrder)} on order" : "");
            var doubt = item.Level < 0 ? " Less than nothing cannot be: count it first." : "";
            return now ? $"{use}{stay}; so it is ordered at {Text(point)}. {have}.{doubt} With {quantity / size} {pack} it lasts {Count(
                cover,
                "day")} more."
                : $"{use}{stay}. {have}: that is enough for now.{doubt}";
        }
    }

    private static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";
}
