namespace Comanda.Menu;

/// <summary>What may be chosen. <see cref="Surcharge"/> in the shop's currency, nothing where it is left out.</summary>
public sealed record ChoiceInput(long? MenuItemId, decimal? Surcharge);

/// <summary>One part of a combo, and what may be chosen for it.</summary>
public sealed record SlotInput([property: AtMost(100)] string? Name, IReadOnlyList<ChoiceInput>? Choices);
