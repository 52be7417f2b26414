using System.Text.Json;

namespace Comanda.Shops;

/// <summary>The shop's chart of accounts, and what DATEV must know of it: settings of the accounting export.</summary>
public static class AccountSettings
{
    /// <summary>Where each kind of entry goes by default: the numbers of the German SKR 03.</summary>
    private static readonly Dictionary<string, string> Usual = new(StringComparer.Ordinal)
    {
        ["cash"] = "1000",
        ["card"] = "1360",
        ["mobile"] = "1360",
        ["other"] = "1360",
        ["gift_card"] = "1710",
        ["points"] = "8730",
        ["deposits"] = "1732",
        ["receivable"] = "1400",
        ["tips"] = "1755",
        ["rounding"] = "2700",
        ["revenue"] = "8200",
        ["revenue:7"] = "8300",
        ["revenue:19"] = "8400",
        ["tax"] = "1770",
        ["tax:7"] = "1771",
        ["tax:19"] = "1776",
        ["clearing"] = "1590",
    };

    internal static SettingKey Key { get; } = new(
        "accounts",
        "{}",
        "account numbers",
        "The chart of accounts of the accounting export: by tender, revenue and tax (also of one rate), and so on. What is not named has "
            + "the number that the German SKR 03 has for it.",
        "such as {\"cash\": \"1000\", \"revenue\": \"8200\", \"revenue:19\": \"8400\", \"tax:19\": \"1776\"}, each a number of 3 to 8 "
            + "digits; names: " + string.Join(", ", Usual.Keys.Where(k => !k.Contains(':', StringComparison.Ordinal))),
        (value, _) => ReadAccounts(value),
        IsText: false);

    internal static SettingKey DatevKey { get; } = new(
        "datev",
        "{}",
        "numbers",
        "What an export for DATEV says of the shop: the consultant's number, the client's, and the day its financial year begins.",
        "such as {\"consultant\": 1001, \"client\": 1, \"year_start\": \"01-01\"}, the numbers from 1001 to 9999999 and from 1 to 99999; "
            + "or {}",
        (value, _) => ReadDatev(value),
        IsText: false);

    /// <summary>The account of an entry; of one tax rate where the chart has one, else of all.</summary>
    public static string AccountOf(Shop shop, string name, decimal? rate = null)
    {
        var stored = shop.StoredSettings.GetValueOrDefault("accounts", "{}");
        var own = JsonSerializer.Deserialize<Dictionary<string, string>>(stored, Json.Options)!;
        var ofRate = rate is { } r ? $"{name}:{SettingKeys.Plain(r)}" : name;
        return own.GetValueOrDefault(ofRate) ?? own.GetValueOrDefault(name) ?? Usual.GetValueOrDefault(ofRate) ?? Usual[name];
    }

    /// <summary>What DATEV must know; null where the shop has not said it.</summary>
    public static DatevClient? Datev(Shop shop)
    {
        var stored = shop.StoredSettings.GetValueOrDefault("datev", "{}");
        return stored == "{}" ? null : JsonSerializer.Deserialize<DatevClient>(stored, Json.Options);
    }

    private static string? ReadAccounts(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return null;
        var accounts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in value.EnumerateObject())
        {
            var (name, rate) = field.Name.Split(':', 2) is [var before, var after] ? (before, after) : (field.Name, null);
            var number = SettingKeys.Text(field.Value);
            var isName = Usual.ContainsKey(name) && (rate is null || (name is "revenue" or "tax" && IsRate(rate)));
            if (!isName || number is not { Length: >= 3 and <= 8 } || !number.All(char.IsAsciiDigit))
                return null;
            accounts[field.Name] = number;
        }

        return Json.Write(accounts);
    }

    private static bool IsRate(string text) =>
        decimal.TryParse(
            text,
            System.Globalization.NumberStyles.AllowDecimalPoint,
            System.Globalization.CultureInfo.InvariantCulture,
            out var rate)
        && TaxRate.TryFromPercent(rate, out _) && SettingKeys.Plain(rate) == text;

    private static string? ReadDatev(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return null;
        if (!value.EnumerateObject().Any())
            return "{}";
        string[] fields = ["consultant", "client", "year_start"];
        if (!value.EnumerateObject().All(f => fields.Contains(f.Name))
            || Whole("consultant") is not (>= 1001 and <= 9_999_999 and var consultant)
            || Whole("client") is not (>= 1 and <= 99_999 and var client))
            return null;
        var start = value.TryGetProperty("year_start", out var text) ? SettingKeys.Text(text) : "01-01";
        return DateOnly.TryParseExact("2001-" + start, "yyyy-MM-dd", out _)
            ? Json.Write(new DatevClient(consultant, client, start!))
            : null;

        int? Whole(string name) =>
            value.TryGetProperty(name, out var number) && SettingKeys.Number(number) is { } n && n == decimal.Truncate(n)
                && n is >= 0 and <= 9_999_999
                ? (int)n
                : null;
    }
}

/// <summary>Whose books they are in DATEV; <see cref="YearStart"/> is the month and day on which its financial year begins.</summary>
public sealed record DatevClient(int Consultant, int Client, string YearStart);
