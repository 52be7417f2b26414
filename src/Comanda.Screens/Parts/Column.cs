using Microsoft.AspNetCore.Components;

namespace Comanda.Screens.Parts;

/// <summary>A column of a table: its name, and what it has for a row.</summary>
public sealed record Column<T>(string Name, Func<T, string?> Text)
{
    /// <summary>Where its text leads; null: nowhere.</summary>
    public Func<T, string?>? Link { get; init; }

    /// <summary>A figure: right, with digits of one width.</summary>
    public bool IsFigure { get; init; }

    /// <summary>By what rows are sorted; only where all of them are there.</summary>
    public Func<T, IComparable?>? Sort { get; init; }

    /// <summary>good, soon or bad: beside the word, never instead of it.</summary>
    public Func<T, string?>? Tone { get; init; }

    /// <summary>In place of its text: buttons.</summary>
    public RenderFragment<T>? Content { get; init; }

    /// <summary>What all rows come to, below them.</summary>
    public string? Total { get; init; }

    /// <summary>Where the total leads.</summary>
    public string? TotalLink { get; init; }
}
