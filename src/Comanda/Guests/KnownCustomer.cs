using Comanda.Data;
using Npgsql;

namespace Comanda.Guests;

/// <summary>
/// What an order needs to know of whoever it is for. <see cref="Points"/> as they are now: what is redeemed is checked when it is taken.
/// <see cref="Account"/> is what they sign in with, where they do.
/// </summary>
public sealed record KnownCustomer(long Id, string Name, long Points, IReadOnlyList<KnownExemption> Exemptions)
{
    public long? Account { get; init; }

    /// <summary>What they must not eat, with commas between; null where they said nothing.</summary>
    public string? Allergens { get; init; }

    /// <summary>
    /// The customer of this shop, and of one that was merged into another that other; null where there is none, or none any more.
    /// </summary>
    public static async Task<KnownCustomer?> Find(NpgsqlDataSource database, long shop, long id, CancellationToken cancel)
    {
        await using var command = database.Command(
            $"select id, name, loyalty_points, {KnownExemption.Of("customers.id")}, user_id, {GuestAllergens.Of("customers.id")} "
                + "from customers "
                + "where id = coalesce((select merged_into from customers where id = $1), $1) and shop_id = $2 and erased_at is null",
            id,
            shop);
        return (await command.List(
            r => new KnownCustomer(r.GetInt64(0), r.GetString(1), r.GetInt64(2), KnownExemption.Read(r.TextOrNull(3)))
            {
                Account = r.ValueOrNull<long>(4),
                Allergens = r.TextOrNull(5) is { Length: > 0 } said ? said : null,
            },
            cancel)).FirstOrDefault();
    }
}
