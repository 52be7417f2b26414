using System.Text.Json;
using Comanda.Audit;
using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// GET, POST, PUT and DELETE /api/delivery-areas: where the shop delivers. Orders keep what delivery cost when they were placed.
/// </summary>
public sealed class DeliveryAreas(NpgsqlDataSource database, Moment moment, RequestHead head)
{
    private const int Most = 200, MostPostcodes = 2_000, MostCorners = 1_000, MostMinutes = 24 * 60;

    private const string Columns = "id, name, postcodes, polygon, fee, minimum, minutes, created_at, updated_at, version";

    /// <summary>All of a shop, as an order needs to know them.</summary>
    internal static async Task<List<DeliveryArea>> Of(NpgsqlDataSource database, long shop, CancellationToken cancel)
    {
        await using var command = database.Command($"select {Columns} from delivery_areas where shop_id = $1 order by id", shop);
        return await command.List(Area, cancel);
    }

    public async Task<Answer<PageOf<DeliveryAreaView>>> List(CancellationToken cancel)
    {
        await using var command = database.Command(
            $"select {Columns} from delivery_areas where shop_id = $1 order by id", moment.Here.ShopId);
        return new PageOf<DeliveryAreaView>(await command.List(Row, cancel), null);
    }

    public async Task<Answer<DeliveryAreaView>> One(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await Find(connection, id, cancel) is { } area ? area : Refusal.NotFound("delivery area");
    }

    public async Task<Answer<DeliveryAreaView>> Add(DeliveryAreaInput input, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Check(!string.IsNullOrWhiteSpace(input.Name), "name", "is required, at most 100 characters");
        errors.Check(input.Postcodes is not null || input.Polygon is not null, "postcodes", "is required, or polygon");
        var asked = Read(input, errors);
        if (errors.Any)
            return errors.ToRefusal();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var id = await connection.Scalar(
            """
            insert into delivery_areas (shop_id, name, postcodes, polygon, fee, minimum, minutes, created_at, updated_at)
            select $1, $2, $3::text[], $4::text, $5, $6, $7, $8, $8 where (select count(*) from delivery_areas where shop_id = $1) < $9
            returning id
            """,
            cancel,
            moment.Here.ShopId,
            input.Name!.Trim(),
            asked.Postcodes,
            asked.Polygon,
            asked.Fee ?? 0,
            asked.Minimum ?? 0,
            input.Minutes ?? 0,
            moment.Now,
            Most) as long?;
        if (id is not { } added)
            return Refusal.Conflict("too_many_areas", $"A shop has at most {Most} delivery areas; take one away first.");
        return Answer.Created(await Commit(connection, transaction, added, null, cancel), $"/api/delivery-areas/{added}");
    }

