using System.Text.Json;
using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Promotions;

/// <summary>A promotion with all that is kept of it.</summary>
public sealed record KeptPromotion(
    Promotion Promotion,
    PromotionInput Terms,
    int Used,
    long Version,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);

/// <summary>A shop's promotions at one moment, the newest first; never changed.</summary>
public sealed class ShopPromotions(IReadOnlyList<KeptPromotion> all)
{
    private readonly Dictionary<string, Promotion> byCode =
        all.Where(p => p.Promotion.Code is not null).ToDictionary(p => p.Promotion.Code!, p => p.Promotion, StringComparer.Ordinal);

    public IReadOnlyList<KeptPromotion> All => all;

    /// <summary>Those that are given by themselves, without what was switched off.</summary>
    public IReadOnlyList<Promotion> Automatic { get; } =
        [.. all.Select(p => p.Promotion).Where(p => p is { Code: null, IsActive: true })];

    /// <summary>Those that make cheaper what is left.</summary>
    public IReadOnlyList<Promotion> Markdowns { get; } =
        [.. all.Select(p => p.Promotion).Where(p => p is { Type: DiscountType.Markdown, IsActive: true })];

    public Promotion? WithCode(string? code) => ReadPromotion.CodeOf(code) is { } read ? byCode.GetValueOrDefault(read) : null;
}

/// <summary>
/// The promotions in memory, one shop's at a time. A change drops them at once in the process that made it, and in the others when the
/// event arrives.
/// </summary>
public sealed class PromotionBoard
{
    internal const string Columns =
        "select id, terms, used, version, created_at, updated_at from promotions where shop_id = $1 and archived_at is null";

    private readonly NpgsqlDataSource database;
    private readonly ShopDirectory shops;
    private readonly Remembered<ShopPromotions> promotions;

    public PromotionBoard(NpgsqlDataSource database, ShopDirectory shops, EventFeed feed, RoomInMemory room)
    {
        this.database = database;
        this.shops = shops;
        promotions = new(Load, room.Shops, of => 1 + (of.All.Count / 4));
        shops.OnForget(Forget); // amounts are in the shop's currency, days by its clock
        feed.OnEvent(heard =>
        {
            if (heard.Name == EventNames.PromotionUpdated)
                Forget(heard.ShopId);
        });
    }

    public async ValueTask<ShopPromotions> Of(long shop, CancellationToken cancel) =>
        await promotions.Get(shop, cancel) ?? throw new NoShopException();

    public void Forget(long shop) => promotions.Forget(shop);

    private async Task<ShopPromotions?> Load(long id)
    {
        if (await shops.Find(id, CancellationToken.None) is not { } shop)
            return null;
        await using var command = database.Command(Columns + " order by id desc", id);
        return new(await command.List(r => Read(r, shop), CancellationToken.None));
    }

    internal static KeptPromotion Read(NpgsqlDataReader row, Shop shop)
    {
        var terms = JsonSerializer.Deserialize<PromotionInput>(row.GetString(1), Json.Options)!;
        var errors = new FieldErrors();
        var promotion = ReadPromotion.From(row.GetInt64(0), terms, shop.Currency, shop.Settings.BusinessDay, errors);
        // Of another currency than the shop has now: nobody is given an amount that nobody meant.
        return new(
            errors.Any ? promotion with { IsActive = false } : promotion,
            terms,
            row.GetInt32(2),
            row.GetInt64(3),
            row.GetFieldValue<DateTimeOffset>(4),
            row.GetFieldValue<DateTimeOffset>(5));
    }
}
