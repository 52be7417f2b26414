using System.Globalization;
using Comanda.Menu;
using Comanda.Shops;
using Comanda.Taxes;

namespace Comanda.Orders;

/// <summary>What is chosen of a cake, with the field that asked for it.</summary>
internal sealed record CakeChoice(ChosenOption Option, string Field)
{
    public ModifierChoice Choice => new(Option.Option.Id, null, Option.Quantity);
}

/// <summary>The rules of cakes to order: pure, of what was asked for and how the cake is defined.</summary>
internal static class CakeRules
{
    /// <summary>So far ahead a cake may be ordered.</summary>
    public const int DaysAhead = 366;

    /// <summary>The stages that a cake goes through.</summary>
    private static readonly CakeStage[] Way =
        [CakeStage.Requested, CakeStage.Accepted, CakeStage.Baked, CakeStage.Decorated, CakeStage.Collected];

    /// <summary>The options of a cake: those that are named, its size, and what an inscription and a picture cost.</summary>
    public static List<CakeChoice> Choose(MenuEntry item, CakeView cake, CakeOrderInput asked, FieldErrors errors)
    {
        var chosen = new List<CakeChoice>();
        void Add(string? key, string field)
        {
            if (key is not null && ChosenOption.Find(item, key, field, errors) is { } found)
                chosen.Add(new(found, field));
        }

        var sizes = cake.Servings.Select(s => s.Option!).ToHashSet(StringComparer.Ordinal);
        foreach (var (i, choice) in (asked.Options ?? []).Take(BasketLine.MostOptions).Index())
        {
            var field = $"options[{i}]";
            errors.Check(choice is { Quantity: >= 1 and <= 20 }, field, "must be an option's key, with a quantity between 1 and 20");
            if (choice is not { Quantity: >= 1 and <= 20 } || ChosenOption.Find(item, choice, field, errors) is not { } found)
                continue;
            errors.Check(!sizes.Contains(found.Key), field, "is a size: say how many servings");
            errors.Check(
                found.Key != cake.InscriptionOption && found.Key != cake.PictureOption,
                field,
                "comes by itself with an inscription or a picture");
            errors.Check(!chosen.Exists(c => c.Option.Key == found.Key), field, "stands there twice");
            chosen.Add(new(found, field));
        }

        errors.Check(asked.Options is not { Length: > BasketLine.MostOptions }, "options", $"must be at most {BasketLine.MostOptions}");
        Add(SizeOf(cake, asked.Servings, errors), "servings");
        if (!string.IsNullOrWhiteSpace(asked.Inscription))
            Add(cake.InscriptionOption, "inscription");
        if (!string.IsNullOrWhiteSpace(asked.PictureUrl))
            Add(cake.PictureOption, "picture_url");
        CheckTexts(cake, asked, errors);
        CheckTogether(cake, chosen, errors);
        return chosen;
    }

    /// <summary>How many days before it must be ordered, with what its options take more.</summary>
    public static int LeadOf(CakeView cake, IEnumerable<CakeChoice> chosen)
    {
        var keys = chosen.Select(c => c.Option.Key).ToHashSet(StringComparer.Ordinal);
        return cake.LeadDays + cake.Options.Where(o => keys.Contains(o.Option!)).Select(o => o.LeadDays ?? 0).DefaultIfEmpty().Max();
    }

    /// <summary>
    /// The days on which one may be collected that is ordered now, with how many are made then. Lead days are days on which the shop is
    /// open, by its own clock; the day of the order is none, and after the hour of <c>order_by</c> nor is the next.
    /// </summary>
    public static IEnumerable<(DateOnly Day, int Capacity)> Days(CakeView cake, int lead, ShopSettings settings, DateTimeOffset now)
    {
        var (days, zone) = (settings.BusinessDay, settings.BusinessDay.Zone);
        var today = days.Of(now);
        if (cake.OrderBy is { } last && now >= At(today, TimeOnly.ParseExact(last, "HH:mm", CultureInfo.InvariantCulture), days))
            lead++;
        for (var ahead = 0; ahead <= DaysAhead; ahead++)
        {
            var day = today.AddDays(ahead);
            var isOpen = settings.Opening.Between(days.StartOf(day), days.EndOf(day), zone).Any();
            if (ahead > 0 && isOpen)
                lead--;
            if (lead <= 0 && isOpen && CapacityOn(cake, day) is > 0 and var capacity)
                yield return (day, capacity);
        }
    }

    /// <summary>When it is asked for: an instant, or by the shop's clock; of one that was ordered, what is not said stays.</summary>
    public static DateTimeOffset? TimeOf(CakeOrderChange asked, DateTimeOffset? known, BusinessDay days, FieldErrors errors)
    {
        if (asked.CollectOn is null && asked.CollectTime is null)
            return errors.Instant("collect_at", asked.CollectAt);
        errors.Check(asked.CollectAt is null, "collect_at", "stands in the place of collect_on and collect_time");
        var before = known is { } at ? TimeZoneInfo.ConvertTime(at, days.Zone).DateTime : (DateTime?)null;
        var isTime = TimeOnly.TryParseExact(
            asked.CollectTime ?? before?.ToString("HH:mm", CultureInfo.InvariantCulture),
            "HH:mm",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var time);
        errors.Check(
            isTime, "collect_time", asked.CollectTime is null ? "is required: a time such as 14:00" : "must be a time such as 14:00");
        var day = asked.CollectOn ?? (before is { } shown ? DateOnly.FromDateTime(shown) : null);
        errors.Check(
            day is { Year: >= 2000 and <= 2200 }, "collect_on", day is null ? "is required" : "must be between the years 2000 and 2200");
        return errors.Any || day is not { } on ? null : new BusinessDay(days.Zone, time).StartOf(on);
    }

