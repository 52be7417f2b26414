namespace Comanda.Printing;

/// <summary>How a printer is reached.</summary>
public enum PrinterKind
{
    /// <summary>Star CloudPRNT: it asks us over HTTP.</summary>
    [WireName("cloudprnt")]
    CloudPrnt,

    /// <summary>Epson Server Direct Print: it asks us over HTTP.</summary>
    EpsonSdp,

    /// <summary>ESC/POS over TCP, in the network where the server is.</summary>
    [WireName("tcp9100")]
    Tcp9100,
}

/// <summary>What a printer prints by itself.</summary>
public enum PrintsWhat
{
    Receipt,
    Kitchen,
}

/// <summary>What becomes of a kitchen ticket of which nobody knows whether it was printed.</summary>
public enum PrintOnDoubt
{
    /// <summary>Once more by itself, marked as a second print; then somebody is asked.</summary>
    ReprintMarked,

    /// <summary>Somebody is asked.</summary>
    Ask,
}

/// <summary>How much paper there is.</summary>
public enum PaperLevel
{
    Ok,
    Low,
    Out,
}

/// <summary>Whether its cover is closed.</summary>
public enum CoverPosition
{
    Closed,
    Open,
}

/// <summary>
/// A printer as it is to be. <see cref="Host"/> and <see cref="Port"/> of one at TCP 9100 alone; <see cref="Stations"/> whose tickets it
/// prints, all where none is named; <see cref="RegisterId"/> whose receipts it prints, those of all others where none is named (null takes
/// it away); <see cref="Drawer"/> which of two drawers cash opens, 1 at the plug's pin 2 or 2 at pin 5; <see cref="Buzzer"/> whether
/// kitchen tickets beep.
/// </summary>
public sealed record PrinterInput(
    [property: AtMost(100)] string? Name,
    [property: Words<PrinterKind>] string? Kind,
    [property: AtMost(255)] string? Host,
    int? Port,
    [property: AtMost(100), NullClears] string? Model,
    int? Columns,
    [property: AtMost(10)] IReadOnlyList<string>? Prints,
    [property: AtMost(50)] IReadOnlyList<string>? Stations,
    [property: NullClears(-1)] long? RegisterId,
    [property: Words<PrintOnDoubt>] string? PrintOnDoubt,
    int? Drawer,
    bool? Buzzer,
    bool? Enabled,
    long? Version) : IMadeAgainst;

/// <summary>
/// How a printer is. <see cref="Online"/> is null while nothing was heard of it; <see cref="Status"/> is a word, <see cref="Code"/> the
/// printer's own, <see cref="Message"/> what is the matter and what to do. <see cref="Warning"/> is beside success.
/// </summary>
public sealed record PrinterStateView(
    bool? Online,
    string Status,
    string? Code,
    string? Message,
    [property: Words<PaperLevel>] string? Paper,
    [property: Words<CoverPosition>] string? Cover,
    DateTimeOffset? LastSeen,
    string? Mac,
    string? Warning);

/// <summary>A printer. <see cref="PrintsWithin"/> seconds it may take until one that asks us has asked.</summary>
public sealed record PrinterView(
    long Id,
    string Name,
    [property: Words<PrinterKind>] string Kind,
    string? Host,
    int? Port,
    string? Model,
    int Columns,
    [property: Words<PrintsWhat>] IReadOnlyList<string> Prints,
    IReadOnlyList<string> Stations,
    long? RegisterId,
    [property: Words<PrintOnDoubt>] string PrintOnDoubt,
    int Drawer,
    bool Buzzer,
    bool Enabled,
    PrinterStateView State,
    int Waiting,
    int? PrintsWithin,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    long Version) : IVersioned
{
    /// <summary>What the printer is to call, with its secret: told once, when it is added.</summary>
    public string? Url { get; init; }

    /// <summary>Of an Epson printer, what it is to call with its status; told once too.</summary>
    public string? StatusUrl { get; init; }
}
