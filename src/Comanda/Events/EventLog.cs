using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comanda.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Npgsql;

namespace Comanda.Events;

/// <summary>What events are called on the wire.</summary>
public static class EventNames
{
    public const string OrderCreated = "order_created";
    public const string OrderUpdated = "order_updated";
    public const string OrderCompleted = "order_completed";
    public const string OrderCancelled = "order_cancelled";
    public const string PaymentRecorded = "payment_recorded";
    public const string ProductUpdated = "product_updated";
    public const string StockUpdated = "stock_updated";
    public const string LowStock = "low_stock";
    public const string SettingsChanged = "settings_changed";
    public const string UserActivity = "user_activity";
    public const string DeliveryLocation = "delivery_location";
    public const string PromotionUpdated = "promotion_updated";
    public const string Notification = "notification";
    public const string Announcement = "announcement";
    public const string GiftCardSold = "gift_card_sold";
    public const string GiftCardRefunded = "gift_card_refunded";
    public const string CakeUpdated = "cake_updated";
    public const string PrintJobUpdated = "print_job_updated";
    public const string PrinterUpdated = "printer_updated";
    public const string BakePlanUpdated = "bake_plan_updated";

    /// <summary>Every one, as webhooks may ask for them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        OrderCreated,
        OrderUpdated,
        OrderCompleted,
        OrderCancelled,
        PaymentRecorded,
        ProductUpdated,
        StockUpdated,
        LowStock,
        SettingsChanged,
        UserActivity,
        DeliveryLocation,
        PromotionUpdated,
        Notification,
        Announcement,
        GiftCardSold,
        GiftCardRefunded,
        CakeUpdated,
        PrintJobUpdated,
        PrinterUpdated,
        BakePlanUpdated,
    ];
}

/// <summary>
/// A row of the event log: one thing that happened in a shop, written in the transaction that made it true.
/// <see cref="Actor"/> and <see cref="Data"/> are JSON as it goes to devices.
/// </summary>
public sealed class ShopEvent : IShopOwned
{
    public long Seq { get; init; }

    public required long ShopId { get; init; }

    public required string Event { get; init; }

    public required DateTimeOffset At { get; init; }

    public required string Actor { get; init; }

    public required string Data { get; init; }

    /// <summary>The account of the guest that the event concerns, where it concerns one: guests hear only of their own.</summary>
    public long? CustomerId { get; init; }

    /// <summary>An event as a slice writes it: <c>db.Add(ShopEvent.Of(…))</c>.</summary>
    public static ShopEvent Of<T>(Here here, string name, DateTimeOffset at, T data, long? customerId = null) => new()
    {
        CustomerId = customerId,
        ShopId = here.ShopId,
        Event = name,
        At = at,
        Actor = ActorJson(here.Visitor),
        Data = Json.Write(data),
    };

    /// <summary>Writes the event where a slice works with SQL of its own, in the transaction that is open on the connection.</summary>
    public Task Write(NpgsqlConnection connection, CancellationToken cancel) => connection.Execute(
        "insert into events (shop_id, event, at, actor, data, customer_id) values ($1, $2, $3, $4, $5, $6::bigint)",
        cancel, ShopId, Event, At, Actor, Data, CustomerId);

    /// <summary>The part of a statement that announces what it does, once a row called <c>register</c> is there.</summary>
    /// <param name="statement">Which the part belongs to.</param>
    /// <param name="events">What happened, in this order: names and data.</param>
    /// <param name="at">The other columns, in SQL.</param>
    /// <param name="data">What becomes of the data, in SQL.</param>
    public static string Announce<T>(
        Statement<T> statement,
        Func<T, IReadOnlyList<(string Name, string Data)>> events,
        (string Shop, string At, string Actor, string Guest) at,
        Func<string, string> data)
    {
        var names = statement.Each("event.name", events, e => e.Name);
        var texts = statement.Each("event.data", events, e => e.Data);
        var columns = Columns("e.event", data("e.data"), at);
        return Insert.Into(
            "events",
            columns,
            from: $"register, unnest({names}::text[], {texts}::text[]) with ordinality as e(event, data, place)\norder by e.place");
    }

    /// <summary>The statement that announces what several things at once do, in this order.</summary>
    public static string AnnounceTogether<T>(Statement<T> statement, Func<T, IReadOnlyList<ShopEvent>> events)
    {
        var e = statement.Rows("e", events);
        var columns = Columns(
            e.Column("event", x => x.Event),
            e.Column("data", x => x.Data),
            (e.Column("shop_id", x => x.ShopId),
                e.Column("at", x => x.At),
                e.Column("actor", x => x.Actor),
                e.Column("customer_id", x => x.CustomerId)));
        return Insert.Into("events", columns, from: e.TableInOrder);
    }

    private static (string Name, string Value)[] Columns(
        string name, string data, (string Shop, string At, string Actor, string Guest) at) =>
    [
        ("shop_id", at.Shop),
        ("event", name),
        ("at", at.At),
        ("actor", at.Actor),
        ("data", data),
        ("customer_id", at.Guest),
    ];

