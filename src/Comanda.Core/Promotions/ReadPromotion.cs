using System.Globalization;
using Comanda.Shops;
using Comanda.Taxes;

namespace Comanda.Promotions;

/// <summary>A promotion out of its terms; whatever is wrong with them is told field by field.</summary>
public static class ReadPromotion
{
    private const int MostNamed = 500, MostSets = 10, MostPieces = 100, MostUses = 100_000_000;

    /// <summary>The promotion; harmless values stand where something is wrong, since nothing is done then.</summary>
    /// <param name="id">Which it is; 0 for a new one.</param>
    /// <param name="terms">All of them.</param>
    /// <param name="currency">The shop's.</param>
    /// <param name="days">The shop's days: its clock says when a day begins and ends.</param>
    /// <param name="errors">Where it is told what is wrong.</param>
    public static Promotion From(long id, PromotionInput terms, Currency currency, BusinessDay days, FieldErrors errors)
    {
        var title = errors.Text("title", terms.Title, 100);
        var type = errors.OneOf<DiscountType>("discount_type", terms.DiscountType);
        var (percent, amount) = Value(type, terms.DiscountValue, currency, errors);
        var most = errors.MoneyOrNone("maximum_discount", terms.MaximumDiscount, currency);
        var (begins, ends) = (
            Date("start_date", terms.StartDate, days.StartOf, errors),
            Date("end_date", terms.EndDate, days.EndOf, errors));
        errors.Check(begins is null || ends is null || begins < ends, "end_date", "is not after start_date");
        var steps = ReadMarkdown.Steps(type, terms, errors);
        return new()
        {
            Id = id,
            Title = title,
            Type = type,
            Code = CodeOf(terms.Code, errors),
            IsActive = terms.IsActive ?? true,
            Percent = percent,
            Amount = amount,
            Minimum = errors.MoneyOrNone("minimum_order_value", terms.MinimumOrderValue, currency),
            Most = most.IsZero ? null : most,
            Begins = begins,
            Ends = ends,
            Hours = Hours(steps.Count == 0 ? terms : terms with { AvailableFrom = $"{steps[0].From:HH:mm}" }, errors),
            Steps = steps,
            BelowCost = terms.BelowCost ?? false,
            For = Named(terms.ApplicableProducts, terms.ApplicableCategories, "applicable_products", "applicable_categories", errors),
            Ways = WaysOf(terms.Ways, errors),
            Buy = Pieces("buy_quantity", terms.BuyQuantity, type, errors),
            Get = Pieces("get_quantity", terms.GetQuantity, type, errors),
            Gives = Named(terms.GetProducts, terms.GetCategories, "get_products", "get_categories", errors),
            Sets = Sets(terms.Combo ?? [], type, errors),
            FirstOrder = terms.FirstOrder ?? false,
            Limit = Limit("usage_limit", terms.UsageLimit, errors),
            LimitPerCustomer = Limit("usage_limit_per_customer", terms.UsageLimitPerCustomer, errors),
            Combinable = terms.Combinable ?? true,
            Priority = errors.Between("priority", terms.Priority, -1000, 1000) ?? 0,
        };
    }

    /// <summary>As codes are kept and compared: without spaces around them, in capitals; null where there is none.</summary>
    public static string? CodeOf(string? given) =>
        string.IsNullOrWhiteSpace(given) ? null : given.Trim().ToUpperInvariant();

    private static string? CodeOf(string? given, FieldErrors errors)
    {
        var code = CodeOf(given);
        errors.Check(
            code is null || (code.Length <= 40 && code.All(c => char.IsLetterOrDigit(c) || c is '-' or '_')),
            "code",
            "must be letters, digits, - or _, at most 40");
        return code;
    }

    private static (TaxRate Percent, Money Amount) Value(DiscountType type, decimal? given, Currency currency, FieldErrors errors)
    {
        const string field = "discount_value";
        if (type == DiscountType.Markdown)
            return (TaxRate.Zero, Money.Zero);
        if (type is DiscountType.Percentage or DiscountType.BuyXGetY)
        {
            var percent = TaxRate.Zero;
            var value = given ?? (type == DiscountType.BuyXGetY ? 100 : 0);
            errors.Check(
                value > 0 && TaxRate.TryFromPercent(value, out percent),
                field,
                "must be more than 0 and at most 100 percent, with at most 4 decimals");
            return (percent, Money.Zero);
        }

        errors.Check(given is not null, field, "is required");
        var amount = type == DiscountType.Combo
            ? errors.MoneyOrNone(field, given, currency)
            : errors.Money(field, given, currency);
        return (TaxRate.Zero, amount);
    }

