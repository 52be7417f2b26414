using Comanda.Data;
using Comanda.Guests;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Comanda.Orders;

/// <summary>GET /api/customers/me/export: what the shop keeps of a guest; DELETE /api/customers/me: they have it forgotten.</summary>
public sealed class OwnData(
    OwnRecord record,
    OwnAddresses addresses,
    PointsLedger points,
    ReadCakeOrders cakes,
    CustomerOrders erase,
    NpgsqlDataSource database,
    Here here)
{
    private const int PageSize = 200;

    public async Task<Answer<OwnDataView>> Export(CancellationToken cancel)
    {
        var customer = await record.Read(cancel);
        if (customer.Refusal is { } notAGuest)
            return notAGuest;
        await using var favorites = database.Command(
            "select menu_item_id from favorites where user_id = $1 and shop_id = $2 order by added_at", here.Caller.UserId, here.ShopId);
        await using var reviews = database.Command(
            """
            select menu_item_id, rating, comment, created_at from reviews
            where user_id = $1 and shop_id = $2 and removed_at is null order by id
            """,
            here.Caller.UserId,
            here.ShopId);
        return new OwnDataView(
            customer.Value,
            (await addresses.List(cancel)).Value.Items,
            await favorites.List(r => r.GetInt64(0), cancel),
            await reviews.List(
                r => new OwnReview(r.GetInt64(0), r.GetInt16(1), r.GetString(2), r.GetFieldValue<DateTimeOffset>(3)), cancel),
            await AllPoints(customer.Value.Id, cancel),
            await AllOrders(cancel),
            await AllCakes(cancel));
    }

    /// <summary>There is no way back: it is done only where that is said.</summary>
    public async Task<Answer> Erase(bool? confirm, CancellationToken cancel)
    {
        if (await record.Id(cancel) is not { } customer)
            return Refusal.NotFound("customer");
        return confirm == true
            ? await erase.Erase(customer, cancel)
            : Refusal.OfField("confirm", "must be true: what is erased is gone for good");
    }

    private async Task<List<PointsEntryView>> AllPoints(long customer, CancellationToken cancel)
    {
        var all = new List<PointsEntryView>();
        string? cursor = null;
        do
        {
            var page = (await points.Of(customer, PageSize, cursor, cancel)).Value;
            all.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return all;
    }

    private async Task<List<CakeOrderView>> AllCakes(CancellationToken cancel)
    {
        var all = new List<CakeOrderView>();
        string? cursor = null;
        do
        {
            var page = (await cakes.List(new() { Limit = PageSize, Cursor = cursor }, cancel)).Value;
            all.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return all;
    }

    private async Task<List<OrderView>> AllOrders(CancellationToken cancel)
    {
        var (all, before) = (new List<OrderView>(), long.MaxValue);
        while (true)
        {
            var page = await (await cakes.Own.Visible(cancel)).Where(o => o.Id < before).OrderByDescending(o => o.Id).Take(PageSize)
                .Whole().AsNoTracking().ToListAsync(cancel);
            all.AddRange(page.ConvertAll(cakes.Own.Show));
            if (page.Count < PageSize)
                return all;
            before = page[^1].Id;
        }
    }
}
