using Comanda.Data;
using Npgsql;

namespace Comanda.Notifications;

/// <summary>
/// GET /api/admin/messages and POST …/{id}/retry: what could not be sent, or waits, of this shop. What ran out is of no use any more.
/// </summary>
public sealed class RetryMessages(NpgsqlDataSource database, Senders senders, Here here, TimeProvider clock)
{
    private const string Columns =
        "select id, channel, recipient, subject, attempts, last_error, created_at, next_try_at, failed_at from messages";

    public async Task<Answer<PageOf<MessageView>>> List(string? status, int? limit, string? cursor, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(limit, cursor, errors);
        errors.OneOf("status", status, "waiting", "failed");
        if (errors.Any)
            return errors.ToRefusal();
        var which = (status ?? "failed") == "failed" ? "failed_at is not null" : "next_try_at is not null";
        await using var command = database.Command(
            $"{Columns} where shop_id = $1 and {which} and id < $2 order by id desc limit $3", here.ShopId, page.Before, page.ToRead);
        return page.Of(await command.List(Row, cancel), m => m.Id);
    }

    public async Task<Answer<MessageView>> Retry(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var found = connection.Command(Columns + " where id = $1 and shop_id = $2", id, here.ShopId);
        if ((await found.List(Row, cancel)) is not [var message])
            return Refusal.NotFound("message");
        var sender = senders.For(WireName<MessageChannel>.Parse(message.Channel));
        if (sender is null)
            return Refusal.Conflict("no_provider", $"Nobody is configured who sends by {message.Channel}.");
        var again = await connection.Execute(
            """
            update messages set failed_at = null, attempts = 0, next_try_at = $2, provider = $3
            where id = $1 and failed_at is not null and (expires_at is null or expires_at > $2)
            """,
            cancel,
            id,
            Clock.Now(clock),
            sender.Name);
        if (again == 0 && message.Status == "failed")
            return Refusal.Conflict("message_ran_out", "What it says is of no use any more; it is not sent.");
        await using var now = connection.Command(Columns + " where id = $1", id);
        return (await now.List(Row, cancel))[0];
    }

    private static MessageView Row(NpgsqlDataReader r) => new(
        r.GetInt64(0),
        r.GetString(1),
        ShownTo(r.GetString(1), r.GetString(2)),
        r.TextOrNull(3),
        r.IsDBNull(8) ? "waiting" : "failed",
        r.GetInt32(4),
        r.TextOrNull(5),
        r.GetFieldValue<DateTimeOffset>(6),
        r.ValueOrNull<DateTimeOffset>(7),
        r.ValueOrNull<DateTimeOffset>(8));

    /// <summary>Whoever has a device's token or a browser's keys could send to it.</summary>
    private static string ShownTo(string channel, string recipient) =>
        channel is "fcm" or "web_push" ? recipient[..Math.Min(recipient.Length, 24)] + "…" : recipient;
}
