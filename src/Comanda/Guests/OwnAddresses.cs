using Comanda.Data;
using Npgsql;

namespace Comanda.Guests;

/// <summary>
/// GET, POST, PUT and DELETE /api/users/addresses: where a person has things brought. One of them is the default, whatever happens at once:
/// changes of one person's addresses take turns at their account. An order keeps the address as it was (<c>address_id</c>).
/// </summary>
public sealed class OwnAddresses(NpgsqlDataSource database, Sealing sealing, Here here, RequestHead head, TimeProvider clock)
{
    private const int Most = 50;

    private const string SealedAs = "guest_addresses.address";

    private const string Columns = "id, title, address, landmark, city, state_name, zip_code, longitude, latitude, is_default, created_at, "
        + "updated_at, version";

    private const string Own = $"select {Columns} from guest_addresses where shop_id = $1 and user_id = $2";

    public async Task<Answer<PageOf<AddressView>>> List(CancellationToken cancel)
    {
        await using var command = database.Command(Own + " order by is_default desc, id", here.ShopId, here.Caller.UserId);
        return new PageOf<AddressView>(await command.List(Row, cancel), null);
    }

    public async Task<Answer<AddressView>> One(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await Find(connection, id, cancel) is { } address ? address : Refusal.NotFound("address");
    }

    public async Task<Answer<AddressView>> Add(AddressInput input, CancellationToken cancel)
    {
        var errors = Check(input);
        foreach (var (field, value) in new[]
        {
            ("title", input.Title), ("address", input.Address), ("city", input.City), ("zip_code", input.ZipCode),
        })
            errors.Check(value is not null, field, "is required");
        if (errors.Any)
            return errors.ToRefusal();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var there = await LockAll(connection, cancel);
        if (there >= Most)
            return Refusal.Conflict("too_many_addresses", $"{Most} addresses are kept of one person; take one away first.");
        var isDefault = there == 0 || input.IsDefault == true;
        if (isDefault)
            await NoDefault(connection, cancel);
        var id = (long)(await connection.Scalar(
            """
            insert into guest_addresses (shop_id, user_id, title, address, landmark, city, state_name, zip_code, longitude, latitude,
                is_default, created_at, updated_at)
            values ($1, $2, $3, $4, $5::text, $6, $7::text, $8, $9::float8, $10::float8, $11, $12, $12) returning id
            """,
            cancel,
            here.ShopId,
            here.Caller.UserId,
            Seal(input.Title!.Trim()),
            Seal(input.Address!.Trim()),
            Seal(Kept(input.Landmark)),
            Seal(input.City!.Trim()),
            Seal(Kept(input.State)),
            Seal(input.ZipCode!.Trim()),
            input.Location?[0],
            input.Location?[1],
            isDefault,
            Clock.Now(clock)))!;
        var view = (await Find(connection, id, cancel))!;
        await transaction.CommitAsync(cancel);
        return Answer.Created(view, $"/api/users/addresses/{id}");
    }

    public async Task<Answer<AddressView>> Change(long id, AddressInput input, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await LockAll(connection, cancel);
        if (await Find(connection, id, cancel) is not { } known)
            return Refusal.NotFound("address");
        if (head.Check(known.Version, input) is { } stale)
            return stale;
        var errors = Check(input);
        errors.Check(
            input.IsDefault != false || !known.IsDefault,
            "is_default",
            "cannot be taken away: make another address the default one");
        if (errors.Any)
            return errors.ToRefusal();
        if (input.IsDefault == true && !known.IsDefault)
            await NoDefault(connection, cancel);
        var place = input.Location ?? known.Location;
        await connection.Execute(
            """
            update guest_addresses set title = $2, address = $3, landmark = $4::text, city = $5, state_name = $6::text, zip_code = $7,
                longitude = $8::float8, latitude = $9::float8, is_default = is_default or $10, updated_at = $11, version = version + 1
            where id = $1
            """,
            cancel,
            id,
            Seal(input.Title?.Trim() ?? known.Title),
            Seal(input.Address?.Trim() ?? known.Address),
            Seal(input.Landmark is null ? known.Landmark : Kept(input.Landmark)),
            Seal(input.City?.Trim() ?? known.City),
            Seal(input.State is null ? known.State : Kept(input.State)),
            Seal(input.ZipCode?.Trim() ?? known.ZipCode),
            place?[0],
            place?[1],
            input.IsDefault == true,
            Clock.Now(clock));
        var view = (await Find(connection, id, cancel))!;
        await transaction.CommitAsync(cancel);
        return view;
    }

