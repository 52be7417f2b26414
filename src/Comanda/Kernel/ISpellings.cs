using System.Text.Json.Nodes;

namespace Comanda.Kernel;

/// <summary>A body in the one spelling that slices read, and what is wrong with its fields.</summary>
/// <param name="Json">All of it, in our spelling; null where it is no JSON.</param>
/// <param name="Changed">It was spelled otherwise.</param>
/// <param name="Errors">Fields that nobody knows, and those that contradict one another, as the caller wrote them.</param>
public sealed record Respelt(JsonNode? Json, bool Changed, FieldErrors Errors);

/// <summary>
/// Other spellings of what comes in. A body is first read as it stands; only one that cannot be is looked at by this, so that whoever
/// speaks as we do pays nothing.
/// </summary>
public interface ISpellings
{
    /// <summary>The body as the record <paramref name="type"/> spells it.</summary>
    Respelt Read(ReadOnlyMemory<byte> json, Type type);
}
