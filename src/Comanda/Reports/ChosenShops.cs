using Comanda.Data;
using Comanda.Identity;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>The shops that a report is asked of: the request's own, or by <c>?shops=</c> those whose reports they may read.</summary>
public sealed class ChosenShops(NpgsqlDataSource database, ShopDirectory directory, Moment moment)
{
    private const int MostShops = 200;

    /// <summary>They have one currency; a shop that is not the caller's to see is not found, whether it is there or not.</summary>
    public async Task<Outcome<List<Shop>>> Read(string? text, FieldErrors errors, CancellationToken cancel)
    {
        var asked = Asked(text, errors);
        if (errors.Any)
            return errors.ToRefusal();
        if (asked is { Count: > 0 } && await Visible(cancel) is var visible && !asked.IsSubsetOf(visible))
            return Refusal.NotFound("shop");
        var shops = new List<Shop>();
        foreach (var id in asked is not null ? asked.Order().ToList() : text == "all" ? await Visible(cancel) : [moment.Shop.Id])
            shops.Add((await directory.Find(id, cancel))!);
        errors.Check(
            shops.TrueForAll(s => s.Currency == shops[0].Currency), "shops", "must have one currency; money of several has no sum");
        return errors.Any ? errors.ToRefusal() : shops;
    }

    private static HashSet<long>? Asked(string? text, FieldErrors errors)
    {
        if (text is null or "all")
            return null;
        var ids = new HashSet<long>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var good = long.TryParse(part, System.Globalization.CultureInfo.InvariantCulture, out var id);
            errors.Check(good, "shops", "must be all, or ids of shops with commas between");
            ids.Add(id);
        }

        errors.Check(ids.Count is > 0 and <= MostShops, "shops", $"must be all, or up to {MostShops} ids of shops with commas between");
        return ids;
    }

    private async Task<List<long>> Visible(CancellationToken cancel)
    {
        await using var command = database.Command(
            "select shop_id, role from shop_members where user_id = $1 and active order by shop_id", moment.Caller.UserId);
        var mine = await command.List(r => (Shop: r.GetInt64(0), Role: r.GetString(1)), cancel);
        var may = new List<long>();
        foreach (var (id, role) in mine)
        {
            if (await directory.Find(id, cancel) is { } shop
                && Permissions.In(moment.Caller.Method, Permissions.Of(role, shop)).Contains(Permission.ReadReports))
                may.Add(id);
        }

        return may;
    }
}