    public async Task<Answer<DeliveryAreaView>> Change(long id, DeliveryAreaInput input, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await Find(connection, id, cancel, " for no key update") is not { } known)
            return Refusal.NotFound("delivery area");
        if (head.Check(known.Version, input) is { } stale)
            return stale;
        var errors = new FieldErrors();
        errors.Check(input.Name is null || !string.IsNullOrWhiteSpace(input.Name), "name", "must not be empty");
        var asked = Read(input, errors);
        if (errors.Any)
            return errors.ToRefusal();
        // One of both is given: then the area is by that from now on.
        await connection.Execute(
            """
            update delivery_areas set name = $2, postcodes = case when $8 then $3::text[] else postcodes end,
                polygon = case when $8 then $4::text else polygon end, fee = coalesce($5::bigint, fee),
                minimum = coalesce($6::bigint, minimum), minutes = coalesce($7::int, minutes), updated_at = $9, version = version + 1
            where id = $1
            """,
            cancel,
            id,
            input.Name?.Trim() ?? known.Name,
            asked.Postcodes,
            asked.Polygon,
            asked.Fee,
            asked.Minimum,
            input.Minutes,
            asked.Postcodes is not null || asked.Polygon is not null,
            moment.Now);
        return await Commit(connection, transaction, id, known, cancel);
    }

    public async Task<Answer> Remove(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await Find(connection, id, cancel, " for update") is not { } known)
            return Refusal.NotFound("delivery area");
        await connection.Execute("delete from delivery_areas where id = $1", cancel, id);
        await new AuditEntry(AuditActions.DeliveryAreaChanged, "delivery_area", id, Before: known)
            .Write(connection, moment.Here, moment.Now, cancel);
        await transaction.CommitAsync(cancel);
        return Answer.Done;
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        var areas = app.Chapter("Delivery", "/api/delivery-areas");
        areas.Get("", (DeliveryAreas all, CancellationToken cancel) => all.List(cancel))
            .Called("delivery_areas", "Where the shop delivers, for how much, from which sum on, and how long it takes.")
            .IsOpen();
        areas.Get("/{id:long}", (long id, DeliveryAreas all, CancellationToken cancel) => all.One(id, cancel))
            .Called("delivery_area", "One delivery area.")
            .IsOpen()
            .Refuses(404);
        areas.Post("", (DeliveryAreaInput input, DeliveryAreas all, CancellationToken cancel) => all.Add(input, cancel))
            .Called(
                "add_delivery_area",
                "Adds an area: by postcodes (SW1A* is all that begin so), or by a polygon of [longitude, latitude].")
            .Needs(Permission.ManageDelivery).MayBeRepeated("a second one is a second area, to be taken away")
            .Creates()
            .Refuses(400, 409);
        areas.Put("/{id:long}", (long id, DeliveryAreaInput input, DeliveryAreas all, CancellationToken cancel) =>
                all.Change(id, input, cancel))
            .Called("change_delivery_area", "Changes what is given of an area; orders that were placed keep what it cost then.")
            .Needs(Permission.ManageDelivery)
            .Refuses(400, 404, 412);
        areas.Delete("/{id:long}", (long id, DeliveryAreas all, CancellationToken cancel) => all.Remove(id, cancel))
            .Called("remove_delivery_area", "The shop no longer delivers there.")
            .Needs(Permission.ManageDelivery)
            .Refuses(404);
    }

    private async Task<DeliveryAreaView> Commit(
        NpgsqlConnection connection, NpgsqlTransaction transaction, long id, DeliveryAreaView? before, CancellationToken cancel)
    {
        var view = (await Find(connection, id, cancel))!;
        await new AuditEntry(AuditActions.DeliveryAreaChanged, "delivery_area", id, before, view)
            .Write(connection, moment.Here, moment.Now, cancel);
        await transaction.CommitAsync(cancel);
        return view;
    }

    private (string[]? Postcodes, string? Polygon, long? Fee, long? Minimum) Read(DeliveryAreaInput input, FieldErrors errors)
    {
        errors.Check(input.Postcodes is null || input.Polygon is null, "polygon", "stands in the place of postcodes: one or the other");
        errors.Check(
            input.Postcodes is null or { Count: >= 1 and <= MostPostcodes }, "postcodes", $"must be 1 to {MostPostcodes} postcodes");
        foreach (var (i, code) in (input.Postcodes ?? []).Take(MostPostcodes).Index())
        {
            var plain = DeliveryArea.Plain(code ?? "").TrimEnd('*');
            errors.Check(
                plain.Length is >= 1 and <= 20 && plain.All(char.IsLetterOrDigit),
                $"postcodes[{i}]",
                "must be a postcode such as 1100-053, or the beginning of some such as SW1A*");
        }

        errors.Check(
            input.Polygon is null or { Count: >= 3 and <= MostCorners }, "polygon", $"must be 3 to {MostCorners} corners");
        foreach (var (i, corner) in (input.Polygon ?? []).Take(MostCorners).Index())
            errors.Check(DeliveryArea.IsPlace(corner), $"polygon[{i}]", PlaceAttribute.Rule);
        errors.Between("minutes", input.Minutes, 0, MostMinutes);
        var fee = errors.MoneyOrNone("fee", input.Fee, moment.Currency);
        var minimum = errors.MoneyOrNone("minimum", input.Minimum, moment.Currency);
        return (
            input.Postcodes?.Select(c => DeliveryArea.Plain(c ?? "")).Distinct(StringComparer.Ordinal).ToArray(),
            input.Polygon is null || errors.Any ? null : Json.Write(input.Polygon),
            input.Fee is null ? null : fee.Minor,
            input.Minimum is null ? null : minimum.Minor);
    }

    private async Task<DeliveryAreaView?> Find(NpgsqlConnection connection, long id, CancellationToken cancel, string locked = "")
    {
        await using var command = connection.Command(
            $"select {Columns} from delivery_areas where id = $1 and shop_id = $2" + locked, id, moment.Here.ShopId);
        return (await command.List(Row, cancel)).FirstOrDefault();
    }

    private static DeliveryArea Area(NpgsqlDataReader r) => new(
        r.GetInt64(0),
        r.GetString(1),
        r.IsDBNull(2) ? null : r.GetFieldValue<string[]>(2),
        r.TextOrNull(3) is { } polygon ? JsonSerializer.Deserialize<double[][]>(polygon, Json.Options) : null,
        new(r.GetInt64(4)),
        new(r.GetInt64(5)))
    {
        Minutes = r.GetInt32(6),
    };

    private DeliveryAreaView Row(NpgsqlDataReader r)
    {
        var area = Area(r);
        return new(
            area.Id,
            area.Name,
            area.Postcodes,
            area.Polygon,
            area.Fee.In(moment.Currency),
            area.Minimum.In(moment.Currency),
            area.Minutes,
            r.GetFieldValue<DateTimeOffset>(7),
            r.GetFieldValue<DateTimeOffset>(8),
            r.GetInt64(9));
    }
}