    /// <summary>Takes one away; where it was the default, the newest of the others is.</summary>
    public async Task<Answer> Remove(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await LockAll(connection, cancel);
        var gone = await connection.Scalar(
            "delete from guest_addresses where id = $1 and shop_id = $2 and user_id = $3 returning is_default",
            cancel,
            id,
            here.ShopId,
            here.Caller.UserId) as bool?;
        if (gone is null)
            return Refusal.NotFound("address");
        if (gone == true)
            await connection.Execute(
                """
                update guest_addresses set is_default = true, version = version + 1 where id =
                    (select max(id) from guest_addresses where shop_id = $1 and user_id = $2)
                """,
                cancel,
                here.ShopId,
                here.Caller.UserId);
        await transaction.CommitAsync(cancel);
        return Answer.Done;
    }

    /// <summary>An address of the account that a customer signs in with; null where it is none of theirs.</summary>
    internal async Task<AddressView?> OfCustomer(long? customer, long id, CancellationToken cancel)
    {
        await using var command = database.Command(
            $"""
            select {Columns} from guest_addresses where id = $1 and shop_id = $2
                and user_id = (select user_id from customers where id = $3::bigint and shop_id = $2)
            """,
            id,
            here.ShopId,
            customer);
        return (await command.List(Row, cancel)).FirstOrDefault();
    }

    /// <summary>Takes the account's row, so that nobody else changes its addresses; answers how many there are.</summary>
    private async Task<long> LockAll(NpgsqlConnection connection, CancellationToken cancel)
    {
        await connection.Execute("select 1 from users where id = $1 for no key update", cancel, here.Caller.UserId);
        return (long)(await connection.Scalar(
            "select count(*) from guest_addresses where shop_id = $1 and user_id = $2", cancel, here.ShopId, here.Caller.UserId))!;
    }

    private Task NoDefault(NpgsqlConnection connection, CancellationToken cancel) => connection.Execute(
        "update guest_addresses set is_default = false, version = version + 1 where shop_id = $1 and user_id = $2 and is_default",
        cancel,
        here.ShopId,
        here.Caller.UserId);

    private async Task<AddressView?> Find(NpgsqlConnection connection, long id, CancellationToken cancel)
    {
        await using var command = connection.Command(Own + " and id = $3", here.ShopId, here.Caller.UserId, id);
        return (await command.List(Row, cancel)).FirstOrDefault();
    }

    private static FieldErrors Check(AddressInput input)
    {
        var errors = new FieldErrors();
        foreach (var (field, value) in new[]
        {
            ("title", input.Title), ("address", input.Address), ("city", input.City), ("zip_code", input.ZipCode),
        })
            errors.Check(value is null || !string.IsNullOrWhiteSpace(value), field, "must not be empty");
        return errors;
    }

    private static string? Kept(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    /// <summary>Nobody searches by where somebody lives.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    private string? Seal(string? text) => sealing.Seal(text, SealedAs);

    private AddressView Row(NpgsqlDataReader r) => new(
        r.GetInt64(0),
        sealing.Open(r.GetString(1), SealedAs),
        sealing.Open(r.GetString(2), SealedAs),
        sealing.Open(r.TextOrNull(3), SealedAs),
        sealing.Open(r.GetString(4), SealedAs),
        sealing.Open(r.TextOrNull(5), SealedAs),
        sealing.Open(r.GetString(6), SealedAs),
        r.ValueOrNull<double>(7) is { } longitude ? [longitude, r.GetDouble(8)] : null,
        r.GetBoolean(9),
        r.GetFieldValue<DateTimeOffset>(10),
        r.GetFieldValue<DateTimeOffset>(11),
        r.GetInt64(12));
}
