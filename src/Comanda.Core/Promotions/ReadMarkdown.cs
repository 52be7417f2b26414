namespace Comanda.Promotions;

/// <summary>The steps of a markdown out of its terms.</summary>
internal static class ReadMarkdown
{
    private const int MostSteps = 10;

    /// <summary>The steps, in their order; none where it is no markdown or something is wrong.</summary>
    public static IReadOnlyList<MarkdownStep> Steps(DiscountType type, PromotionInput terms, FieldErrors errors)
    {
        if (type != DiscountType.Markdown)
        {
            errors.Check(terms.Steps is null or { Count: 0 }, "steps", "belong to a discount_type of markdown");
            errors.Check(terms.BelowCost is null or false, "below_cost", "belongs to a discount_type of markdown");
            return [];
        }

        Alone(terms, errors);
        var given = terms.Steps ?? [];
        errors.Check(given.Count is >= 1 and <= MostSteps, "steps", $"must be 1 to {MostSteps}");
        var steps = new List<MarkdownStep>();
        foreach (var (i, step) in given.Take(MostSteps).Index())
        {
            var at = $"steps[{i}]";
            var from = ReadPromotion.Time(at + ".from", step?.From, errors);
            errors.Check(from is not null || !string.IsNullOrEmpty(step?.From), at + ".from", "is required: a time such as 17:00");
            var percent = TaxRate.Zero;
            errors.Check(
                step?.Percent is > 0 and <= 100 && TaxRate.TryFromPercent(step.Percent.Value, out percent),
                at + ".percent",
                "must be more than 0 and at most 100, with at most 4 decimals");
            if (from is not { } time || percent == TaxRate.Zero)
                continue;
            errors.Check(
                steps.Count == 0 || time - steps[0].From > steps[^1].From - steps[0].From, at + ".from", "is not after the step before");
            errors.Check(steps.Count == 0 || percent > steps[^1].Percent, at + ".percent", "is not more than the step before");
            steps.Add(new(time, percent));
        }

        if (steps.Count == 0)
            return [];
        var until = ReadPromotion.Time("available_until", terms.AvailableUntil, new()) ?? TimeOnly.MinValue;
        errors.Check(
            until == steps[0].From || until - steps[0].From > steps[^1].From - steps[0].From,
            "available_until",
            "is not after the last step");
        errors.Check(
            string.IsNullOrEmpty(terms.AvailableFrom) || ReadPromotion.Time("", terms.AvailableFrom, new()) == steps[0].From,
            "available_from",
            "is that of the first step");
        return errors.Any ? [] : steps;
    }

    /// <summary>A till without the server gives it too, so nothing may be counted; and it goes off an item, not off a basket.</summary>
    private static void Alone(PromotionInput terms, FieldErrors errors)
    {
        const string not = "does not go with a markdown";
        errors.Check(string.IsNullOrWhiteSpace(terms.Code), "code", not);
        errors.Check(terms.DiscountValue is null or 0, "discount_value", not + ": its steps say what is off");
        errors.Check(terms.MinimumOrderValue is null or 0, "minimum_order_value", not);
        errors.Check(terms.MaximumDiscount is null or 0, "maximum_discount", not);
        errors.Check(terms.UsageLimit is null or 0, "usage_limit", not);
        errors.Check(terms.UsageLimitPerCustomer is null or 0, "usage_limit_per_customer", not);
        errors.Check(terms.FirstOrder is null or false, "first_order", not);
    }
}
