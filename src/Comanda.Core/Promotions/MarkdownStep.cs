namespace Comanda.Promotions;

/// <summary>From this time of the shop's clock on, so much is off.</summary>
public sealed record MarkdownStep(TimeOnly From, TaxRate Percent);

/// <summary>
/// A step as given and as told: <see cref="From"/> is HH:MM by the shop's clock, <see cref="Percent"/> what is off from then on.
/// </summary>
public sealed record MarkdownStepInput([property: AtMost(5)] string? From, decimal? Percent);

/// <summary>What a markdown leaves of an item's price at least, since the item costs so much to make.</summary>
public sealed record MarkdownFloor(long MenuItemId, decimal Price);
