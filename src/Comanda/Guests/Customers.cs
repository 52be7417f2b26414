using Comanda.Audit;
using Comanda.Data;
using Comanda.Identity;
using Npgsql;

namespace Comanda.Guests;

/// <summary>
/// GET, POST and PUT /api/customers: whom the shop knows. E-mail addresses and phones are unique in a shop, in the form in which sign-in
/// keeps them.
/// </summary>
public sealed class Customers(
    NpgsqlDataSource database, People people, IdempotentWrite retries, Here here, RequestHead head, TimeProvider clock)
{
    internal const string Page = Columns + " and id < $2 order by id desc limit $3";

    /// <summary>
    /// Of those whom a tsquery finds. They are found first: else the planner may look through everybody for a page of a few.
    /// </summary>
    internal const string PageOfFound =
        "with found as materialized (select id as found_id from customers where shop_id = $1 and erased_at is null and search @@ "
            + "$4::text::tsquery) "
        + Columns + " and id in (select found_id from found where found_id < $2 order by found_id desc limit $3) order by id desc";

    private const string Columns = "select id, name, email, phone, loyalty_points, greatest(-points_net, 0), user_id is not null, "
        + "created_at, updated_at, version from customers where shop_id = $1 and erased_at is null";

    public async Task<Answer<PageOf<CustomerView>>> List(
        string? q,
        int? limit,
        string? cursor,
        CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(limit, cursor, errors);
        errors.Check(q is null or { Length: <= 200 }, "q", "must have at most 200 characters");
        if (errors.Any)
            return errors.ToRefusal();
        var asked = CustomerWords.Asked(here.ShopId, q);
        await using var command = asked is null
            ? database.Command(Page, here.ShopId, page.Before, page.ToRead)
            : database.Command(PageOfFound, here.ShopId, page.Before, page.ToRead, asked);
        return page.Of(await command.List(Row, cancel), c => c.Id);
    }

    public async Task<Answer<CustomerView>> One(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (await Find(connection, here.ShopId, id, cancel) is not { } customer)
            return Refusal.NotFound("customer");
        return customer;
    }

    public async Task<Answer<CustomerView>> Add(CustomerInput input, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Check(!string.IsNullOrWhiteSpace(input.Name), "name", "is required");
        var (name, email, phone) = Read(input, "", null, null, await Country(cancel), errors);
        if (errors.Any)
            return errors.ToRefusal();
        if (MayNotSet(input.LoyaltyPoints, 0) is { } forbidden)
            return forbidden;
        var key = retries.KeyOf(input);
        if (key.Refusal is { } badKey)
            return badKey;
        var now = Clock.Now(clock);
        try
        {
            return await retries.Once<CustomerView>(key.Value, async connection =>
            {
                var id = (long)(await connection.Scalar(
                    "insert into customers (shop_id, name, email, phone, search, created_at, updated_at) values ($1, $2, $3::text, "
                        + "$4::text, array_to_tsvector($5), $6, $6) returning id",
                    cancel, here.ShopId, name, email, phone, CustomerWords.Of(here.ShopId, name, email, phone), now))!;
                await new AuditEntry(AuditActions.CustomerAdded, "customer", id).Write(connection, here, now, cancel);
                var added = (await Find(connection, here.ShopId, id, cancel))!;
                await SetPoints(connection, added, input.LoyaltyPoints, now, cancel);
                return Answer.Created((await Find(connection, here.ShopId, id, cancel))!, $"/api/customers/{id}");
            }, cancel);
        }
        catch (PostgresException failure) when (Taken(failure) is { } taken)
        {
            return taken;
        }
    }

    public async Task<Answer<CustomerView>> Change(
        long id,
        CustomerInput input,
        CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await Find(connection, here.ShopId, id, cancel, lockIt: true) is not { } known)
            return Refusal.NotFound("customer");
        if (head.Check(known.Version, input) is { } stale)
            return stale;
        var errors = new FieldErrors();
        var (name, email, phone) = Read(input, known.Name, known.Email, known.Phone, await Country(cancel), errors);
        if (errors.Any)
            return errors.ToRefusal();
        // A row that is sent back late must not undo what was earned meanwhile.
        errors.Check(
            input.Version is null || input.LoyaltyPoints is null || input.LoyaltyPoints == known.LoyaltyPoints,
            "loyalty_points",
            "is another number by now; to change it, leave out the version");
        if (errors.Any)
            return errors.ToRefusal();
        if (MayNotSet(input.LoyaltyPoints, known.LoyaltyPoints) is { } forbidden)
            return forbidden;
        string[] changed = [.. new[]
        {
            name != known.Name ? "name" : null,
            email != known.Email ? "email" : null,
            phone != known.Phone ? "phone" : null
        }.OfType<string>()];
        var now = Clock.Now(clock);
        try
        {
            if (changed.Length > 0)
            {
                await connection.Execute(
                    "update customers set name = $2, email = $3::text, phone = $4::text, search = array_to_tsvector($5), updated_at = $6, "
                        + "version = version + 1 where id = $1",
                    cancel,
                    id,
                    name,
                    email,
                    phone,
                    CustomerWords.Of(here.ShopId, name, email, phone),
                    now);
                // Which fields, not what stood in them: the audit log keeps for good what an erased customer may ask to be forgotten.
                await new AuditEntry(AuditActions.CustomerChanged, "customer", id, After: new { changed }).Write(
                    connection,
                    here,
                    now,
                    cancel);
            }

            await SetPoints(connection, known, input.LoyaltyPoints, now, cancel);
            var view = (await Find(connection, here.ShopId, id, cancel))!;
            await transaction.CommitAsync(cancel);
            return view;
        }
        catch (PostgresException failure) when (Taken(failure) is { } taken)
        {
            return taken;
        }
    }

    internal static async Task<CustomerView?> Find(
        NpgsqlConnection connection,
        long shop,
        long id,
        CancellationToken cancel,
        bool lockIt = false)
    {
        await using var command = connection.Command(Columns + " and id = $2" + (lockIt ? " for no key update" : ""), shop, id);
        return (await command.List(Row, cancel)).FirstOrDefault();
    }

    private Refusal? MayNotSet(long? points, long known) =>
        points is null || points == known || here.Caller.May(Permission.ManageCustomers)
            ? null
            : Refusal.Forbidden($"Your role '{here.Caller.Role}' may not say how many points a customer has.");

    /// <summary>Makes the points what somebody says that they are: in ledger and audit log, like all that is moved by hand.</summary>
    private async Task SetPoints(
        NpgsqlConnection connection, CustomerView customer, long? points, DateTimeOffset now, CancellationToken cancel)
    {
        if (points is not { } asked || asked == customer.LoyaltyPoints)
            return;
        const string reason = "set in the customer's record";
        var more = asked - customer.LoyaltyPoints + customer.PointsOwed;
        await MovePoints.Run(
            connection,
            new(here.ShopId, customer.Id, [new(PointsKind.Adjusted, more)], here.Caller.UserId, now) { Reason = reason },
            cancel);
        await new AuditEntry(AuditActions.PointsAdjusted, "customer", customer.Id, After: new { points = more, reason })
            .Write(connection, here, now, cancel);
    }

    private ValueTask<string?> Country(CancellationToken cancel) => people.CountryOf(here.ShopId, cancel);

    private static (string Name, string? Email, string? Phone) Read(
        CustomerInput input, string name, string? email, string? phone, string? country, FieldErrors errors)
    {
        errors.Check(
            input.LoyaltyPoints is null or (>= 0 and <= PointsLedger.MostAtOnce),
            "loyalty_points",
            $"must be a whole number from 0 to {PointsLedger.MostAtOnce}");
        return (
            AccountFields.Name(input.Name, name, errors),
            AccountFields.Email(input.Email, email, errors),
            AccountFields.Phone(input.Phone, phone, country, errors));
    }

    private static Refusal? Taken(PostgresException failure)
    {
        var (field, what) = failure.SqlState != PostgresErrorCodes.UniqueViolation ? ("", "") : failure.ConstraintName switch
        {
            "customers_email" => ("email", "Another customer has this e-mail address."),
            "customers_phone" => ("phone", "Another customer has this phone number."),
            _ => ("", ""),
        };
        return field.Length == 0
            ? null
            : new(409, "already_exists", what, new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [what] });
    }

    private static CustomerView Row(NpgsqlDataReader r) => new(
        r.GetInt64(0),
        r.GetString(1),
        r.TextOrNull(2),
        r.TextOrNull(3),
        r.GetInt64(4),
        r.GetInt64(5),
        r.GetBoolean(6),
        r.GetFieldValue<DateTimeOffset>(7),
        r.GetFieldValue<DateTimeOffset>(8),
        r.GetInt64(9));
}
