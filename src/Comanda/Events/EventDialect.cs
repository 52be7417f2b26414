namespace Comanda.Events;

/// <summary>What an event is made into for those who hear it.</summary>
public enum EventForm
{
    /// <summary>The envelope as JSON: a text frame, a server-sent event, a row of a page.</summary>
    Envelope,

    /// <summary>A message of Socket.IO.</summary>
    SocketIo,
}

/// <summary>
/// A spelling of events. Each event is spelled once in each dialect that somebody listens in, however many those are.
/// </summary>
/// <param name="Name">As clients say it (<c>Comanda-Dialect</c>, <c>?dialect=</c>).</param>
/// <param name="Spell">From our envelope to theirs, both as UTF-8 JSON.</param>
public sealed record EventDialect(string Name, Func<byte[], byte[]> Spell)
{
    /// <summary>As this API spells it.</summary>
    public static readonly EventDialect Ours = new("none", envelope => envelope);

    public bool IsOurs => ReferenceEquals(this, Ours);

    public bool Equals(EventDialect? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}

/// <summary>The dialects that events are told in.</summary>
public sealed class EventDialects
{
    private readonly EventDialect[] all;
    private readonly IDialects dialects;

    public EventDialects(IDialects dialects)
    {
        this.dialects = dialects;
        all =
        [
            .. Enum.GetValues<Dialect>().Select(d => d == Dialect.None
                ? EventDialect.Ours
                : new EventDialect(d.ToString().ToLowerInvariant(), envelope => dialects.Envelope(d, envelope))
            ),
        ];
        OfSocketIo = new("uuid", envelope => dialects.EnvelopeWithUuids(envelope));
    }

    /// <summary>What Socket.IO speaks to who asks for no dialect: ours, with a UUID beside each id.</summary>
    public EventDialect OfSocketIo { get; }

    public EventDialect Of(Dialect dialect) => all[(int)dialect];

    /// <summary>The dialect of this name; ours where none is named or nobody knows it.</summary>
    public EventDialect Find(string? name) => Find(name, EventDialect.Ours);

    /// <summary>The dialect of this name, or the one given.</summary>
    public EventDialect Find(string? name, EventDialect otherwise) =>
        name is { Length: > 0 } && dialects.Named(name) is { } known ? Of(known) : otherwise;
}
