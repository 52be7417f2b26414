using Comanda.Data;
using Npgsql;

namespace Comanda.Stock;

/// <summary>GET /api/alerts and PUT /api/alerts/{id}/read. <see cref="WatchStock"/> makes them.</summary>
public sealed class StockAlerts(NpgsqlDataSource database, Here here, TimeProvider clock)
{
    private const string Columns = "id, item_id, type, message, at, read_at is not null";

    public async Task<Answer<PageOf<AlertView>>> List(
        bool? read,
        int? limit,
        string? cursor,
        CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(limit, cursor, errors);
        if (errors.Any)
            return errors.ToRefusal();
        await using var command = database.Command(
            $"select {Columns} from stock_alerts where shop_id = $1 and id < $2 and ($3::boolean is null or (read_at is not null) = $3) "
                + "order by id desc limit $4",
            here.ShopId,
            page.Before,
            read,
            page.ToRead);
        return page.Of(await command.List(Row, cancel), a => a.Id);
    }

    /// <summary>Once read it stays so, and who read it first is kept.</summary>
    public async Task<Answer<AlertView>> MarkRead(long id, CancellationToken cancel)
    {
        await using var command = database.Command(
            "update stock_alerts set read_at = coalesce(read_at, $3), read_by = coalesce(read_by, $4) where id = $1 and shop_id = $2 "
                + $"returning {Columns}",
            id,
            here.ShopId,
            Clock.Now(clock),
            here.Caller.UserId);
        return (await command.List(Row, cancel)).FirstOrDefault() is { } alert
            ? alert
            : Refusal.NotFound("alert");
    }

    private static AlertView Row(NpgsqlDataReader r) =>
        new(r.GetInt64(0), r.GetInt64(1), r.GetString(2), r.GetString(3), r.GetFieldValue<DateTimeOffset>(4), r.GetBoolean(5));
}
