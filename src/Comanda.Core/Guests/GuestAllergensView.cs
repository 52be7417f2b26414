namespace Comanda.Guests;

/// <summary>What a guest must not eat, of the EU 14; an empty list is nothing.</summary>
public sealed record GuestAllergensInput(string[]? Allergens);

/// <summary>What a guest must not eat, of the EU 14.</summary>
public sealed record GuestAllergensView(IReadOnlyList<string> Allergens);
