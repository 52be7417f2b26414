using Comanda.Data;
using Comanda.Notifications;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Inbox;

/// <summary>
/// Browsers that get their person's messages. Where one says it is, is where we send to: only a push service that is known is taken. One
/// that changed hands is the new person's; of many of one person the last ones count.
/// </summary>
public sealed class PushSubscriptions(NpgsqlDataSource database, Senders senders, Moment moment)
{
    private const int Most = 20, KeyBytes = 65, AuthBytes = 16;

    private WebPushSender? Sender => senders.For(MessageChannel.WebPush) as WebPushSender;

    /// <summary>The key by which browsers subscribe.</summary>
    public WebPushKeyView Key() => new(Sender?.PublicKey);

    public async Task<Answer> Add(PushSubscriptionInput input, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Check(
            Uri.TryCreate(input.Endpoint, UriKind.Absolute, out var endpoint) && WebPushOptions.IsKnown(endpoint, Sender?.Hosts),
            "endpoint",
            "must be the address of a browser's push service");
        errors.Check(Bytes(input.Keys?.P256dh) == KeyBytes, "keys.p256dh", "must be a key of 65 bytes, in base64url");
        errors.Check(Bytes(input.Keys?.Auth) == AuthBytes, "keys.auth", "must be a secret of 16 bytes, in base64url");
        if (errors.Any)
            return errors.ToRefusal();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.Execute(
            """
            insert into push_subscriptions (shop_id, endpoint, user_id, p256dh, auth, added_at) values ($1, $2, $3, $4, $5, $6)
            on conflict (shop_id, endpoint) do update set user_id = excluded.user_id, p256dh = excluded.p256dh, auth = excluded.auth,
                added_at = excluded.added_at
            """,
            cancel,
            moment.Shop.Id,
            input.Endpoint!,
            moment.Caller.UserId,
            input.Keys!.P256dh!,
            input.Keys.Auth!,
            moment.Now);
        await connection.Execute(
            """
            delete from push_subscriptions where shop_id = $1 and endpoint = any(array(select endpoint from push_subscriptions
                where shop_id = $1 and user_id = $2 order by added_at desc, endpoint offset $3))
            """,
            cancel,
            moment.Shop.Id,
            moment.Caller.UserId,
            Most);
        await transaction.CommitAsync(cancel);
        return Answer.Done;
    }

    public async Task<Answer> Remove(string? endpoint, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var removed = await connection.Execute(
            "delete from push_subscriptions where shop_id = $1 and user_id = $2 and endpoint = $3",
            cancel,
            moment.Shop.Id,
            moment.Caller.UserId,
            endpoint ?? "");
        return removed == 1 ? Answer.Done : Refusal.NotFound("subscription");
    }

    private static int Bytes(string? base64Url)
    {
        try
        {
            return Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlDecode(base64Url ?? "").Length;
        }
        catch (FormatException)
        {
            return 0;
        }
    }
}
