namespace Comanda.Screens.Office.Books;

/// <summary>One thing that a list is asked for: by which name the address has it, and what it is called.</summary>
public sealed record Filter(string Ask, string Name)
{
    /// <summary>What may be chosen; null: it is typed.</summary>
    public IReadOnlyList<(string Value, string Name)>? Choices { get; init; }

    /// <summary>search or date.</summary>
    public string Type { get; init; } = "search";

    /// <summary>What holds where nothing is asked.</summary>
    public string? Without { get; init; }
}
