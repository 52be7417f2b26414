using System.Globalization;
using System.Text.Json;
using Comanda.Taxes;

namespace Comanda.Shops;

/// <summary>What a shop charges besides its items, and how it rounds cash: the settings, and what they come to.</summary>
internal static class ChargeSettings
{
    private const string Percentage = "percentage", Fixed = "fixed", WholeOrder = "order";

    public static IReadOnlyList<SettingKey> Keys { get; } =
    [
        new(
            "delivery_fee",
            "0",
            "currency",
            "Added to delivery orders. A number alone bears no tax; taxed as_items it bears the taxes of the goods, by their value.",
            "an amount, 0 or more, with no more decimals than the currency has, or {\"amount\": 2.50, \"taxed\": \"as_items\" or \"none\"}",
            ReadDelivery,
            IsText: false),
        new(
            "service_charge",
            "0",
            "percent",
            "Added after discounts, and part of the sale. A number alone is a share of what is eaten here, taxed like what it is added to.",
            "a number from 0 to 100 with at most 4 decimals, or {\"type\": \"percentage\" or \"fixed\", \"value\": 12.5, \"taxed\": "
                + "\"as_items\" or \"none\", \"on\": \"order\" or \"dine-in\"}",
            ReadService,
            IsText: false),
        new(
            "cash_rounding",
            "0",
            "currency",
            "The smallest step in which cash is paid, such as 0.05; 0 is none.",
            "an amount from 0 to 100, with no more decimals than the currency has",
            (v, currency) => SettingKeys.Number(v) is >= 0 and <= 100 and var n && Money.TryFrom(n, currency, out _)
                ? SettingKeys.Plain(n)
                : null,
            IsText: false),
        new(
            "cash_tie",
            "up",
            "up or down",
            "Where an amount goes that lies in the middle between two steps.",
            "up or down",
            (v, _) => Word<CashTie>(v)),
        new(
            "cash_scope",
            "cash_part",
            "cash_part, only_if_all_cash or total",
            "What is rounded: what is left for cash, the same only where all is paid in cash, or what is owed, whatever pays it.",
            "cash_part, only_if_all_cash or total",
            (v, _) => Word<CashScope>(v)),
        new(
            "cash_small",
            "{}",
            "currency",
            "Cash sums up to an amount that stay exact, or are paid as another. {} says nothing about them.",
            "such as {\"up_to\": 0.05, \"due\": \"exact\"} or {\"up_to\": 0.02, \"due\": 0.05}, or {}",
            ReadSmall,
            IsText: false),
    ];

    public static Charge Service(string stored, Currency currency)
    {
        using var json = JsonDocument.Parse(stored);
        if (json.RootElement.ValueKind == JsonValueKind.Number)
            return new(TaxRate.OfPercent(json.RootElement.GetDecimal()), Money.Zero, ChargeTaxed.AsItems) { On = Way.DineIn };
        var (value, taxed) = (json.RootElement.GetProperty("value").GetDecimal(), Taxed(json.RootElement));
        var isFixed = json.RootElement.GetProperty("type").GetString() == Fixed;
        return new(
            isFixed ? TaxRate.Zero : TaxRate.OfPercent(value),
            isFixed && Money.TryFrom(value, currency, out var amount) ? amount : Money.Zero,
            taxed)
        {
            On = json.RootElement.GetProperty("on").GetString() == WholeOrder ? null : Way.DineIn,
        };
    }

    public static Charge Delivery(string stored, Currency currency)
    {
        using var json = JsonDocument.Parse(stored);
        var isNumber = json.RootElement.ValueKind == JsonValueKind.Number;
        var given = isNumber ? json.RootElement.GetDecimal() : json.RootElement.GetProperty("amount").GetDecimal();
        return new(
            TaxRate.Zero,
            Money.TryFrom(given, currency, out var amount) ? amount : Money.Zero,
            isNumber ? ChargeTaxed.None : Taxed(json.RootElement));
    }

