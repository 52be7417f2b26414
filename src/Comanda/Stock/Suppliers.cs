using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Stock;

/// <summary>GET, POST, PUT and DELETE /api/suppliers. One that an item or an open purchase order names is not removed.</summary>
public sealed class Suppliers(NpgsqlDataSource database, Moment moment, RequestHead head)
{
    private const string Columns = "id, name, email, phone, lead_days, notes, version, created_at, updated_at";

    private const string Select = $"select {Columns} from suppliers where shop_id = $1 and archived_at is null";

    public async Task<Answer<PageOf<SupplierView>>> List(int? limit, string? cursor, CancellationToken cancel)
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
        return page.Of(await command.List(Row, cancel), s => s.Id);
    }

    public async Task<Answer<SupplierView>> Add(SupplierInput input, CancellationToken cancel)
    {
        var given = Read(input, new(0, "", null, null, null, "", 1), moment.Shop);
        if (given.Refusal is { } refusal)
            return refusal;
        var s = given.Value;
        await using var command = database.Command(
            "insert into suppliers (shop_id, name, email, phone, lead_days, notes) values ($1, $2, $3::text, $4::text, $5::int, $6) "
                + $"returning {Columns}",
            moment.Shop.Id,
            s.Name,
            s.Email,
            s.Phone,
            s.LeadTimeDays,
            s.Notes);
        var added = (await command.List(Row, cancel))[0];
        return Answer.Created(added, $"/api/suppliers/{added.Id}");
    }

    public async Task<Answer<SupplierView>> Change(
        long id,
        SupplierInput input,
        CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await Find(connection, id, cancel) is not { } known)
            return Refusal.NotFound("supplier");
        if (head.Check(known.Version, input) is { } stale)
            return stale;
        var given = Read(input, known, moment.Shop);
        if (given.Refusal is { } refusal)
            return refusal;
        var s = given.Value;
        await using var change = connection.Command(
            "update suppliers set name = $2, email = $3::text, phone = $4::text, lead_days = $5::int, notes = $6, version = version + 1 "
                + $"where id = $1 returning {Columns}",
            id,
            s.Name,
            s.Email,
            s.Phone,
            s.LeadTimeDays,
            s.Notes);
        var changed = (await change.List(Row, cancel))[0];
        await transaction.CommitAsync(cancel);
        return changed;
    }

    public async Task<Answer> Remove(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await Find(connection, id, cancel) is null)
            return Refusal.NotFound("supplier");
        if (await connection.Scalar(
            "select exists (select 1 from stock_items where supplier_id = $1 and archived_at is null) or exists (select 1 from "
                + "purchase_orders where supplier_id = $1 and status in ('draft', 'ordered', 'partly_received'))",
            cancel,
            id) is true)
            return Refusal.Conflict(
                "supplier_in_use",
                "This supplier delivers items, or has an open purchase order; give the items to another, receive or close the order first.")
                ;
        await connection.Execute("update suppliers set archived_at = $2 where id = $1", cancel, id, moment.Now);
        await transaction.CommitAsync(cancel);
        return Answer.Done;
    }

    /// <summary>The shop's supplier, by id or by name; a name that is new makes one. Null where none is said.</summary>
    internal static Task<long?> IdOf(
        NpgsqlConnection connection,
        long shop,
        long? id,
        string? name,
        FieldErrors errors,
        CancellationToken cancel) =>
        Rows.IdOf(connection, shop, new(id, name, "supplier"), errors, cancel);

    private static readonly NamedRows Rows = new(
        "supplier",
        "select id from suppliers where shop_id = $1 and id = $2 and archived_at is null",
        "insert into suppliers (shop_id, name) values ($1, $2) on conflict (shop_id, lower(name)) where archived_at is null do nothing",
        "select id from suppliers where shop_id = $1 and lower(name) = lower($2) and archived_at is null");

    private static Outcome<SupplierView> Read(SupplierInput input, SupplierView known, Shop shop)
    {
        var errors = new FieldErrors();
        errors.Check(Locations.Named(input.Name ?? known.Name) is not null, "name", "is required");
        errors.Check(string.IsNullOrEmpty(input.Email) || Contact.Email(input.Email) is not null, "email", "must be an e-mail address");
        errors.Check(input.LeadTimeDays is null or -1 or (>= 0 and <= 365), "lead_time_days", "must be between 0 and 365, or -1 for none");
        if (errors.Any)
            return errors.ToRefusal();
        return known with
        {
            Name = (input.Name ?? known.Name).Trim(),
            Email = input.Email is null ? known.Email : input.Email.Length == 0 ? null : Contact.Email(input.Email),
            Phone = input.Phone is null ? known.Phone : Contact.PhoneOrText(input.Phone, shop.Settings.Country),
            LeadTimeDays = input.LeadTimeDays is null ? known.LeadTimeDays : input.LeadTimeDays < 0 ? null : input.LeadTimeDays,
            Notes = input.Notes ?? known.Notes,
        };
    }

    private async Task<SupplierView?> Find(NpgsqlConnection connection, long id, CancellationToken cancel)
    {
        await using var command = connection.Command(Select + " and id = $2 for update", moment.Shop.Id, id);
        return (await command.List(Row, cancel)).FirstOrDefault();
    }

    private static SupplierView Row(NpgsqlDataReader r) =>
        new(r.GetInt64(0), r.GetString(1), r.TextOrNull(2), r.TextOrNull(3), r.ValueOrNull<int>(4), r.GetString(5), r.GetInt64(6))
        {
            CreatedAt = r.GetFieldValue<DateTimeOffset>(7),
            UpdatedAt = r.GetFieldValue<DateTimeOffset>(8),
        };
}
