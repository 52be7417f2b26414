using System.Text.Json;

namespace Comanda.Registers;

/// <summary>An entry of the journal. <see cref="Hash"/> in hexadecimal.</summary>
public sealed record JournalEntryView(
    string Register,
    long Number,
    [property: Words(typeof(JournalKind))] string Kind,
    DateTimeOffset At,
    JsonElement Content,
    string Hash);

public sealed record JournalPage(IReadOnlyList<JournalEntryView> Items, string? NextCursor);

/// <summary>Where a chain does not hold: at which entry of which register, and why.</summary>
public sealed record BrokenEntry(string Register, long Number, string Why);

public sealed record JournalState(bool Valid, long Entries, BrokenEntry? FirstBroken);
