using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// GET /api/orders/{id}/track and PUT /api/orders/{id}/delivery: who brings it, where they are, and what became of it when.
/// </summary>
public sealed class TrackOrder(OwnOrders own, OrderChanges orders, NpgsqlDataSource database, Here here)
{
    public async Task<Answer<TrackView>> Show(long id, CancellationToken cancel) =>
        await (await own.Visible(cancel)).AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, cancel) is { } order
            ? await View(order, cancel)
            : Refusal.NotFound("order");

    public Task<Answer<TrackView>> Update(long id, DeliveryInput input, CancellationToken cancel) => Update(id, input, null, cancel);

    /// <summary>The same, of what a partner brings.</summary>
    internal async Task<Answer<TrackView>> Update(long id, DeliveryInput input, PartnerErrand? partner, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Check(
            input.Location is null || DeliveryArea.IsPlace(input.Location),
            "location", PlaceAttribute.Rule);
        var estimate = errors.Instant("estimated_delivery_time", input.EstimatedDeliveryTime);
        errors.Check(
            input.Person is not null || input.Location is not null || input.EstimatedDeliveryTime is not null || input.Proof is not null,
            "person",
            "is required, or location, estimated_delivery_time or proof");
        errors.Check(
            input.Proof is null or { ReceivedBy: not null } or { Note: not null } or { ImageUrl: not null },
            "proof",
            "must say received_by, note or image_url");
        errors.Check(
            input.Proof?.ImageUrl is not { } picture || picture.StartsWith("/uploads/", StringComparison.Ordinal),
            "proof.image_url",
            "must be the address of an uploaded picture (POST /api/upload/image)");
        if (errors.Any)
            return errors.ToRefusal();
        await using var change = await orders.Begin(id, cancel);
        if (change.Refusal is { } refusal)
            return refusal;
        var order = change.Order;
        // That it was handed over is often said after it was: the proof may still come, and nothing else.
        var proves = input is { Proof: not null, Person: null, Location: null, EstimatedDeliveryTime: null }
            && order.Status is OrderStatus.Completed or OrderStatus.Delivered;
        if (Refuse(order) is { } not && !(proves && order.Type == OrderType.Delivery))
            return not;
        if (input.Proof is not null && !proves && order.Status != OrderStatus.OutForDelivery)
            return Refusal.Conflict("invalid_transition", $"The order is {order.Status.ToWire()}; nobody has brought it yet.");
        var phone = Contact.PhoneOrText(input.Person?.Phone, change.Shop.Settings.Country);
        await change.Connection.Execute(
            """
            insert into deliveries as d (order_id, shop_id, person_name, person_phone, longitude, latitude, located_at, estimated_at,
                proof_by, proof_note, proof_image, proved_at, partner, partner_ref)
            values ($1, $2, $3::text, $4::text, $5::float8, $6::float8, case when $5::float8 is not null then $7::timestamptz end,
                $8::timestamptz, $9::text, $10::text, $11::text, case when $12 then $7::timestamptz end,
                $13::text, $14::text)
            on conflict (order_id) do update set
                person_name = coalesce(excluded.person_name, d.person_name), person_phone = coalesce(excluded.person_phone, d.person_phone),
                longitude = coalesce(excluded.longitude, d.longitude), latitude = coalesce(excluded.latitude, d.latitude),
                located_at = coalesce(excluded.located_at, d.located_at), estimated_at = coalesce(excluded.estimated_at, d.estimated_at),
                proof_by = coalesce(excluded.proof_by, d.proof_by), proof_note = coalesce(excluded.proof_note, d.proof_note),
                proof_image = coalesce(excluded.proof_image, d.proof_image), proved_at = coalesce(d.proved_at, excluded.proved_at),
                partner = coalesce(d.partner, excluded.partner), partner_ref = coalesce(d.partner_ref, excluded.partner_ref)
            """,
            cancel,
            id,
            here.ShopId,
            input.Person?.Name,
            phone,
            input.Location?[0],
            input.Location?[1],
            change.Now,
            estimate,
            input.Proof?.ReceivedBy,
            input.Proof?.Note,
            input.Proof?.ImageUrl,
            input.Proof is not null,
            partner?.Partner,
            partner?.Reference);
        var view = await View(order, cancel, change.Connection);
        var moved = new DeliveryMoved(id, order.OrderNumber, view.DeliveryPerson, view.Location, change.Now, view.EstimatedDeliveryTime);
        change.Tell(() => ShopEvent.Of(here, EventNames.DeliveryLocation, change.Now, moved, order.GuestAccount));
        return await change.Commit() is { } failed ? failed : view;
    }

    /// <summary>Why nobody brings it, or not any more; null where somebody may.</summary>
    internal static Refusal? Refuse(Order order) =>
        order.Type != OrderType.Delivery
            ? Refusal.Conflict("not_a_delivery", $"The order is {order.Type.ToWire()}; nobody brings it.")
            : order.Status is OrderStatus.Cancelled or OrderStatus.Completed or OrderStatus.Delivered
            ? Refusal.Conflict("invalid_transition", $"The order is {order.Status.ToWire()}; its delivery is over.")
            : null;

    /// <summary>Notes that an order came to a status, in the transaction in which it did.</summary>
    internal static Task Note(NpgsqlConnection connection, Order order, DateTimeOffset now, CancellationToken cancel) =>
        connection.Execute(
            "insert into order_moves (order_id, shop_id, status, at) values ($1, $2, $3, $4)",
            cancel,
            order.Id,
            order.ShopId,
            order.Status.ToWire(),
            now);

    private async Task<TrackView> View(Order order, CancellationToken cancel, NpgsqlConnection? on = null)
    {
        const string moves = "select status, at from order_moves where order_id = $1 order by id";
        const string delivery =
            "select person_name, person_phone, longitude, latitude, located_at, estimated_at, proof_by, proof_note, proof_image, "
                + "proved_at, partner from deliveries where order_id = $1";
        await using var moved = on is null ? database.Command(moves, order.Id) : on.Command(moves, order.Id);
        var timeline = (await moved.List(r => new TimelineEntry(r.GetString(0), r.GetFieldValue<DateTimeOffset>(1)), cancel))
            .Prepend(new("pending", order.CreatedAt))
            .ToList();
        await using var known = on is null ? database.Command(delivery, order.Id) : on.Command(delivery, order.Id);
        var row = (await known.List(
            r => (
                Person: r.TextOrNull(0) is null && r.TextOrNull(1) is null ? null : new DeliveryPerson(r.TextOrNull(0), r.TextOrNull(1)),
                Place: r.ValueOrNull<double>(2) is { } longitude ? new[] { longitude, r.GetDouble(3) } : null,
                At: r.ValueOrNull<DateTimeOffset>(4),
                Estimate: r.ValueOrNull<DateTimeOffset>(5),
                Proof: r.IsDBNull(9) ? null : new DeliveryProof(r.TextOrNull(6), r.TextOrNull(7), r.TextOrNull(8)),
                ProvedAt: r.ValueOrNull<DateTimeOffset>(9),
                Partner: r.TextOrNull(10)), cancel)).FirstOrDefault();
        return new(
            order.Id,
            order.OrderNumber,
            order.Status.ToWire(),
            order.Type.ToWire(),
            timeline,
            order.EstimatedTime,
            order.ScheduledFor ?? order.CreatedAt.AddMinutes(order.EstimatedTime),
            row.Person,
            row.Place,
            row.At,
            row.Estimate,
            row.Proof,
            row.ProvedAt,
            row.Partner);
    }
}

/// <summary>An errand, by what the partner calls it.</summary>
internal sealed record PartnerErrand(string Partner, string Reference);
