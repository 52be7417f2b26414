using System.Globalization;
using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>GET /api/slots: for when guests may order, and how much room is left.</summary>
public sealed class ReadSlots(NpgsqlDataSource database, Moment moment)
{
    private const int MostDays = 31, BytesOfASlot = 140;

    /// <summary>What was ordered for a time of the shop: by the index, however much lies before and behind.</summary>
    internal const string Query =
        "select starts_at, pickup, delivery, minutes from slots where shop_id = $1 and starts_at >= $2 and starts_at < $3 "
            + "order by starts_at";

    /// <summary>The slots of business days that are still to come.</summary>
    /// <param name="type">pickup or delivery.</param>
    /// <param name="date">The first day; today where it is left out.</param>
    /// <param name="days">How many days.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<Answer<PageOf<TimeSlotView>>> Of(string? type, DateOnly? date, int? days, CancellationToken cancel)
    {
        var (settings, errors) = (moment.Shop.Settings, new FieldErrors());
        errors.OneOf("type", type, "pickup", "delivery");
        errors.Between("days", days, 1, MostDays);
        var first = date ?? moment.Today;
        errors.Check(first.Year is >= 2000 and <= 2200, "date", "must be between the years 2000 and 2200");
        if (errors.Any)
            return errors.ToRefusal();
        var (from, until) = (settings.BusinessDay.StartOf(first), settings.BusinessDay.StartOf(first.AddDays(days ?? 1)));
        var last = settings.BusinessDay.EndOf(moment.Today.AddDays(settings.Slots.DaysAhead));
        from = from < moment.Now ? moment.Now : from;
        until = until < last ? until : last;
        if (from >= until)
            return new PageOf<TimeSlotView>([], null);
        await using var command = database.Command(Query, moment.Here.ShopId, from, until);
        var loads = await command.List(Row, cancel);
        var slots = new SlotGrid(settings, from, until).Between(from, until)
            .Select(s => View(s, loads, type == "delivery", settings.Slots))
            .ToList();
        return Answer.ByTag(new PageOf<TimeSlotView>(slots, null), null, slots.Count * BytesOfASlot);
    }

    internal static async Task<List<(DateTimeOffset At, SlotLoad Load)>> Loads(
        NpgsqlConnection connection, long shop, DateTimeOffset from, DateTimeOffset until, CancellationToken cancel)
    {
        await using var command = connection.Command(Query, shop, from, until);
        return await command.List(Row, cancel);
    }

    /// <summary>The refusal of an order for a slot that has no room, with the next one within two days that has.</summary>
    internal static async Task<Refusal> Full(
        NpgsqlConnection connection, long shop, ShopSettings settings, SlotPlace asked, CancellationToken cancel)
    {
        var until = asked.At.AddDays(2);
        var loads = await Loads(connection, shop, asked.At, until, cancel);
        var next = new SlotGrid(settings, asked.At, until).Between(asked.At.AddTicks(1), until)
            .Where(s => settings.Slots.Fits(Sum(loads, s), asked.IsBrought, asked.Minutes))
            .Select(s => (DateTimeOffset?)s.From)
            .FirstOrDefault();
        return Refusal.Conflict("slot_full", $"There is no room any more for {Told(asked.At)}" + (next is { } free
            ? $"; the next with room is {Told(free)} (scheduled_for)."
            : ".")) with
        {
            Also = new Dictionary<string, object?>(StringComparer.Ordinal) { ["next_slot"] = next },
        };

        string Told(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, settings.BusinessDay.Zone)
            .ToString("dddd yyyy-MM-dd 'at' HH:mm", CultureInfo.InvariantCulture);
    }

    private static TimeSlotView View(Slot slot, List<(DateTimeOffset At, SlotLoad Load)> loads, bool isBrought, SlotSettings settings)
    {
        var has = Sum(loads, slot);
        return new(
            slot.From,
            slot.Until,
            settings.Most(isBrought) is { } most ? Math.Max(0, most - has.Of(isBrought)) : null,
            settings.Kitchen is { } minutes ? Math.Max(0, minutes - has.Minutes) : null,
            settings.Fits(has, isBrought, 1));
    }

    /// <summary>The rows are in order: the first of a slot is found by halving.</summary>
    private static SlotLoad Sum(List<(DateTimeOffset At, SlotLoad Load)> loads, Slot slot)
    {
        var (low, high) = (0, loads.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = loads[middle].At < slot.From ? (middle + 1, high) : (low, middle);
        }

        var sum = default(SlotLoad);
        for (; low < loads.Count && loads[low].At < slot.Until; low++)
            sum += loads[low].Load;
        return sum;
    }

    private static (DateTimeOffset At, SlotLoad Load) Row(NpgsqlDataReader r) =>
        (r.GetFieldValue<DateTimeOffset>(0), new(r.GetInt32(1), r.GetInt32(2), r.GetInt32(3)));
}
