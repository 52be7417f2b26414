namespace Comanda.Imports;

/// <summary>How far an import is.</summary>
public enum ImportStatus
{
    Planned,
    Running,
    Done,
    Failed,
    Undone,
}

/// <summary>What the files of an import hold.</summary>
public enum ImportKind
{
    Sales,
    Catalogue,
    Customers,

    /// <summary>More than one of these.</summary>
    Several,

    /// <summary>Nothing that is known.</summary>
    Nothing,
}

/// <summary>A file that was recognised by its headings.</summary>
public sealed record ImportFileView(string Name, string System, string Kind, int Rows);

/// <summary>A row or a cell that is not taken over, and why. Line 1 is the file's first.</summary>
public sealed record RefusedRowView(string File, int Line, string Field, string Message);

/// <summary>
/// So many sales, refunds, items, guests, categories, gift_cards or stock items are new, other than they were, or the same.
/// </summary>
public sealed record ImportCountView(string What, long New, long Changed, long Same);

/// <summary>
/// What an import would do, or did. <see cref="Cancelled"/> sales were cancelled in the other system; those that were taken over before go.
/// Of many refused rows the first thousand are listed.
/// </summary>
public sealed record ImportPlanView(
    long New,
    long Changed,
    long Same,
    long Cancelled,
    long RefusedRows,
    IReadOnlyList<RefusedRowView> Refused,
    IReadOnlyList<ImportCountView> Counts);

/// <summary>
/// A business day as the import brings it, beside what the files' own columns add up to by their dates (<see cref="InFile"/>). Both are
/// sales with tax and without tips, less what went back.
/// </summary>
public sealed record ImportDayView(
    DateOnly Date,
    long Orders,
    decimal Sales,
    decimal Tax,
    decimal Tips,
    decimal Refunds,
    IReadOnlyDictionary<string, decimal> Tenders,
    decimal InFile,
    decimal Difference);

/// <summary>
/// What a file could mean in two ways. It is answered with a field of this name when the files are sent, or when the import is run.
/// </summary>
public sealed record ImportQuestionView(string Name, string File, string Why, IReadOnlyList<string> Answers);

/// <summary>An import. Progress is in percent.</summary>
public sealed record ImportView(
    long Id,
    string System,
    [property: Words<ImportKind>] string Kind,
    [property: Words<ImportStatus>] string Status,
    int Progress,
    IReadOnlyList<ImportFileView> Files,
    ImportPlanView Plan,
    IReadOnlyList<ImportDayView> TotalsByDay,
    IReadOnlyList<ImportQuestionView> Questions,
    IReadOnlyList<string> Notes,
    string? Failure,
    DateTimeOffset CreatedAt,
    DateTimeOffset? FinishedAt);

/// <summary>
/// Answers to what an import asks: which number of a date is the day, which mark is the decimal one, whose clock the times are.
/// </summary>
public sealed record ImportAnswers(
    [property: AtMost(20)] string? DateOrder,
    [property: AtMost(20)] string? DecimalMark,
    [property: AtMost(60)] string? TimeZone);
