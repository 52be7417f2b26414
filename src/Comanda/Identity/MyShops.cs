using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Identity;

/// <summary>The shops that a person may see, and opening one more.</summary>
public sealed class MyShops(Attempts attempts, ShopDirectory shops, NpgsqlDataSource database, EventBell bell, Moment moment)
{
    /// <summary>Shops that one person may open in an hour.</summary>
    private const int MostAnHour = 50;

    public async Task<Answer<PageOf<MyShop>>> List(int? limit, string? cursor, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(limit, cursor, errors);
        if (errors.Any)
            return errors.ToRefusal();
        await using var command = database.Command(
            """
            select s.id, s.name, s.address, m.role, s.id = u.home_shop_id
            from shop_members m join shops s on s.id = m.shop_id join users u on u.id = m.user_id
            where m.user_id = $1 and m.active and s.id < $2 order by s.id desc limit $3
            """,
            moment.Caller.UserId, page.Before, page.ToRead);
        return page.Of(
            await command.List(r => new MyShop(r.GetInt64(0), r.GetString(1), r.GetString(2), r.GetString(3), r.GetBoolean(4)), cancel),
            s => s.Id);
    }

    /// <summary>
    /// Whoever opens a shop owns it. Its currency and zone are those of the shop they come from, unless they say otherwise.
    /// </summary>
    public async Task<Answer<ShopView>> Open(ShopInput input, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Check(!string.IsNullOrWhiteSpace(input.Name), "name", AccountFields.NameRule);
        var mine = moment.Shop;
        var settings = OpenShop.FirstSettings(
            input.Currency ?? mine.Currency.Code,
            input.TimeZone ?? mine.StoredSettings.GetValueOrDefault("time_zone"),
            errors);
        if (errors.Any)
            return errors.ToRefusal();
        if (await attempts.Use($"shops:user:{moment.Caller.UserId}", MostAnHour, TimeSpan.FromHours(1), cancel) is { } wait)
            return Refusal.TooMany("Too many shops were opened; wait, and try again.", wait);

        var shop = await Write(input, settings, cancel);
        bell.Ring();
        var opened = (await shops.Find(shop, cancel))!;
        return Answer.Created(ShopView.From(opened), $"/api/shops/{shop}");
    }

    private async Task<long> Write(ShopInput input, Dictionary<string, string> settings, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var shop = await OpenShop.Write(connection, input.Name!.Trim(), input.Address?.Trim() ?? "", settings, cancel);
        await People.Join(connection, shop, moment.Caller.UserId, Caller.OwnerRole, cancel);
        var there = moment.Here.As(moment.Caller with { ShopId = shop });
        await new AuditEntry(
            AuditActions.ShopOpened,
            "shop",
            shop,
            After: new { name = input.Name.Trim(), owner = moment.Caller.UserId }).Write(connection, there, moment.Now, cancel);
        await transaction.CommitAsync(cancel);
        return shop;
    }
}
