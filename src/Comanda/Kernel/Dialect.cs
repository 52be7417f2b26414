namespace Comanda.Kernel;

/// <summary>How the API spells what it answers: <see cref="None"/> is ours, the others are those of the five documents.</summary>
public enum Dialect
{
    None,
    Cafe,
    Management,
    Bakery,
    Cafepos,
    Smoocho,
}

/// <summary>Says in a dialect what was said in ours; the room Dialects does.</summary>
public interface IDialects
{
    /// <summary>
    /// The dialect of this name, as <c>?dialect=</c> and the header Comanda-Dialect have it; null where there is none. For doors of
    /// their own (a handshake that carries it elsewhere) and for webhooks, which keep it.
    /// </summary>
    Dialect? Named(string name);

    /// <summary>A whole answer of this type, in UTF-8.</summary>
    /// <param name="dialect">Which.</param>
    /// <param name="type">What was written.</param>
    /// <param name="shopId">The shop that it is of, where the dialect names it in every row.</param>
    /// <param name="json">It, as we spell it.</param>
    byte[] Whole(Dialect dialect, Type type, long shopId, ReadOnlySpan<byte> json);

    /// <summary>An event's envelope.</summary>
    byte[] Envelope(Dialect dialect, ReadOnlySpan<byte> json);

    /// <summary>An event's envelope as we spell it, with a <c>uuid</c> beside each <c>id</c>: what Socket.IO says by default.</summary>
    byte[] EnvelopeWithUuids(ReadOnlySpan<byte> json);
}

/// <summary>
/// The dialect that a request is answered in (a feature of its context); it is there only where that is not ours.
/// </summary>
public sealed class Spoken(Dialect dialect, IDialects dialects, Action asItIs)
{
    public Dialect Dialect => dialect;

    public IDialects Dialects => dialects;

    /// <summary>What is written from now on is in the dialect already.</summary>
    public void AsItIs() => asItIs();
}
