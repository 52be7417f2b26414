using System.Globalization;
using System.Text.Json;
using Comanda.Data;
using Comanda.GiftCards;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>A standing order as it is kept.</summary>
internal sealed record StandingOrder
{
    internal const string Select =
        """
        select s.id, s.shop_id, coalesce(c.merged_into, c.id), g.name, s.type, s.items, s.weekdays, s.at, s.begins, s.ends, s.pauses, s.pay,
            s.gift_card, s.delivery_address, s.notes, s.days_ahead, s.created_at, s.updated_at, s.ended_at, s.version, s.created_by
        from standing_orders s join customers c on c.id = s.customer_id join customers g on g.id = coalesce(c.merged_into, c.id)
        """;

    public required long Id { get; init; }

    public required long ShopId { get; init; }

    public required long CustomerId { get; init; }

    public string CustomerName { get; init; } = "";

    public required string Type { get; init; }

    public required IReadOnlyList<LineRequest> Items { get; init; }

    public required string[] Weekdays { get; init; }

    public required TimeOnly At { get; init; }

    public required DateOnly Begins { get; init; }

    public required DateOnly? Ends { get; init; }

    public required IReadOnlyList<StandingPause> Pauses { get; init; }

    public required StandingPay Pay { get; init; }

    public required string? GiftCard { get; init; }

    public required DeliveryAddress? Address { get; init; }

    public required string? Notes { get; init; }

    public required int DaysAhead { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public long Version { get; init; }

    public long CreatedBy { get; init; }

    public StandingDays Days => new(StandingDays.WeekdaysOf(Weekdays, "", new()), Begins, Ends, Pauses);

    /// <summary>When it is on a day; where the clock skips that time, as much later.</summary>
    public DateTimeOffset InstantOn(DateOnly day, Shop shop) => new BusinessDay(shop.Settings.BusinessDay.Zone, At).StartOf(day);

    /// <summary>What it orders for a day.</summary>
    public OrderRequest RequestFor(DateOnly day, Shop shop) => new(
        Type,
        Items,
        CustomerId: CustomerId,
        ScheduledFor: InstantOn(day, shop),
        DeliveryAddress: Address,
        Notes: Notes,
        Reference: $"standing order {Id}",
        Payments: GiftCard is null ? null : [new("gift_card", Reference: GiftCard)]);

    public static StandingOrder Read(NpgsqlDataReader r) => new()
    {
        Id = r.GetInt64(0),
        ShopId = r.GetInt64(1),
        CustomerId = r.GetInt64(2),
        CustomerName = r.GetString(3),
        Type = r.GetString(4),
        Items = JsonSerializer.Deserialize<LineRequest[]>(r.GetString(5), Json.Options)!,
        Weekdays = r.GetFieldValue<string[]>(6),
        At = r.GetFieldValue<TimeOnly>(7),
        Begins = r.GetFieldValue<DateOnly>(8),
        Ends = r.ValueOrNull<DateOnly>(9),
        Pauses = JsonSerializer.Deserialize<StandingPause[]>(r.GetString(10), Json.Options)!,
        Pay = WireName<StandingPay>.Parse(r.GetString(11)),
        GiftCard = r.TextOrNull(12),
        Address = r.TextOrNull(13) is { } address ? JsonSerializer.Deserialize<DeliveryAddress>(address, Json.Options) : null,
        Notes = r.TextOrNull(14),
        DaysAhead = r.GetInt32(15),
        CreatedAt = r.GetFieldValue<DateTimeOffset>(16),
        UpdatedAt = r.GetFieldValue<DateTimeOffset>(17),
        EndedAt = r.ValueOrNull<DateTimeOffset>(18),
        Version = r.GetInt64(19),
        CreatedBy = r.GetInt64(20),
    };

    public StandingOrderView View(IReadOnlyList<StandingDayView> next) => new(
        Id,
        CustomerId,
        CustomerName,
        Type,
        Items,
        Weekdays,
        At.ToString("HH:mm", CultureInfo.InvariantCulture),
        Begins,
        Ends,
        Pauses,
        Pay.ToWire(),
        GiftCard is null ? null : GiftCardCode.Mask(GiftCard),
        Address,
        Notes,
        DaysAhead,
        EndedAt is null ? "active" : "ended",
        next,
        CreatedAt,
        UpdatedAt,
        Version);
}

/// <summary>What became of a day.</summary>
internal sealed record StandingDay(long StandingOrderId, DateOnly Day, long? OrderId, string? Reason, DateTimeOffset At)
{
    public static Task<List<StandingDay>> Of(
        NpgsqlDataSource database, long shop, (DateOnly From, DateOnly To) span, CancellationToken cancel) => Read(
        database.Command(
            "select standing_order_id, day, order_id, reason, at from standing_order_days where shop_id = $1 and day between $2 and $3",
            shop,
            span.From,
            span.To),
        cancel);

    private static async Task<List<StandingDay>> Read(NpgsqlCommand command, CancellationToken cancel)
    {
        await using (command)
            return await command.List(
                r => new StandingDay(
                    r.GetInt64(0),
                    r.GetFieldValue<DateOnly>(1),
                    r.ValueOrNull<long>(2),
                    r.TextOrNull(3),
                    r.GetFieldValue<DateTimeOffset>(4)),
                cancel);
    }
}
