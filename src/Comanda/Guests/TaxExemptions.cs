using System.Text.Json;
using Comanda.Audit;
using Comanda.Data;
using Comanda.Shops;
using Comanda.Taxes;
using Npgsql;

namespace Comanda.Guests;

/// <summary>
/// GET, POST and DELETE /api/customers/{id}/tax-exemptions. An exemption goes by class: coffee may be bought for resale where sandwiches
/// may not. Orders that used one keep it.
/// </summary>
public sealed class TaxExemptions(NpgsqlDataSource database, ShopDirectory shops, Here here, TimeProvider clock)
{
    private const int MostClasses = 50;

    public async Task<Answer<PageOf<TaxExemptionView>>> Of(long customer, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (await Customers.Find(connection, here.ShopId, customer, cancel) is null)
            return Refusal.NotFound("customer");
        await using var command = connection.Command(
            "select id, number, kind, classes, from_day, to_day from customer_tax_exemptions where customer_id = $1 order by id",
            customer);
        return new PageOf<TaxExemptionView>(
            await command.List(
                r => new TaxExemptionView(
                    r.GetInt64(0),
                    r.GetString(1),
                    r.GetString(2),
                    r.GetFieldValue<string[]>(3),
                    r.ValueOrNull<DateOnly>(4),
                    r.ValueOrNull<DateOnly>(5)),
                cancel),
            null);
    }

    public async Task<Answer<TaxExemptionView>> Add(
        long customer,
        TaxExemptionInput input,
        CancellationToken cancel)
    {
        var table = (await shops.Of(here, cancel)).Taxes;
        await using var connection = await database.OpenConnectionAsync(cancel);
        // Of another shop's customer not even the form of the request is told.
        if (await Customers.Find(connection, here.ShopId, customer, cancel) is null)
            return Refusal.NotFound("customer");
        var errors = new FieldErrors();
        errors.Check(!string.IsNullOrWhiteSpace(input.Number), "number", "is required, at most 60 characters");
        errors.Check(!string.IsNullOrWhiteSpace(input.Kind), "kind", "is required, at most 30 characters, such as ST-120");
        errors.Check(input.Classes is { Length: >= 1 and <= MostClasses }, "classes", $"must be 1 to {MostClasses} classes");
        foreach (var (i, code) in (input.Classes ?? []).Take(MostClasses).Index())
            errors.Check(code is not null && table.Has(code), $"classes[{i}]", "is no class of the shop's taxes");
        errors.Check(input.From is null || input.To is null || input.From <= input.To, "to", "is before the first day");
        if (errors.Any)
            return errors.ToRefusal();
        var now = clock.GetUtcNow();
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var id = (long)(await connection.Scalar(
            """
            insert into customer_tax_exemptions (shop_id, customer_id, kind, number, classes, from_day, to_day, added_at, added_by)
            values ($1, $2, $3, $4, $5, $6::date, $7::date, $8, $9::bigint) returning id
            """,
            cancel,
            here.ShopId,
            customer,
            input.Kind!.Trim(),
            input.Number!.Trim(),
            input.Classes!,
            input.From,
            input.To,
            now,
            here.Visitor?.UserId))!;
        var view = new TaxExemptionView(id, input.Number.Trim(), input.Kind.Trim(), input.Classes!, input.From, input.To);
        await new AuditEntry(AuditActions.TaxExemptionAdded, "customer", customer, After: view).Write(connection, here, now, cancel);
        await transaction.CommitAsync(cancel);
        return Answer.Created(view, $"/api/customers/{customer}/tax-exemptions");
    }

    public async Task<Answer> Remove(long customer, long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var number = await connection.Scalar(
            "delete from customer_tax_exemptions where id = $1 and customer_id = $2 and shop_id = $3 returning number",
            cancel,
            id,
            customer,
            here.ShopId);
        if (number is null)
            return Refusal.NotFound("tax exemption");
        await new AuditEntry(AuditActions.TaxExemptionRemoved, "customer", customer, Before: new { id, number })
            .Write(connection, here, clock.GetUtcNow(), cancel);
        await transaction.CommitAsync(cancel);
        return Answer.Done;
    }

    public static void Map(RouteGroupBuilder guests)
    {
        guests.Get("/customers/{id:long}/tax-exemptions", (long id, TaxExemptions exemptions, CancellationToken cancel) =>
                exemptions.Of(id, cancel))
            .Called("tax_exemptions", "The certificates by which a customer buys goods of some tax classes without tax.")
            .Needs(Permission.ReadCustomers)
            .Refuses(404);
        guests.Post("/customers/{id:long}/tax-exemptions", (
                long id,
                TaxExemptionInput input,
                TaxExemptions exemptions,
                CancellationToken cancel) =>
                exemptions.Add(id, input, cancel))
            .Called("add_tax_exemption", "Adds a certificate; orders for the customer then bear no tax on the classes that it covers.")
            .Needs(Permission.ManageCustomers).MayBeRepeated("a certificate that is there twice takes the tax away once")
            .Creates()
            .Refuses(400, 404);
        guests.Delete("/customers/{id:long}/tax-exemptions/{exemption:long}", (
                long id,
                long exemption,
                TaxExemptions exemptions,
                CancellationToken cancel) =>
                exemptions.Remove(id, exemption, cancel))
            .Called("remove_tax_exemption", "Takes a certificate away; orders that used it keep it.")
            .Needs(Permission.ManageCustomers)
            .Refuses(404);
    }
}

/// <summary>A certificate as an order needs to know it.</summary>
public sealed record KnownExemption(string Kind, string Number, string[] Classes, DateOnly? From, DateOnly? To)
{
    /// <summary>In SQL, those of a customer, as JSON.</summary>
    public static string Of(string customer) =>
        $"""
        (select json_agg(json_build_object('kind', e.kind, 'number', e.number, 'classes', e.classes, 'from', e.from_day, 'to', e.to_day)
            order by e.id) from customer_tax_exemptions e where e.customer_id = {customer})::text
        """;

    public static IReadOnlyList<KnownExemption> Read(string? json) =>
        json is null ? [] : JsonSerializer.Deserialize<KnownExemption[]>(json, Json.Options)!;

    /// <summary>All that hold on a day, as one; null where none does.</summary>
    public static TaxExemption? On(IReadOnlyList<KnownExemption> all, DateOnly day)
    {
        var valid = all.Where(e => (e.From is null || e.From <= day) && (e.To is null || day <= e.To)).ToList();
        return valid.Count == 0
            ? null
            : new(
                string.Join(", ", valid.Select(e => $"{e.Kind} {e.Number}")),
                [.. valid.SelectMany(e => e.Classes).Distinct(StringComparer.Ordinal)]);
    }
}
