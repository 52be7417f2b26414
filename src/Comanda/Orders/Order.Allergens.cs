using Comanda.Menu;

namespace Comanda.Orders;

/// <summary>What its guest must not eat, as they had said when it was placed; of these its lines warn.</summary>
public sealed partial class Order
{
    /// <summary>With commas between; null where they said nothing.</summary>
    public string? GuestAllergens { get; internal set; }

    /// <summary>What of a line the guest must not eat, its options counted in.</summary>
    internal IReadOnlyList<string> WarningsOf(OrderLine line) => WarningsOf(line.Allergens, GuestAllergens);

    /// <summary>What of all its lines.</summary>
    internal IReadOnlyList<string> Warnings() => GuestAllergens is null
        ? []
        : [.. Allergens.All.Intersect(Items.SelectMany(l => WarningsOf(l)), StringComparer.Ordinal)];

    /// <summary>The guests of another bill eat of it, too.</summary>
    internal void EatsAlso(string? allergens)
    {
        if (allergens is not null)
            GuestAllergens = string.Join(',', Parts(GuestAllergens).Union(Parts(allergens), StringComparer.Ordinal));
    }

    internal static IReadOnlyList<string> WarningsOf(string? allergens, string? guest) => guest is null || allergens is null
        ? []
        : [.. Allergens.All.Intersect(Parts(allergens).Intersect(Parts(guest), StringComparer.Ordinal), StringComparer.Ordinal)];

    private static string[] Parts(string? joined) => (joined ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries);
}
