using Comanda.Data;
using Npgsql;

namespace Comanda.Notifications;

/// <summary>
/// A mail or a short message. It is a row first, written in the transaction of what it tells of, and sent from there
/// (<see cref="SendMessages"/>): a code is never sent for something that did not happen, a provider's outage loses none.
/// </summary>
/// <param name="Channel">The way it goes.</param>
/// <param name="To">An address or a number, checked by <see cref="Contact"/>.</param>
/// <param name="Subject">Of a mail; one line, whatever it is made of.</param>
/// <param name="Body">Plain text.</param>
public sealed record Message(MessageChannel Channel, string To, string? Subject, string Body)
{
    /// <summary>After this it is no use any more (a code that has run out) and is not sent.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>It is not sent before this; null: at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The account that its secret (a code, a link) opens: only who may manage that account may read it in the outbox.</summary>
    public long? About { get; init; }

    /// <summary>The same for mail programs that show pages; null where the text is all.</summary>
    public string? Html { get; init; }

    /// <summary>The name of the sender that keeps messages here, for want of a provider.</summary>
    public const string Local = "local";

    /// <summary>Writes the message in the caller's transaction.</summary>
    /// <param name="senders">Who sends which channel.</param>
    /// <param name="connection">With the caller's transaction open.</param>
    /// <param name="shopId">Whose message it is.</param>
    /// <param name="now">From when on it may be sent.</param>
    /// <param name="cancel">Gives up.</param>
    public Task Write(Senders senders, NpgsqlConnection connection, long shopId, DateTimeOffset now, CancellationToken cancel)
    {
        var provider = senders.For(Channel)?.Name;
        return connection.Execute(
            """
            insert into messages (shop_id, channel, recipient, subject, body, created_at, expires_at, provider, next_try_at, about_user_id,
                html)
            values ($1, $2, $3, $4::text, $5, $6, $7::timestamptz, $8, $9::timestamptz, $10::bigint, $11::text)
            """,
            cancel,
            shopId,
            Channel.ToWire(),
            To,
            Subject is null ? null : PlainText.Line(Subject),
            senders.Seal(PlainText.Lines(Body)),
            now,
            Expires,
            provider ?? Local,
            provider is null ? null : NotBefore ?? now,
            About,
            senders.Seal(Html is null ? null : PlainText.Lines(Html)));
    }
}

/// <summary>Hands messages of one channel to somebody who delivers them.</summary>
public interface IMessageSender
{
    MessageChannel Channel { get; }

    /// <summary>As the message's row names it.</summary>
    string Name { get; }

    /// <summary>Sends, or throws: <see cref="UndeliverableException"/> where trying again is no use.</summary>
    Task Send(string to, string? subject, string body, CancellationToken cancel);

    /// <summary>The same with a second form of the body, as a page, where the channel has such a thing.</summary>
    Task SendPage(string to, string? subject, string body, string html, CancellationToken cancel) => Send(to, subject, body, cancel);

    /// <summary>There is nothing more to send for now: a connection that was kept is closed.</summary>
    Task Rest(CancellationToken cancel) => Task.CompletedTask;
}

/// <summary>The provider will not take this message, now or later.</summary>
public class UndeliverableException(string why) : Exception(why);

/// <summary>There is nobody any more where it goes to: a device that was reset, a browser that signed off.</summary>
public sealed class RecipientGoneException(string why) : UndeliverableException(Mark + why)
{
    /// <summary>With which the error of such a message begins.</summary>
    public const string Mark = "gone: ";
}

/// <summary>The senders that are configured, by channel.</summary>
public sealed class Senders(IEnumerable<IMessageSender> senders, Sealing sealing)
{
    private const string SealedAs = "messages.body";

    private readonly Dictionary<MessageChannel, IMessageSender> byChannel = senders.ToDictionary(s => s.Channel);

    /// <summary>Who sends this, or null where messages stay with the local sender.</summary>
    public IMessageSender? For(MessageChannel channel) => byChannel.GetValueOrDefault(channel);

    public IEnumerable<IMessageSender> All => byChannel.Values;

    /// <summary>A text as it waits in the table: it may hold a code or a link that opens an account.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(text))]
    public string? Seal(string? text) => sealing.Seal(text, SealedAs);

    /// <summary>The text of a row.</summary>
    [return: System.Diagnostics.CodeAnalysis.NotNullIfNotNull(nameof(kept))]
    public string? Open(string? kept) => sealing.Open(kept, SealedAs);
}
