using Comanda.Audit;
using Comanda.Data;
using Comanda.Menu;
using Npgsql;

namespace Comanda.Guests;

/// <summary>
/// GET and PUT /api/customers/{id}/allergens and /api/customers/me/allergens: what a guest must not eat. The menu, their baskets and the
/// kitchen's tickets then warn of it.
/// </summary>
public sealed class GuestAllergens(NpgsqlDataSource database, OwnRecord own, Here here, TimeProvider clock)
{
    /// <summary>In SQL, those of a customer as one text, with commas between; null where there are none.</summary>
    public static string Of(string customer) =>
        $"(select array_to_string(a.allergens, ',') from guest_allergens a where a.customer_id = {customer})";

    public async Task<Answer<GuestAllergensView>> OfCaller(CancellationToken cancel)
    {
        var record = await own.Read(cancel);
        return record.Refusal is { } none ? none : await Read(record.Value.Id, cancel);
    }

    public async Task<Answer<GuestAllergensView>> SetOfCaller(GuestAllergensInput input, CancellationToken cancel)
    {
        var record = await own.Read(cancel);
        return record.Refusal is { } none ? none : await Set(record.Value.Id, input, cancel);
    }

    public async Task<Answer<GuestAllergensView>> Read(long customer, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (await Customers.Find(connection, here.ShopId, customer, cancel) is null)
            return Refusal.NotFound("customer");
        var known = await connection.Scalar("select allergens from guest_allergens where customer_id = $1", cancel, customer) as string[];
        return new GuestAllergensView(known ?? []);
    }

    public async Task<Answer<GuestAllergensView>> Set(long customer, GuestAllergensInput input, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await Customers.Find(connection, here.ShopId, customer, cancel, lockIt: true) is null)
            return Refusal.NotFound("customer");
        var errors = new FieldErrors();
        errors.Check(input.Allergens is { Length: <= 50 }, "allergens", "is required: a list, of " + string.Join(", ", Allergens.All));
        var read = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (i, word) in (input.Allergens ?? []).Take(50).Index())
        {
            if (AllergenWords.Read(word) is { } allergen)
                read.Add(allergen);
            else
                errors.Add($"allergens[{i}]", Allergens.Rule);
        }

        if (errors.Any)
            return errors.ToRefusal();
        string[] all = [.. Allergens.All.Where(read.Contains)];
        var now = Clock.Now(clock);
        await connection.Execute(
            """
            insert into guest_allergens (customer_id, shop_id, allergens, updated_at) values ($1, $2, $3, $4)
            on conflict (customer_id) do update set allergens = excluded.allergens, updated_at = excluded.updated_at
            """,
            cancel,
            customer,
            here.ShopId,
            all,
            now);
        // That it changed, not what it is: the audit log keeps for good what is nobody's business.
        await new AuditEntry(AuditActions.CustomerChanged, "customer", customer, After: new { changed = new[] { "allergens" } })
            .Write(connection, here, now, cancel);
        await transaction.CommitAsync(cancel);
        return new GuestAllergensView(all);
    }

    public static void Map(RouteGroupBuilder guests)
    {
        guests.Get("/customers/{id:long}/allergens", (long id, GuestAllergens allergens, CancellationToken cancel) =>
                allergens.Read(id, cancel))
            .Called("customer_allergens", "What a customer must not eat, of the EU 14.")
            .Needs(Permission.ReadCustomers)
            .Refuses(404);
        guests.Put("/customers/{id:long}/allergens", (
                long id,
                GuestAllergensInput input,
                GuestAllergens allergens,
                CancellationToken cancel) =>
                allergens.Set(id, input, cancel))
            .Called("change_customer_allergens", "Says what a customer must not eat: their orders and the kitchen's tickets warn of it.")
            .Needs(Permission.EditCustomers)
            .Refuses(400, 404);
        guests.Get("/customers/me/allergens", (GuestAllergens allergens, CancellationToken cancel) => allergens.OfCaller(cancel))
            .Called("own_allergens", "What a guest who is signed in must not eat, of the EU 14.")
            .Needs(Permission.ReadOwnProfile)
            .Refuses(404);
        guests.Put("/customers/me/allergens", (GuestAllergensInput input, GuestAllergens allergens, CancellationToken cancel) =>
                allergens.SetOfCaller(input, cancel))
            .Called("change_own_allergens", "A guest says what they must not eat: items, baskets and the kitchen's tickets warn of it.")
            .Needs(Permission.ReadOwnProfile).Practised()
            .Refuses(400, 404);
    }
}

/// <summary>The same for the menu: of the guest who asks.</summary>
public sealed class AllergensOfGuest(NpgsqlDataSource database) : IGuestAllergens
{
    public async ValueTask<string[]> Of(Here here, CancellationToken cancel) => here.Visitor is { IsCustomer: true } guest
        ? await database.Scalar(
            "select a.allergens from customers c join guest_allergens a on a.customer_id = c.id where c.user_id = $1 and c.shop_id = $2",
            cancel,
            guest.UserId,
            here.ShopId) as string[] ?? []
        : [];
}
