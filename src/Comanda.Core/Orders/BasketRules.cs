using System.Globalization;
using Comanda.Shops;

namespace Comanda.Orders;

/// <summary>What is asked of a basket besides its price; placing and preview ask the same.</summary>
public static class BasketRules
{
    /// <summary>Payments that one order takes in its own call.</summary>
    private const int MostPayments = 20;

    /// <summary>So much later than it was asked for may an order come: a guest chose the hour, and then paid.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Its type, with what else can be told without the menu.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="now">When it is sold; of a sale that a till made without us, when it made it.</param>
    /// <param name="errors">Where it is told what is wrong.</param>
    public static OrderType TypeOf(OrderRequest request, DateTimeOffset now, FieldErrors errors)
    {
        var type = errors.OneOf("type", request.Type, request.DeliveryAddress is null ? OrderType.DineIn : OrderType.Delivery);
        CheckHour(request.ScheduledFor, now, errors);
        errors.Check(request.Payments is null or { Length: <= MostPayments }, "payments", $"must be at most {MostPayments}");
        return type;
    }

    /// <summary>An hour that it is ordered for is still to come.</summary>
    public static void CheckHour(DateTimeOffset? scheduled, DateTimeOffset now, FieldErrors errors)
    {
        errors.Check(scheduled is null or { Year: <= 2200 }, "scheduled_for", "must be before the year 2200");
        errors.Check(!(scheduled <= now - Patience), "scheduled_for", "is over; leave it out for as soon as can be");
    }

    /// <summary>What comes back is looked at by whoever pays it out: a guest does not say so by themselves.</summary>
    public static void CheckReturns(OrderRequest request, Caller caller, FieldErrors errors)
    {
        foreach (var (i, line) in (request.Items ?? []).Index())
            errors.Check(!caller.IsCustomer || line?.Quantity is not < 0, $"items[{i}].quantity", "is taken back at the counter");
    }

    /// <summary>Breakfast is sold in the morning: the refusal where a line's item is not sold at that time of the shop's day.</summary>
    public static Refusal? NotSoldThen(IReadOnlyCollection<PricedLine> lines, ShopSettings settings, DateTimeOffset when)
    {
        var time = TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(when, settings.BusinessDay.Zone).DateTime);
        var names = lines.Select(l => l.Item).Concat(lines.Where(l => l.Combo is not null).Select(l => l.Combo!.Combo))
            .Where(i => !i.IsSoldAt(time)).Select(i => $"{i.Name} is sold {i.DayPart}").Distinct(StringComparer.Ordinal).ToList();
        return names.Count == 0 ? null : Refusal.Conflict("not_sold_now", string.Join("; ", names) + ".");
    }

    /// <summary>
    /// What guests order themselves is for an hour at which the shop is open: the refusal names the next one, for which they can order. Who
    /// works there sells when they are there.
    /// </summary>
    public static Refusal? Closed(OrderType type, bool byGuest, ShopSettings settings, DateTimeOffset when)
    {
        var (zone, week) = (settings.BusinessDay.Zone, settings.Opening);
        if ((type != OrderType.Online && !byGuest) || week.IsOpen(when, zone))
            return null;
        var next = week.NextAfter(when, zone);
        return Refusal.Conflict("closed", $"The shop is closed on {Told(when)}" + (next is { } opening
            ? $"; it opens on {Told(opening)}. Order for then (scheduled_for)."
            : ".")) with
        {
            Also = new Dictionary<string, object?>(StringComparer.Ordinal) { ["next_opening"] = next },
        };

        string Told(DateTimeOffset at) =>
            TimeZoneInfo.ConvertTime(at, zone).ToString("dddd yyyy-MM-dd 'at' HH:mm", CultureInfo.InvariantCulture);
    }
}