    public static CashRounding Cash(Func<string, string> value, Currency currency)
    {
        Money Amount(decimal amount) => Money.TryFrom(amount, currency, out var money) ? money : Money.Zero;
        using var small = JsonDocument.Parse(value("cash_small"));
        var step = Amount(decimal.Parse(value("cash_rounding"), CultureInfo.InvariantCulture));
        var rounding = new CashRounding(
            step,
            WireName<CashTie>.Parse(value("cash_tie")),
            WireName<CashScope>.Parse(value("cash_scope")));
        return small.RootElement.TryGetProperty("up_to", out var upTo)
            ? rounding with
            {
                SmallUpTo = Amount(upTo.GetDecimal()),
                SmallDue = small.RootElement.GetProperty("due") is { ValueKind: JsonValueKind.Number } due
                    ? Amount(due.GetDecimal())
                    : null,
            }
            : rounding;
    }

    private static ChargeTaxed Taxed(JsonElement charge) => WireName<ChargeTaxed>.Parse(charge.GetProperty("taxed").GetString()!);

    private static string? ReadDelivery(JsonElement value, Currency currency)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return IsFee(SettingKeys.Number(value), currency)
                ? SettingKeys.Number(value)!.Value.ToString(CultureInfo.InvariantCulture)
                : null;
        var amount = Field(value, "amount") is { } given ? SettingKeys.Number(given) : null;
        return IsFee(amount, currency) && Has(value, "amount", "taxed") && Word<ChargeTaxed>(Field(value, "taxed"), "as_items") is { } taxed
            ? Json.Write(new { amount = Plain(amount!.Value), taxed })
            : null;
    }

    private static string? ReadService(JsonElement value, Currency currency)
    {
        if (value.ValueKind != JsonValueKind.Object)
            return SettingKeys.Number(value) is { } percent && TaxRate.TryFromPercent(percent, out var rate)
                ? rate.Percent.ToString(CultureInfo.InvariantCulture)
                : null;
        var type = Field(value, "type") is { } word ? SettingKeys.Text(word) : Percentage;
        var amount = Field(value, "value") is { } given ? SettingKeys.Number(given) : null;
        var isPercent = type is Percentage or "percent" && amount is { } percentage && TaxRate.TryFromPercent(percentage, out _);
        var fits = isPercent || (type == Fixed && IsFee(amount, currency));
        var on = Field(value, "on") is { } where ? SettingKeys.Text(where) : WholeOrder;
        return fits
            && on is WholeOrder or "dine-in" or "dine_in"
            && Has(value, "type", "value", "taxed", "on")
            && Word<ChargeTaxed>(Field(value, "taxed"), "as_items") is { } taxed
            ? Json.Write(new
            {
                type = type == Fixed ? Fixed : Percentage,
                value = Plain(amount!.Value),
                taxed,
                on = on == WholeOrder ? WholeOrder : "dine-in",
            })
            : null;
    }

    private static string? ReadSmall(JsonElement value, Currency currency)
    {
        if (value.ValueKind != JsonValueKind.Object || !Has(value, "up_to", "due"))
            return null;
        if (Field(value, "up_to") is not { } upTo)
            return Field(value, "due") is null ? "{}" : null;
        if (SettingKeys.Number(upTo) is not (> 0 and <= 100 and var most) || !Money.TryFrom(most, currency, out _))
            return null;
        if (Field(value, "due") is not { } due || (due.ValueKind == JsonValueKind.String && due.ValueEquals("exact")))
            return Json.Write(new { up_to = Plain(most), due = "exact" });
        return SettingKeys.Number(due) is >= 0 and <= 100 and var becomes && Money.TryFrom(becomes, currency, out _)
            ? Json.Write(new { up_to = Plain(most), due = Plain(becomes) })
            : null;
    }

    private static bool IsFee(decimal? amount, Currency currency) =>
        amount is >= 0 and <= 1_000_000 and var fee && Money.TryFrom(fee, currency, out _);

    private static JsonElement? Field(JsonElement value, string name) =>
        value.TryGetProperty(name, out var field) && field.ValueKind != JsonValueKind.Null ? field : null;

    /// <summary>Nothing is dropped in silence: a field that is none of these is no value.</summary>
    private static bool Has(JsonElement value, params string[] fields) => value.EnumerateObject().All(f => fields.Contains(f.Name));

    private static string? Word<T>(JsonElement? value, string? otherwise = null)
        where T : struct, Enum =>
        value is not { } given ? otherwise : WireName<T>.TryParse(SettingKeys.Text(given), out var member) ? member.ToWire() : null;

    private static decimal Plain(decimal number) => number / 1.000000000000000000000000000000000m;
}
