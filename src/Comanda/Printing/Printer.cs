using Comanda.Data;
using Comanda.Orders;
using Npgsql;

namespace Comanda.Printing;

/// <summary>How a printer is, in words of ours.</summary>
internal static class Conditions
{
    public const string Unknown = "unknown", Ready = "ready", Offline = "offline", PaperOut = "paper_out", CoverOpen = "cover_open";

    public const string PaperJam = "paper_jam", Fault = "fault", Busy = "busy", Refused = "refused", Silent = "no_answer";

    public const string WrongDevice = "wrong_device_id", Elsewhere = "address_not_allowed";
}

/// <summary>What was heard of a printer's condition: a word, and what the printer itself called it.</summary>
internal sealed record Heard(string Condition, string? Code = null)
{
    public PaperLevel? Paper { get; init; }

    public CoverPosition? Cover { get; init; }

    public string? Mac { get; init; }

    public string? Warning { get; init; }

    /// <summary>It was the printer that said so; nothing is heard of one that does not answer.</summary>
    public bool WasSeen { get; init; } = true;
}

/// <summary>A printer, as those who print see it.</summary>
internal sealed record Printer
{
    /// <summary>What is read of one, from a table called <c>p</c>.</summary>
    public const string Columns =
        """
        p.id, p.shop_id, p.name, p.kind, p.host, p.port, p.model, p.columns, p.prints, p.stations, p.register_id, p.print_on_doubt,
        p.enabled, p.version, p.created_at, p.updated_at, p.condition, p.code, p.paper, p.cover, p.seen_at, p.mac, p.warning,
        p.poll_seconds, p.media, p.asked_at, p.answers, p.protocol, p.drawer, p.buzzer, now()
        """;

    /// <summary>How many columns of a row they are.</summary>
    public const int Width = 31;

    public required long Id { get; init; }

    public required long ShopId { get; init; }

    public required string Name { get; init; }

    public required PrinterKind Kind { get; init; }

    public string? Host { get; init; }

    public int? Port { get; init; }

    public string? Model { get; init; }

    public required int PaperColumns { get; init; }

    public required string[] Prints { get; init; }

    public required string[] Stations { get; init; }

    public long? RegisterId { get; init; }

    public required PrintOnDoubt OnDoubt { get; init; }

    public required bool Enabled { get; init; }

    public long Version { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    public required string Condition { get; init; }

    public string? Code { get; init; }

    public PaperLevel? Paper { get; init; }

    public CoverPosition? Cover { get; init; }

    public DateTimeOffset? SeenAt { get; init; }

    public string? Mac { get; init; }

    public string? Warning { get; init; }

    public int PollSeconds { get; init; }

    /// <summary>Of a CloudPRNT printer the media types that it said it takes; null while it has not.</summary>
    public string[]? Media { get; init; }

    /// <summary>When it was last asked what it is.</summary>
    public DateTimeOffset? AskedAt { get; init; }

    /// <summary>Of one at TCP 9100 whether it answers at all; null while nobody knows.</summary>
    public bool? Answers { get; init; }

    /// <summary>Of an Epson printer the version in which it answers.</summary>
    public string? Protocol { get; init; }

    /// <summary>Which of two drawers it opens by itself.</summary>
    public int Drawer { get; init; } = 1;

    /// <summary>It beeps for kitchen tickets.</summary>
    public bool Buzzer { get; init; }

    /// <summary>The database's clock when this was read.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>Dots across its paper.</summary>
    public int Dots => PrinterMake.DotsOf(PaperColumns);

    public PrinterMake Make => new(Model, PaperColumns, Dots);

    /// <summary>How long one that asks us may be silent before it counts as off.</summary>
    public TimeSpan Patience => TimeSpan.FromSeconds((2 * PollSeconds) + 5);

    public bool DoesPrint(PrintsWhat what) => Prints.Contains(what.ToWire(), StringComparer.Ordinal);

    public PrinterView View(int waiting) => new(
        Id,
        Name,
        Kind.ToWire(),
        Host,
        Port,
        Model,
        PaperColumns,
        Prints,
        Stations,
        RegisterId,
        OnDoubt.ToWire(),
        Drawer,
        Buzzer,
        Enabled,
        new(
            Condition == Conditions.Unknown ? null : Condition is not (Conditions.Offline or Conditions.Refused or Conditions.Silent),
            Condition,
            Code,
            PrinterWords.OfCondition(Name, Condition),
            Paper?.ToWire(),
            Cover?.ToWire(),
            SeenAt,
            Mac,
            Warning),
        waiting,
        Kind == PrinterKind.Tcp9100 ? null : PollSeconds,
        CreatedAt,
        UpdatedAt,
        Version);

    /// <summary>One from <see cref="Columns"/>, which begin a row.</summary>
    public static Printer Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetInt64(0),
        ShopId = row.GetInt64(1),
        Name = row.GetString(2),
        Kind = WireName<PrinterKind>.Parse(row.GetString(3)),
        Host = row.TextOrNull(4),
        Port = row.ValueOrNull<int>(5),
        Model = row.TextOrNull(6),
        PaperColumns = row.GetInt32(7),
        Prints = row.GetFieldValue<string[]>(8),
        Stations = row.GetFieldValue<string[]>(9),
        RegisterId = row.ValueOrNull<long>(10),
        OnDoubt = WireName<PrintOnDoubt>.Parse(row.GetString(11)),
        Enabled = row.GetBoolean(12),
        Version = row.GetInt64(13),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(14),
        UpdatedAt = row.GetFieldValue<DateTimeOffset>(15),
        Condition = row.GetString(16),
        Code = row.TextOrNull(17),
        Paper = row.TextOrNull(18) is { } paper ? WireName<PaperLevel>.Parse(paper) : null,
        Cover = row.TextOrNull(19) is { } cover ? WireName<CoverPosition>.Parse(cover) : null,
        SeenAt = row.ValueOrNull<DateTimeOffset>(20),
        Mac = row.TextOrNull(21),
        Warning = row.TextOrNull(22),
        PollSeconds = row.GetInt32(23),
        Media = row.IsDBNull(24) ? null : row.GetFieldValue<string[]>(24),
        AskedAt = row.ValueOrNull<DateTimeOffset>(25),
        Answers = row.ValueOrNull<bool>(26),
        Protocol = row.TextOrNull(27),
        Drawer = row.GetInt32(28),
        Buzzer = row.GetBoolean(29),
        Now = row.GetFieldValue<DateTimeOffset>(30),
    };
}