    /// <inheritdoc cref="TimeOf(CakeOrderChange, DateTimeOffset?, BusinessDay, FieldErrors)"/>
    public static DateTimeOffset? TimeOf(CakeOrderInput asked, BusinessDay days, FieldErrors errors) => TimeOf(
        new CakeOrderChange(CollectAt: asked.CollectAt, CollectOn: asked.CollectOn, CollectTime: asked.CollectTime), null, days, errors);

    /// <summary>How many are made for a day.</summary>
    public static int CapacityOn(CakeView cake, DateOnly day) =>
        cake.Days.FirstOrDefault(d => d.Day == day)?.Capacity
            ?? (cake.Weekdays.Contains(OpeningWeek.Days[(int)day.DayOfWeek], StringComparer.Ordinal) ? cake.Capacity : 0);

    /// <summary>What is paid ahead of a price.</summary>
    public static Money DepositOf(CakeView cake, Money total) => total.Times(cake.DepositPercent, 100);

    /// <summary>What of a deposit is kept when the cake is cancelled.</summary>
    public static Money KeptOf(CakeView cake, Money deposit, DateTimeOffset collectAt, DateTimeOffset now) =>
        now <= collectAt.AddHours(-cake.CancelHours) ? Money.Zero : deposit.Times(cake.KeptPercent, 100);

    /// <summary>
    /// Whether the tax on what is paid ahead is due when it comes. So asks the EU (directive 2006/112, article 65), and so do the others
    /// that are named here; where nothing is known it is due with the goods.
    /// </summary>
    public static DepositTax TaxedIn(string? country) => country is not null && Ahead.Contains(country)
        ? DepositTax.Received
        : DepositTax.Supplied;

    /// <summary>The stage after this one; null where there is none.</summary>
    public static CakeStage? After(CakeStage stage) =>
        Array.IndexOf(Way, stage) is >= 0 and var at && at + 1 < Way.Length ? Way[at + 1] : null;

    /// <summary>Whether going there is going back.</summary>
    public static bool IsBack(CakeStage from, CakeStage to) => Array.IndexOf(Way, to) < Array.IndexOf(Way, from);

    private static readonly HashSet<string> Ahead = new(StringComparer.Ordinal)
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL",
        "PT", "RO", "SE", "SI", "SK", "GB", "CH", "NZ", "SG", "AE", "MX",
    };

    private static DateTimeOffset At(DateOnly day, TimeOnly time, BusinessDay days)
    {
        var at = new BusinessDay(days.Zone, time).StartOf(day);
        return at < days.StartOf(day) ? new BusinessDay(days.Zone, time).StartOf(day.AddDays(1)) : at;
    }

    private static string? SizeOf(CakeView cake, int? servings, FieldErrors errors)
    {
        var sizes = string.Join(", ", cake.Servings.Select(s => s.Servings));
        if (cake.Servings.Count == 0)
        {
            errors.Check(servings is null, "servings", "is no choice here: the cake has one size");
            return null;
        }

        var size = cake.Servings.FirstOrDefault(s => s.Servings == servings);
        errors.Check(size is not null, "servings", servings is null ? $"is required: {sizes}" : $"must be one of {sizes}");
        return size?.Option;
    }

    private static void CheckTexts(CakeView cake, CakeOrderInput asked, FieldErrors errors)
    {
        var length = asked.Inscription?.Trim().Length ?? 0;
        errors.Check(length <= cake.InscriptionMax, "inscription", cake.InscriptionMax == 0
            ? "goes on no cake of this kind"
            : $"must have at most {cake.InscriptionMax} characters");
        errors.Check(string.IsNullOrWhiteSpace(asked.PictureUrl) || cake.TakesPicture, "picture_url", "goes on no cake of this kind");
    }

    private static void CheckTogether(CakeView cake, List<CakeChoice> chosen, FieldErrors errors)
    {
        bool Has(string key) => chosen.Exists(c => c.Option.Key == key);
        string Named(string key) => cake.Servings.FirstOrDefault(s => s.Option == key) is { } size ? $"{size.Servings} servings" : key;
        foreach (var choice in chosen)
        {
            foreach (var rule in cake.Options.Where(o => o.Option == choice.Option.Key))
            {
                errors.Check(
                    rule.Requires is not { Length: > 0 } needed || needed.Any(Has),
                    choice.Field,
                    $"goes only with {string.Join(" or ", (rule.Requires ?? []).Select(Named))}");
                foreach (var other in (rule.Excludes ?? []).Where(Has))
                    errors.Add(choice.Field, $"does not go with {Named(other)}");
            }
        }
    }
}
