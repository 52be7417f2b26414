namespace Comanda.Guests;

/// <summary>
/// A certificate as given: its <see cref="Kind"/> ("ST-120") and <see cref="Number"/>, the tax classes that it covers, and its days.
/// </summary>
public sealed record TaxExemptionInput(
    [property: AtMost(60)] string? Number,
    [property: AtMost(30)] string? Kind,
    string[]? Classes,
    DateOnly? From,
    DateOnly? To);

public sealed record TaxExemptionView(long Id, string Number, string Kind, string[] Classes, DateOnly? From, DateOnly? To);
