using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Stock;

/// <summary>GET, POST, PUT and DELETE /api/stock/locations. One that holds stock, or is an item's own, is not removed.</summary>
public sealed class Locations(NpgsqlDataSource database, Moment moment, RequestHead head)
{
    private const string Columns = "id, name, version, created_at, updated_at";

    private const string Select = $"select {Columns} from stock_locations where shop_id = $1 and archived_at is null";

    public async Task<Answer<PageOf<LocationView>>> List(int? limit, string? cursor, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(limit, cursor, errors);
        if (errors.Any)
            return errors.ToRefusal();
        await using var command = database.Command(
            Select + " and id < $2 order by id desc limit $3",
            moment.Shop.Id,
            page.Before,
            page.ToRead);
        return page.Of(await command.List(Row, cancel), l => l.Id);
    }

    public async Task<Answer<LocationView>> Add(LocationInput input, CancellationToken cancel)
    {
        if (Named(input.Name) is not { } name)
            return Refusal.OfField("name", "is required");
        await using var command = database.Command(
            $"insert into stock_locations (shop_id, name) values ($1, $2) returning {Columns}",
            moment.Shop.Id,
            name);
        var added = (await command.List(Row, cancel))[0];
        return Answer.Created(added, $"/api/stock/locations/{added.Id}");
    }

    public async Task<Answer<LocationView>> Change(
        long id,
        LocationInput input,
        CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await Find(connection, id, cancel) is not { } known)
            return Refusal.NotFound("location");
        if (head.Check(known.Version, input) is { } stale)
            return stale;
        if (Named(input.Name ?? known.Name) is not { } name)
            return Refusal.OfField("name", "must not be empty");
        await using var change = connection.Command(
            $"update stock_locations set name = $2, version = version + 1 where id = $1 returning {Columns}",
            id,
            name);
        var changed = (await change.List(Row, cancel))[0];
        await transaction.CommitAsync(cancel);
        return changed;
    }

    public async Task<Answer> Remove(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await Find(connection, id, cancel) is null)
            return Refusal.NotFound("location");
        var used = await connection.Scalar(
            "select exists (select 1 from stock_items where location_id = $1 and archived_at is null) or exists (select 1 from stock_now "
                + "where shop_id = $2 and location_id = $1 and quantity <> 0)",
            cancel,
            id,
            moment.Shop.Id);
        if (used is true)
            return Refusal.Conflict(
                "location_in_use",
                "There is stock at this location, or an item belongs there; move it first.");
        await connection.Execute("update stock_locations set archived_at = $2 where id = $1", cancel, id, moment.Now);
        await transaction.CommitAsync(cancel);
        return Answer.Done;
    }

    /// <summary>The shop's location, by id or by name; a name that is new makes one. Null where none is said.</summary>
    internal static Task<long?> IdOf(
        NpgsqlConnection connection,
        long shop,
        AskedRow asked,
        FieldErrors errors,
        CancellationToken cancel) =>
        Rows.IdOf(connection, shop, asked, errors, cancel);

    private static readonly NamedRows Rows = new(
        "location",
        "select id from stock_locations where shop_id = $1 and id = $2 and archived_at is null",
        "insert into stock_locations (shop_id, name) values ($1, $2) on conflict (shop_id, lower(name)) where archived_at is null "
            + "do nothing",
        "select id from stock_locations where shop_id = $1 and lower(name) = lower($2) and archived_at is null");

    internal static string? Named(string? name) => NamedRows.Trimmed(name);

    private async Task<LocationView?> Find(NpgsqlConnection connection, long id, CancellationToken cancel)
    {
        await using var command = connection.Command(Select + " and id = $2 for update", moment.Shop.Id, id);
        return (await command.List(Row, cancel)).FirstOrDefault();
    }

    private static LocationView Row(NpgsqlDataReader r) => new(r.GetInt64(0), r.GetString(1), r.GetInt64(2))
    {
        CreatedAt = r.GetFieldValue<DateTimeOffset>(3),
        UpdatedAt = r.GetFieldValue<DateTimeOffset>(4),
    };
}
