namespace Comanda.Kernel;

/// <summary>A page of a list. <see cref="NextCursor"/> goes into <c>?cursor=</c> for the next one; null at the end.</summary>
public sealed record PageOf<T>(IReadOnlyList<T> Items, string? NextCursor);