    private static DateTimeOffset? Date(string field, string? given, Func<DateOnly, DateTimeOffset> ofDay, FieldErrors errors)
    {
        if (string.IsNullOrWhiteSpace(given))
            return null;
        if (DateOnly.TryParseExact(given, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is >= 2000 and <= 2200)
            return ofDay(day);
        var named = given.EndsWith('Z') || given.LastIndexOfAny(['+', '-']) > 10;
        if (named
            && DateTimeOffset.TryParse(given, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            && at.Year is >= 2000 and <= 2200)
            return Clock.Cut(at.ToUniversalTime());
        errors.Add(field, "must be a day such as 2026-01-31, or an instant with its offset, such as 2026-01-31T08:30:00Z");
        return null;
    }

    private static HappyHours? Hours(PromotionInput terms, FieldErrors errors)
    {
        var days = new HashSet<DayOfWeek>();
        foreach (var (i, word) in (terms.Weekdays ?? []).Take(OpeningWeek.Days.Count).Index())
        {
            var at = OpeningWeek.Days.ToList().IndexOf(word ?? "");
            errors.Check(at >= 0, $"weekdays[{i}]", "must be " + string.Join(", ", OpeningWeek.Days));
            if (at >= 0)
                days.Add((DayOfWeek)at);
        }

        errors.Check(terms.Weekdays is null or { Length: <= 7 }, "weekdays", "must be at most 7");
        var from = Time("available_from", terms.AvailableFrom, errors);
        var until = Time("available_until", terms.AvailableUntil, errors);
        return from is null && until is null && days.Count is 0 or 7
            ? null
            : new(days, from ?? TimeOnly.MinValue, until ?? TimeOnly.MinValue);
    }

    internal static TimeOnly? Time(string field, string? given, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(given) || given == "24:00")
            return null;
        var read = TimeOnly.TryParseExact(given, ["HH:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time);
        errors.Check(read, field, "must be a time such as 16:00");
        return read ? time : null;
    }

    private static HashSet<Way> WaysOf(string[]? given, FieldErrors errors)
    {
        var ways = new HashSet<Way>();
        errors.Check(given is null or { Length: <= 4 }, "ways", "must be at most 4");
        foreach (var (i, word) in (given ?? []).Take(4).Index())
            ways.Add(errors.OneOf<Way>($"ways[{i}]", word));
        return ways;
    }

    private static Chosen Named(long[]? products, long[]? categories, string productsField, string categoriesField, FieldErrors errors)
    {
        errors.Check(products is null or { Length: <= MostNamed }, productsField, $"must be at most {MostNamed}");
        errors.Check(categories is null or { Length: <= MostNamed }, categoriesField, $"must be at most {MostNamed}");
        return products is null or [] && categories is null or [] ? Chosen.All : new(products ?? [], categories ?? []);
    }

    private static int Pieces(string field, int? given, DiscountType type, FieldErrors errors)
    {
        if (type == DiscountType.BuyXGetY)
            errors.Check(given is >= 1 and <= MostPieces, field, $"must be between 1 and {MostPieces}");
        else
            errors.Check(given is null or 0, field, "belongs to buy_x_get_y");
        return Math.Clamp(given ?? 1, 1, MostPieces);
    }

    private static List<ComboSet> Sets(IReadOnlyList<ComboSetInput> given, DiscountType type, FieldErrors errors)
    {
        if (type == DiscountType.Combo)
            errors.Check(given.Count is >= 1 and <= MostSets, "combo", $"must have 1 to {MostSets} parts");
        else
            errors.Check(given.Count == 0, "combo", "belongs to a discount_type of combo");
        var sets = new List<ComboSet>();
        foreach (var (i, set) in given.Take(MostSets).Index())
        {
            var at = $"combo[{i}]";
            errors.Check(
                set is not null && (set.Products is { Length: > 0 } || set.Categories is { Length: > 0 }),
                at,
                "must name products or categories");
            errors.Between(at + ".quantity", set?.Quantity, 1, MostPieces);
            if (set is not null)
            {
                sets.Add(new(
                    Named(set.Products, set.Categories, at + ".products", at + ".categories", errors),
                    Math.Clamp(set.Quantity ?? 1, 1, MostPieces)));
            }
        }

        return sets;
    }

    private static int? Limit(string field, int? given, FieldErrors errors) =>
        errors.Between(field, given, 0, MostUses) is > 0 and var limit ? limit : null;
}
