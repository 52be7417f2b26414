using System.Globalization;
using System.Text.Json;

namespace Comanda.Shops;

/// <summary>What a shop takes on of what guests order themselves: the settings, and what they come to.</summary>
internal static class OnlineSettings
{
    /// <summary>Of <c>online_payment</c>.</summary>
    public const string ByCard = "card";

    private const int MostClosingDays = 400;

    public static IReadOnlyList<SettingKey> Keys { get; } =
    [
        new(
            "closing_days",
            "[]",
            "dates",
            "Days on which the shop does not open, whatever its hours say: holidays, a stocktaking.",
            $"a list of up to {MostClosingDays} dates such as [\"2026-12-25\", \"2027-01-01\"]",
            (v, _) => ReadDays(v),
            IsText: false),
        new(
            "slot_minutes",
            "15",
            "minutes",
            "How long a slot is for which guests order: the opening hours are cut into such pieces.",
            "a whole number from 5 to 240",
            (v, _) => Whole(v, 5, 240),
            IsText: false),
        new(
            "slot_pickup_orders",
            "0",
            "orders",
            "How many orders that guests fetch a slot has room for; 0 bounds nothing.",
            "a whole number from 0 to 10000",
            (v, _) => Whole(v, 0, 10_000),
            IsText: false),
        new(
            "slot_delivery_orders",
            "0",
            "orders",
            "How many orders that are brought a slot has room for; 0 bounds nothing.",
            "a whole number from 0 to 10000",
            (v, _) => Whole(v, 0, 10_000),
            IsText: false),
        new(
            "slot_kitchen_minutes",
            "0",
            "minutes of work",
            "How much work of the kitchen (preparation times, all hands together) a slot has room for; 0 bounds nothing.",
            "a whole number from 0 to 100000",
            (v, _) => Whole(v, 0, 100_000),
            IsText: false),
        new(
            "slot_days_ahead",
            "30",
            "days",
            "How many days ahead guests may order.",
            "a whole number from 0 to 365",
            (v, _) => Whole(v, 0, 365),
            IsText: false),
        new(
            "online_orders",
            "all",
            "all, pickup, delivery or none",
            "What guests may order themselves: what they fetch, what is brought, both, or nothing for now.",
            "all, pickup, delivery or none",
            (v, _) => SettingKeys.Text(v) is { } t && WireName<OnlineOrders>.All.Contains(t) ? t : null),
        new(
            "online_payment",
            "any",
            "any or card",
            "Whether guests may also pay when they get what they ordered, or only by card before the kitchen begins.",
            "any or card",
            (v, _) => SettingKeys.Text(v) is { } t and ("any" or ByCard) ? t : null),
        new(
            "online_payment_minutes",
            "15",
            "minutes",
            "How long an order waits for its guest to pay by card; not paid by then, it is cancelled and all that it held is free again.",
            "a whole number from 1 to 1440",
            (v, _) => Whole(v, 1, 1440),
            IsText: false),
    ];

    public static SlotSettings Slots(Func<string, string> value)
    {
        int? Bound(string key) => Number(value(key)) is > 0 and var most ? most : null;
        return new(
            Number(value("slot_minutes")),
            Bound("slot_pickup_orders"),
            Bound("slot_delivery_orders"),
            Bound("slot_kitchen_minutes"),
            Number(value("slot_days_ahead")));
    }

    public static TimeSpan PaymentWait(Func<string, string> value) => TimeSpan.FromMinutes(Number(value("online_payment_minutes")));

    private static int Number(string stored) => int.Parse(stored, CultureInfo.InvariantCulture);

    private static string? Whole(JsonElement value, int least, int most) =>
        SettingKeys.Number(value) is { } n && n >= least && n <= most && decimal.Truncate(n) == n
            ? ((int)n).ToString(CultureInfo.InvariantCulture)
            : null;

    private static string? ReadDays(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > MostClosingDays)
            return null;
        var days = new SortedSet<DateOnly>();
        foreach (var day in value.EnumerateArray())
        {
            var text = SettingKeys.Text(day);
            if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
                return null;
            days.Add(date);
        }

        return JsonSerializer.Serialize(days.Select(d => d.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
    }
}
