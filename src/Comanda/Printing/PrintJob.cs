using Comanda.Data;
using Npgsql;

namespace Comanda.Printing;

/// <summary>A print job, as those who print see it.</summary>
internal sealed record PrintJob
{
    /// <summary>What is read of one, from a table called <c>j</c>.</summary>
    public const string Columns =
        """
        j.id, j.token, j.shop_id, j.printer_id, j.kind, j.order_id, j.order_number, j.revision, j.document, j.status, j.marked,
        j.reprint_of, j.held, j.cancel_requested, j.tries, j.next_try_at, j.refused_media, j.quiet_polls, j.doubt_at, j.created_at,
        j.expires_at, j.sent_at, j.first_sent_at, j.changed_at, j.done, j.media
        """;

    /// <summary>How many columns of a row they are.</summary>
    public const int Width = 26;

    public required long Id { get; init; }

    public required string Token { get; init; }

    public required long ShopId { get; init; }

    public required long PrinterId { get; init; }

    public required PrintKind Kind { get; init; }

    public long? OrderId { get; init; }

    public string? OrderNumber { get; init; }

    public long? Revision { get; init; }

    public required string Document { get; init; }

    public required PrintStatus Status { get; init; }

    public PrintMark? Marked { get; init; }

    public long? ReprintOf { get; init; }

    public string? Held { get; init; }

    public bool CancelRequested { get; init; }

    public int Tries { get; init; }

    public DateTimeOffset? NextTryAt { get; init; }

    public required string[] RefusedMedia { get; init; }

    public int QuietPolls { get; init; }

    public DateTimeOffset? DoubtAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    public DateTimeOffset? FirstSentAt { get; init; }

    public DateTimeOffset ChangedAt { get; init; }

    public bool Done { get; init; }

    /// <summary>In which form it went out last.</summary>
    public string? Media { get; init; }

    /// <summary>It went out, or may have: what becomes of it is the printer's to say.</summary>
    public bool IsOut => Status is PrintStatus.Sent or PrintStatus.Offered;

    public PrintJobView View(IReadOnlyList<PrintChangeView> changes) => new(
        Id,
        Token,
        PrinterId,
        Kind.ToWire(),
        OrderId,
        OrderNumber,
        Revision,
        Status.ToWire(),
        Marked?.ToWire(),
        ReprintOf,
        Held,
        PrinterWords.OfJob(this),
        CancelRequested,
        Tries,
        CreatedAt,
        ExpiresAt,
        ChangedAt,
        changes);

    /// <summary>One from <see cref="Columns"/>, which begin at a place of the row.</summary>
    public static PrintJob Read(NpgsqlDataReader row, int from = 0) => new()
    {
        Id = row.GetInt64(from),
        Token = row.GetString(from + 1),
        ShopId = row.GetInt64(from + 2),
        PrinterId = row.GetInt64(from + 3),
        Kind = WireName<PrintKind>.Parse(row.GetString(from + 4)),
        OrderId = row.ValueOrNull<long>(from + 5),
        OrderNumber = row.TextOrNull(from + 6),
        Revision = row.ValueOrNull<long>(from + 7),
        Document = row.GetString(from + 8),
        Status = WireName<PrintStatus>.Parse(row.GetString(from + 9)),
        Marked = row.TextOrNull(from + 10) is { } mark ? WireName<PrintMark>.Parse(mark) : null,
        ReprintOf = row.ValueOrNull<long>(from + 11),
        Held = row.TextOrNull(from + 12),
        CancelRequested = row.GetBoolean(from + 13),
        Tries = row.GetInt32(from + 14),
        NextTryAt = row.ValueOrNull<DateTimeOffset>(from + 15),
        RefusedMedia = row.GetFieldValue<string[]>(from + 16),
        QuietPolls = row.GetInt32(from + 17),
        DoubtAt = row.ValueOrNull<DateTimeOffset>(from + 18),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(from + 19),
        ExpiresAt = row.GetFieldValue<DateTimeOffset>(from + 20),
        SentAt = row.ValueOrNull<DateTimeOffset>(from + 21),
        FirstSentAt = row.ValueOrNull<DateTimeOffset>(from + 22),
        ChangedAt = row.GetFieldValue<DateTimeOffset>(from + 23),
        Done = row.GetBoolean(from + 24),
        Media = row.TextOrNull(from + 25),
    };
}
