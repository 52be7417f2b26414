using System.Globalization;
using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Promotions;

/// <summary>GET /api/promotions: what guests see; GET /api/admin/promotions: all of them, and how often each was given.</summary>
public sealed class ReadPromotions(PromotionBoard board, NpgsqlDataSource database, Moment moment)
{
    /// <summary>Active, listed, and not over; also what has not begun.</summary>
    public async Task<Answer<PageOf<PromotionView>>> Listed(int? limit, string? cursor, CancellationToken cancel)
    {
        var all = (await board.Of(moment.Shop.Id, cancel)).All;
        return Page(
            all.Where(p => p.Promotion.IsActive && p.Terms.IsListed != false && !(moment.Now >= p.Promotion.Ends)), limit, cursor, false);
    }

    public async Task<Answer<PageOf<PromotionView>>> All(int? limit, string? cursor, CancellationToken cancel) =>
        Page(await Counted(null, cancel), limit, cursor, true);

    public async Task<Answer<PromotionView>> One(long id, CancellationToken cancel) =>
        (await Counted(id, cancel)) is [var kept]
            ? PromotionView.From(kept, moment.Currency, toEditor: true)
            : Refusal.NotFound("promotion");

    /// <summary>Read anew: how often they were given changes with each order.</summary>
    private async Task<List<KeptPromotion>> Counted(long? id, CancellationToken cancel)
    {
        await using var command = database.Command(
            PromotionBoard.Columns + " and ($2::bigint is null or id = $2) order by id desc", moment.Shop.Id, id);
        return await command.List(r => PromotionBoard.Read(r, moment.Shop), cancel);
    }

    private Answer<PageOf<PromotionView>> Page(IEnumerable<KeptPromotion> all, int? limit, string? cursor, bool toEditor)
    {
        var errors = new FieldErrors();
        errors.CheckLimit(limit);
        var before = long.MaxValue;
        errors.Check(
            cursor is null || long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out before),
            "cursor",
            "must be a next_cursor that was answered before");
        if (errors.Any)
            return errors.ToRefusal();
        var most = limit ?? 1000;
        var page = all.Where(p => p.Promotion.Id < before).Take(most + 1).ToList();
        return new PageOf<PromotionView>(
            [.. page.Take(most).Select(p => PromotionView.From(p, moment.Currency, toEditor))],
            page.Count > most ? page[most - 1].Promotion.Id.ToString(CultureInfo.InvariantCulture) : null);
    }
}
