using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Comanda.Taxes;

namespace Comanda.Shops;

/// <summary>A shop's settings out of what is stored of them.</summary>
public static class StoredSettings
{
    extension(ShopSettings)
    {
        /// <summary>From stored rows; a key without a row has its default.</summary>
        public static ShopSettings From(IReadOnlyDictionary<string, string> stored)
        {
            string Value(string key) => stored.TryGetValue(key, out var value) ? value : SettingKeys.Find(key)!.Default;
            var currency = Currency.Of(Value("currency"));
            Money Amount(string key) =>
                Money.TryFrom(decimal.Parse(Value(key), CultureInfo.InvariantCulture), currency, out var amount) ? amount : Money.Zero;
            var rate = TaxRate.OfPercent(decimal.Parse(Value("tax_rate"), CultureInfo.InvariantCulture));
            return new()
            {
                Currency = currency,
                TaxRate = rate,
                Rules = RulesOf(Value, currency),
                BusinessDay = new BusinessDay(
                    TimeZoneInfo.FindSystemTimeZoneById(Value("time_zone")),
                    TimeOnly.ParseExact(Value("day_starts_at"), "HH:mm", CultureInfo.InvariantCulture)),
                OrderPrefix = Value("order_prefix"),
                ReceiptFooter = Value("receipt_footer"),
                ReceiptLogo = Value("receipt_logo"),
                ReceiptAllergens = Value("receipt_allergens") == "true",
                TaxNumber = Value("tax_number"),
                KitchenHands = int.Parse(Value("kitchen_hands"), CultureInfo.InvariantCulture),
                PointsPerUnit = decimal.Parse(Value("loyalty_points_per_unit"), CultureInfo.InvariantCulture),
                PointValue = Amount("loyalty_point_value"),
                LowStockTo = SettingKeys.Addresses(Value("low_stock_to")),
                DailyReportTo = SettingKeys.Addresses(Value("daily_report_to")),
                DailyReportAt = TimeOnly.ParseExact(Value("daily_report_at"), "HH:mm", CultureInfo.InvariantCulture),
                Country = CountryOfShop.Of(Value("country"), Value("time_zone"), currency.Code),
                Taxes = TaxTable.Single(rate),
                Opening = OpeningWeek.Read(Value("opening_hours"), Value("closing_days")),
                Quiet = QuietHours.Read(Value("quiet_hours")),
                TakesPins = Value("pin_sign_in") == "anywhere",
                Slots = OnlineSettings.Slots(Value),
                Online = WireName<OnlineOrders>.Parse(Value("online_orders")),
                OnlinePaidAhead = Value("online_payment") == OnlineSettings.ByCard,
                PaymentWait = OnlineSettings.PaymentWait(Value),
                ScaleLabels = ScaleSettings.Labels(Value("scale_barcodes")),
                Floor = FloorSettings.Tables(Value("floor_plan")),
                Storefront = StorefrontSettings.Look(Value),
            };
        }
    }

    /// <summary>How it rounds, and what it charges besides its items.</summary>
    private static PricingRules RulesOf(Func<string, string> value, Currency currency) => new(
        new(
            value("prices_include_tax") == "true",
            WireName<TaxLevel>.Parse(value("tax_rounding")),
            WireName<TaxMode>.Parse(value("tax_mode")),
            value("tax_aggregate") == "true"),
        ChargeSettings.Service(value("service_charge"), currency),
        ChargeSettings.Delivery(value("delivery_fee"), currency),
        ChargeSettings.Cash(value, currency));
}

/// <summary>
/// One key of a shop's configuration. <paramref name="Read"/> takes the caller's JSON value and gives the text that is
/// stored, or null where it is not valid; <paramref name="Takes"/> then says what would be.
/// </summary>
public sealed record SettingKey(
    string Key,
    string Default,
    string Unit,
    string Meaning,
    string Takes,
    Func<JsonElement, Currency, string?> Read,
    bool IsText = true)
{
    /// <summary>Not told in events, which all staff hear: only that it changed.</summary>
    public bool IsPrivate { get; init; }

    /// <summary>What it is called where the whole configuration is one object: one of the shop's own as it was put.</summary>
    public string SaidAs { get; init; } = Key;

    /// <summary>The stored text as the JSON value it stands for.</summary>
    public object ToWire(string stored) => IsText ? stored
        : CustomSettings.IsCustom(Key) ? JsonDocument.Parse(stored).RootElement.GetProperty("is")
        : JsonDocument.Parse(stored).RootElement;
}

