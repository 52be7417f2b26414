using System.Text.Json;
using Comanda.Audit;
using Comanda.Data;
using Comanda.Events;
using Npgsql;

namespace Comanda.Shops;

/// <summary>A setting that is to change, checked: the text to store.</summary>
public sealed record AskedSetting(SettingKey Setting, string Value);

/// <summary>
/// Changes a shop's settings: one by its key, or several at once, all or none. Each change is in the audit log with what was
/// before, and is an event; every process and device has it within a moment.
/// </summary>
public sealed class ChangeSettings(
    ShopDirectory shops, NpgsqlDataSource database, EventBell bell, Here here, RequestHead head, TimeProvider clock)
{
    /// <summary>More than there are keys; a hostile body is not read to its end.</summary>
    private const int MostAtOnce = 200;

    /// <summary>The whole configuration as one object.</summary>
    public async Task<Answer<Dictionary<string, object>>> Read(CancellationToken cancel)
    {
        var all = All(await shops.Of(here, cancel));
        return Answer.ByContent(all);
    }

    public async Task<Answer<Dictionary<string, object>>> Many(
        Dictionary<string, JsonElement> values,
        CancellationToken cancel)
    {
        // One document's shop has its settings in one field.
        if (values is { Count: 1 } && values.TryGetValue("settings", out var all) && all.ValueKind == JsonValueKind.Object)
            values = all.EnumerateObject().ToDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal);
        var errors = new FieldErrors();
        var asked = Read(values, await shops.Of(here, cancel), "", errors);
        if (errors.Any)
            return errors.ToRefusal();
        if (await Commit(asked, stored => VersionTag.OfContent(All(stored)), cancel) is { } refusal)
            return refusal;
        var changed = All(await shops.Of(here, cancel));
        return Answer.Named(changed, VersionTag.OfContent(changed));
    }

    /// <summary>One setting; answers its row.</summary>
    public async Task<Answer<ConfigRow>> One(
        string key,
        ConfigChange change,
        CancellationToken cancel)
    {
        if (SettingKeys.Find(key) is not { } setting)
            return Refusal.NotFound("setting");
        var shop = await shops.Of(here, cancel);
        if (setting.Read(change.Value, shop.Currency) is not { } value)
            return Refusal.OfField("value", "must be " + setting.Takes);
        if (await Commit([new(setting, value)], stored => VersionTag.OfContent(ConfigRow.All(stored)), cancel) is { } refusal)
            return refusal;
        var all = ConfigRow.All((await shops.Of(here, cancel)).StoredSettings);
        return Answer.Named(ConfigRow.Of(setting, value) with { Key = key }, VersionTag.OfContent(all));
    }

    /// <summary>Reads what is asked for; amounts are in the currency that is asked for with them.</summary>
    public IReadOnlyList<AskedSetting> Read(Dictionary<string, JsonElement> values, Shop shop, string prefix, FieldErrors errors)
    {
        errors.Check(values.Count <= MostAtOnce, prefix.Length == 0 ? "settings" : prefix.TrimEnd('.'), $"must be at most {MostAtOnce}");
        var currency = values.TryGetValue("currency", out var code) && SettingKeys.Find("currency")!.Read(code, shop.Currency) is { } next
            ? Currency.Of(next)
            : shop.Currency;
        var asked = new List<AskedSetting>();
        foreach (var (key, value) in values.Take(MostAtOnce))
        {
            if (SettingKeys.FindOrOwn(key) is not { } setting)
                errors.Add(prefix + key, "is no name of a setting: letters, digits, - and _ make one");
            else if (setting.Read(value, currency) is not { } text)
                errors.Add(prefix + key, "must be " + setting.Takes);
            else
                asked.Add(new(setting, text));
        }

        var own = asked.Select(a => a.Setting.Key).Concat(shop.StoredSettings.Keys).Where(CustomSettings.IsCustom).Distinct().Count();
        errors.Check(own <= CustomSettings.Most, "settings", $"must be at most {CustomSettings.Most} of the shop's own");
        return asked;
    }

    /// <summary>
    /// Writes settings in the caller's transaction, each with its audit entry and its event. What stays the same is left alone.
    /// </summary>
    public async Task<Refusal?> Write(NpgsqlConnection connection, IReadOnlyList<AskedSetting> asked, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var stored = await Stored(connection, cancel);
        foreach (var (setting, value) in asked)
        {
            var before = stored.GetValueOrDefault(setting.Key, setting.Default);
            // A feature that was never switched is listed nowhere: switching it off must be seen, though it was off.
            if (before == value && (stored.ContainsKey(setting.Key) || !SettingKeys.IsFeature(setting.Key)))
                continue;
            if (setting.Key == "currency" && await connection.Scalar(
                "select exists (select 1 from orders where shop_id = $1) or exists (select 1 from gift_cards where shop_id = $1) "
                    + "or exists (select 1 from tax_tables where shop_id = $1)",
                cancel,
                here.ShopId) is true)
            {
                return Refusal.Conflict(
                    "currency_in_use",
                    "The shop has orders, gift cards or taxes in its currency; it can no longer change.");
            }

            if (setting.Key == "tax_rate"
                && await connection.Scalar("select exists (select 1 from tax_tables where shop_id = $1)", cancel, here.ShopId) is true)
                return Refusal.Conflict("taxes_in_a_table", "The shop has a table of taxes; change its rows (PUT /api/taxes).");
            await Store(connection, here.ShopId, setting.Key, value, cancel);
            // What GET /api/shops/{id} shows of them is part of its version.
            await connection.Execute("update shops set version = version + 1 where id = $1", cancel, here.ShopId);
            await new AuditEntry(AuditActions.ConfigChanged, "setting", setting.Key, setting.ToWire(before), setting.ToWire(value)).Write(
                connection,
                here,
                now,
                cancel);
            await ShopEvent.Of(
                here,
                EventNames.SettingsChanged,
                now,
                new { key = setting.Key, value = setting.IsPrivate ? null : setting.ToWire(value) }).Write(connection, cancel);
        }

        return null;
    }

    /// <summary>Writes one setting's row in the caller's transaction.</summary>
    public static Task Store(NpgsqlConnection connection, long shopId, string key, string value, CancellationToken cancel) =>
        connection.Execute(
            """
            insert into settings (shop_id, key, value) values ($1, $2, $3)
            on conflict (shop_id, key) do update set value = excluded.value, updated_at = now()
            """,
            cancel, shopId, key, value);

    /// <summary>One transaction; If-Match is against the tag of what the caller reads at that address.</summary>
    private async Task<Refusal?> Commit(
        IReadOnlyList<AskedSetting> asked,
        Func<IReadOnlyDictionary<string, string>, string> tag,
        CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // Changes of one shop take turns; a stale one is told before it writes.
        await connection.Execute("select 1 from shops where id = $1 for update", cancel, here.ShopId);
        if (head.Check(tag(await Stored(connection, cancel))) is { } stale)
            return stale;
        if (await Write(connection, asked, cancel) is { } refusal)
            return refusal;
        await transaction.CommitAsync(cancel);
        shops.Forget(here.ShopId);
        bell.Ring();
        return null;
    }

    private async Task<Dictionary<string, string>> Stored(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = connection.Command("select key, value from settings where shop_id = $1", here.ShopId);
        return (await command.List(r => (Key: r.GetString(0), Value: r.GetString(1)), cancel)).ToDictionary(
            s => s.Key,
            s => s.Value,
            StringComparer.Ordinal);
    }

    internal static Dictionary<string, object> All(Shop shop) => All(shop.StoredSettings);

    private static Dictionary<string, object> All(IReadOnlyDictionary<string, string> stored) =>
        SettingKeys.Of(stored).ToDictionary(
            k => k.SaidAs,
            k => k.ToWire(stored.GetValueOrDefault(k.Key, k.Default)),
            StringComparer.Ordinal);
}
