namespace Comanda.Printing;

/// <summary>What a print job is.</summary>
public enum PrintKind
{
    Receipt,
    Kitchen,

    /// <summary>A pulse that opens the drawer.</summary>
    Drawer,

    /// <summary>What the printer tells of itself: a page to test it by.</summary>
    Report,
}

/// <summary>Where a print job stands.</summary>
public enum PrintStatus
{
    Queued,

    /// <summary>The printer was told that there is one.</summary>
    Offered,

    /// <summary>It went to the printer.</summary>
    Sent,

    /// <summary>The printer said so, or somebody saw it.</summary>
    Printed,
    Failed,

    /// <summary>Nobody knows whether it was printed.</summary>
    Unconfirmed,
    Cancelled,

    /// <summary>It came too late to be of use, and was not printed.</summary>
    Expired,
}

/// <summary>How a second paper is marked.</summary>
public enum PrintMark
{
    /// <summary>Of a kitchen ticket: check whether the first is there.</summary>
    SecondPrint,

    /// <summary>Of a receipt.</summary>
    Copy,
}

/// <summary>
/// A job that somebody asks for: of an order, but for a drawer's pulse and a report. <see cref="Drawer"/> is which drawer a pulse opens, 1
/// or 2; the printer's own where none is named.
/// </summary>
public sealed record PrintJobInput(long? PrinterId, long? OrderId, [property: Words<PrintKind>] string? Kind, int? Drawer = null);

/// <summary>A change of a job, with the printer's own code.</summary>
public sealed record PrintChangeView([property: Words<PrintStatus>] string Status, DateTimeOffset At, string? Code, string? Note);

/// <summary>
/// A print job. <see cref="Token"/> is what its printer calls it; <see cref="Held"/> is the code of what holds it up, and
/// <see cref="Message"/> what is the matter with it and what to do.
/// </summary>
public sealed record PrintJobView(
    long Id,
    string Token,
    long PrinterId,
    [property: Words<PrintKind>] string Kind,
    long? OrderId,
    string? OrderNumber,
    long? Revision,
    [property: Words<PrintStatus>] string Status,
    [property: Words<PrintMark>] string? Marked,
    long? ReprintOf,
    string? Held,
    string? Message,
    bool CancelRequested,
    int Tries,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset ChangedAt,
    IReadOnlyList<PrintChangeView> Changes);