/// <summary>Every key, its default, its unit and its meaning, on one page. GET /api/config lists them.</summary>
public static partial class SettingKeys
{
    public static IReadOnlyList<SettingKey> All { get; } =
    [
        new("currency", "EUR", "ISO 4217 code", "The shop's one currency; fixed once there are orders or gift cards.", Currency.Rule,
            (v, now) => Text(v) is { } t && (Currency.Choose(t) is not null || t == now.Code) ? t : null),
        new(
            "time_zone",
            "UTC",
            "IANA name",
            "The zone of the shop's clock and of its business day.",
            "an IANA time zone such as Europe/Lisbon",
            (v, _) => Text(v) is { } t && IsZone(t) ? t : null),
        new(
            "country",
            "",
            "ISO 3166-1 code",
            "Where the shop is: phones without a country's code are of it. Empty: the country of the time zone, else of the currency.",
            "a code of two capital letters such as PT, or nothing",
            (v, _) => Text(v) is { } t && (t.Length == 0 || (t.Length == 2 && Contact.IsCountry(t))) ? t : null),
        new(
            "day_starts_at",
            "00:00",
            "HH:MM",
            "When the business day begins; sales before it belong to the day before.",
            "a time from 00:00 to 12:00 such as 04:00",
            (v, _) => Text(v) is { } t
                && TimeOnly.TryParseExact(t, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
                && at <= new TimeOnly(12, 0) ? t : null),
        new("tax_rate", "0", "percent", "The tax rate of items that have none of their "
            + "own, until the shop has a table of taxes (PUT /api/taxes).", "a number from 0 to 100 with at most 4 decimals",
            (v, _) => Number(v) is { } n && TaxRate.TryFromPercent(n, out var rate)
                ? rate.Percent.ToString(CultureInfo.InvariantCulture)
                : null, IsText: false),
        new("prices_include_tax", "true", "true or false", "Whether menu prices contain the tax or it comes on top.", "true or false",
            (v, _) => Flag(v) is { } f ? (f ? "true" : "false") : null, IsText: false),
        new(
            "tax_rounding",
            "per_line",
            "per_line, per_rate or per_receipt",
            "Whether tax is rounded for each line or once for each rate of an order (a receipt has one figure for each rate).",
            "per_line, per_rate or per_receipt",
            (v, _) => Text(v) is { } t && WireName<TaxLevel>.All.Contains(t) ? t : null),
        new("tax_mode", "half_up", "half_up, half_down or down", "Where a fraction of the smallest coin goes.",
            "half_up, half_down or down",
            (v, _) => Text(v) is { } t && WireName<TaxMode>.All.Contains(t) ? t : null),
        new(
            "tax_aggregate",
            "false",
            "true or false",
            "Whether the taxes of a line are added, rounded once, and shared among them by rate.",
            "true or false",
            (v, _) => Flag(v) is { } f ? (f ? "true" : "false") : null,
            IsText: false),
        new("order_prefix", "", "up to 10 characters", "Stands before every new order number.", "up to 10 letters, digits or -",
            (v, _) => Text(v) is { Length: <= 10 } t && t.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? t : null),
        new("receipt_footer", "", "up to 500 characters", "The last lines of a receipt.", "up to 500 characters",
            (v, _) => Text(v, TextKind.Lines) is { Length: <= 500 } t ? t : null),
        LogoSetting.Key,
        new(
            "receipt_allergens",
            "false",
            "true or false",
            "Whether a receipt says of each line which allergens were declared when it was sold.",
            "true or false",
            (v, _) => Flag(v) is { } f ? (f ? "true" : "false") : null,
            IsText: false),
        new("tax_number", "", "up to 40 characters", "The shop's tax number, printed on receipts.", "up to 40 characters",
            (v, _) => Text(v) is { Length: <= 40 } t ? t : null),
        .. ChargeSettings.Keys,
        ScaleSettings.Key,
        FloorSettings.Key,
        new(
            "kitchen_hands",
            "1",
            "people",
            "How many prepare orders at once; the estimated time of an order follows from it.",
            "a whole number from 1 to 100",
            (v, _) => Number(v) is >= 1 and <= 100 and var n && decimal.Truncate(n) == n
                ? ((int)n).ToString(CultureInfo.InvariantCulture)
                : null,
            IsText: false),
        new(
            "opening_hours",
            "{}",
            "HH:MM-HH:MM by weekday",
            "When the shop is open. One text holds for every day; an object names days, each with its times. {} says nothing about it.",
            "such as \"07:00-18:00\", or {\"mon\": [\"07:00-12:00\", \"13:00-18:00\"], \"sun\": []}",
            (v, _) => OpeningHours.Read(v),
            IsText: false),
        .. OnlineSettings.Keys,
        .. StorefrontSettings.Keys,
        PinSignIn,
        new(
            "quiet_hours",
            "",
            "HH:MM-HH:MM",
            "When guests are not sent what can wait until they end: all but messages about orders. Empty: never.",
            "such as 22:00-07:00, or nothing",
            (v, _) => OpeningHours.ReadSpanOrNone(v)),
        new(
            "loyalty_points_per_unit",
            "0",
            "points per unit of currency",
            "Points that a guest earns for each whole unit of net merchandise; 0 is none.",
            "a number from 0 to 1000 with at most 4 decimals",
            (v, _) => Number(v) is >= 0 and <= 1000 and var n && decimal.Round(n, 4) == n ? Plain(n) : null,
            IsText: false),
        new(
            "loyalty_point_value",
            "0",
            "currency",
            "What a point is worth when it is redeemed; 0 is nothing.",
            "an amount from 0 to 100, with no more decimals than the currency has",
            (v, currency) => Number(v) is >= 0 and <= 100 and var n && Money.TryFrom(n, currency, out _) ? Plain(n) : null,
            IsText: false),
        new(
            "low_stock_to",
            "",
            "e-mail addresses",
            "Who is told by mail when an ingredient goes low; several with commas between.",
            "up to 10 e-mail addresses with commas between",
            (v, _) => Text(v) is { } t && Addresses(t) is { Length: <= 10 } all && all.All(a => Contact.Email(a) is not null)
                ? string.Join(", ", all)
                : null) { IsPrivate = true },
        new(
            "daily_report_to",
            "",
            "e-mail addresses",
            "Who gets the day's report by mail; several with commas between.",
            "up to 10 e-mail addresses with commas between",
            (v, _) => Text(v) is { } t && Addresses(t) is { Length: <= 10 } all && all.All(a => Contact.Email(a) is not null)
                ? string.Join(", ", all)
                : null) { IsPrivate = true },
        new(
            "daily_report_at",
            "06:00",
            "HH:MM",
            "When the report of the business day that is over goes out, by the shop's clock.",
            "a time from 00:00 to 23:59 such as 06:00",
            (v, _) => Text(v) is { } t && IsTimeOfDay(t) ? t : null),
        AccountSettings.Key,
        AccountSettings.DatevKey,
    ];

    private const string FeaturePrefix = "feature.";

    /// <summary>How the documentation lists the features.</summary>
    public static SettingKey Feature(string key) => new(
        key,
        "false",
        "true or false",
        "A switch of the shop's own, for screens and apps: any name of lower-case letters, digits, - and _.",
        "true or false",
        (v, _) => Flag(v) is { } f ? (f ? "true" : "false") : null,
        IsText: false);

    internal static bool IsFeature(string key) =>
        key.Length is > 8 and <= 60
            && key.StartsWith(FeaturePrefix, StringComparison.Ordinal)
            && key[FeaturePrefix.Length..].All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');

    private static bool IsTimeOfDay(string text) =>
        TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    internal static string Plain(decimal number) => (number / 1.000000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);

    internal static string[] Addresses(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>
    /// IANA names have an area (Europe/Lisbon); the zone database's other files (localtime, right/…) are no zones of a shop. A name
    /// leads to a file here, so another way to it (Europe//Lisbon) finds it too; the database knows the name itself alone.
    /// </summary>
    public static bool IsZone(string name) =>
        (name == "UTC" || ZoneName().IsMatch(name)) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out _);

    [GeneratedRegex(@"^[A-Z][A-Za-z_-]*(/[A-Z][A-Za-z0-9_+-]*){1,2}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ZoneName();

    internal static string? Text(JsonElement value, TextKind kind = TextKind.Line)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String && value.GetString() is { } text && PlainText.Is(text, kind) ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null; // half a surrogate pair is no text
        }
    }

    /// <summary>A number, or a string that holds one: one of the documents keeps every value as a string.</summary>
    internal static decimal? Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) ? number
        : decimal.TryParse(
            Text(value),
            NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out number) ? number
        : null;

    private static bool? Flag(JsonElement value) =>
        value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : Text(value) switch { "true" => true, "false" => false, _ => null };
}