    /// <summary>Who did it, as events tell it; <c>{}</c> for the system itself.</summary>
    public static string ActorJson(Caller? caller) =>
        caller is null ? "{}" : Json.Write(new { id = caller.UserId, name = caller.Name, role = caller.Role });

    public sealed class Mapping : IEntityTypeConfiguration<ShopEvent>
    {
        public void Configure(EntityTypeBuilder<ShopEvent> builder)
        {
            builder.ToTable("events");
            builder.HasKey(e => e.Seq);
            builder.Property(e => e.Seq).ValueGeneratedOnAdd();
        }
    }
}

/// <summary>An event as the log has it; <paramref name="Actor"/> and <paramref name="Data"/> are JSON.</summary>
public sealed record EventRow(long Seq, long ShopId, string Name, DateTimeOffset At, string Actor, string Data, long? CustomerId);

/// <summary>
/// An event ready for devices: its envelope as UTF-8 JSON, made once however many hear it, and once more for each dialect that
/// somebody hears it in.
/// </summary>
public sealed record HeardEvent(long Seq, long ShopId, string Name, long? CustomerId, byte[] Envelope)
{
    /// <summary>Making one takes microseconds; two who want the same one at once must not both make it.</summary>
    private static readonly Lock Making = new();

    private Made[] made = [];

    /// <summary>Whose coming or going it tells: they know themselves.</summary>
    public long? AboutSession { get; init; }

    /// <summary>What goes out to devices of a dialect, in one form.</summary>
    /// <param name="dialect">How it is spelled.</param>
    /// <param name="form">The envelope alone, or packed for a protocol.</param>
    public byte[] In(EventDialect dialect, EventForm form) => form == EventForm.Envelope && dialect.IsOurs
        ? Envelope
        : Find(dialect, form) ?? Make(dialect, form);

    /// <summary>
    /// As somebody may hear it: staff the same, a guest without who of the shop did it and what the kitchen is told. That is made for
    /// them alone, since nobody else hears it.
    /// </summary>
    public byte[] For(Caller caller, EventDialect dialect, EventForm form)
    {
        if (!caller.IsCustomer)
            return In(dialect, form);
        var envelope = dialect.Spell(EnvelopeFor(caller));
        return form == EventForm.Envelope ? envelope : SocketIoPacket.OfEvent(Seq, Name, envelope);
    }

    private byte[]? Find(EventDialect dialect, EventForm form)
    {
        foreach (var one in made)
        {
            if (one.Form == form && ReferenceEquals(one.Dialect, dialect))
                return one.Bytes;
        }

        return null;
    }

    private byte[] Make(EventDialect dialect, EventForm form)
    {
        lock (Making)
        {
            if (Find(dialect, form) is { } there)
                return there;
            var bytes = form == EventForm.Envelope
                ? dialect.Spell(Envelope)
                : SocketIoPacket.OfEvent(Seq, Name, In(dialect, EventForm.Envelope));
            made = [.. made, new(dialect, form, bytes)];
            return bytes;
        }
    }

    private sealed record Made(EventDialect Dialect, EventForm Form, byte[] Bytes);

    public static HeardEvent From(EventRow row)
    {
        var buffer = new ArrayBufferWriter<byte>(row.Data.Length + 160);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("seq", row.Seq);
            json.WriteString("event", row.Name);
            json.WriteNumber("shop_id", row.ShopId);
            json.WriteString("at", row.At.UtcDateTime);
            json.WritePropertyName("actor");
            json.WriteRawValue(row.Actor, skipInputValidation: true);
            json.WritePropertyName("data");
            json.WriteRawValue(row.Data, skipInputValidation: true);
            json.WriteEndObject();
        }

        return new(row.Seq, row.ShopId, row.Name, row.CustomerId, buffer.WrittenSpan.ToArray())
        {
            AboutSession = row.Name == EventNames.UserActivity ? SessionIn(row.Data) : null,
        };
    }

    private static long? SessionIn(string data)
    {
        using var json = JsonDocument.Parse(data);
        return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("session_id", out var session)
            ? session.GetInt64()
            : null;
    }

    /// <summary>
    /// As somebody may hear it: staff all of it, a guest without who of the shop did it and what the kitchen is told.
    /// </summary>
    public byte[] EnvelopeFor(Caller caller)
    {
        if (!caller.IsCustomer)
            return Envelope;
        var envelope = JsonNode.Parse(Envelope)!.AsObject();
        if (envelope["actor"]?["id"] is not { } id || id.GetValue<long>() != caller.UserId)
            envelope["actor"] = new JsonObject();
        if (envelope["data"] is JsonObject data)
        {
            foreach (var ofStaff in (string[])["cashier_id", "cashier_name", "kitchen"])
                data.Remove(ofStaff);
        }

        return Encoding.UTF8.GetBytes(envelope.ToJsonString(Json.Options));
    }

    public override string ToString() => Encoding.UTF8.GetString(Envelope);
}
