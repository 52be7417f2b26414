using Comanda.Data;
using Comanda.Events;
using Comanda.Notifications;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Inbox;

/// <summary>A person who is told something, and how they can be reached.</summary>
internal sealed record ToldPerson(long UserId, string? Email, string? Phone);

/// <summary>What is told, of which event.</summary>
internal sealed record News(NotificationKind Kind, string Title, string Message, long? About, LoggedEvent Of)
{
    /// <summary>Of an order, its status.</summary>
    public string? Told { get; init; }

    /// <summary>After this it is no use any more to be sent.</summary>
    public DateTimeOffset? Expires { get; init; }
}

/// <summary>
/// Tells a person something, once for each event: in their list, live, and by the channels that they allow. All of it in one transaction;
/// messages go out from their table (<see cref="SendMessages"/>).
/// </summary>
public sealed class TellGuest(Senders senders, TimeProvider clock)
{
    internal async Task Run(NpgsqlConnection connection, Shop shop, ToldPerson person, News news, CancellationToken cancel)
    {
        var now = Clock.Now(clock);
        var id = await connection.Scalar(
            """
            insert into notifications (shop_id, user_id, type, title, message, reference_id, told, event_seq, created_at)
            values ($1, $2, $3, $4, $5, $6::bigint, $7::text, $8, $9) on conflict (event_seq, user_id) do nothing returning id
            """,
            cancel,
            shop.Id,
            person.UserId,
            news.Kind.ToWire(),
            news.Title,
            news.Message,
            news.About,
            news.Told,
            news.Of.Seq,
            now) as long?;
        if (id is not { } told)
            return;
        var view = new NotificationView(
            told,
            person.UserId,
            news.Kind.ToWire(),
            news.Title,
            news.Message,
            news.About,
            IsRead: false,
            CreatedAt: now,
            UpdatedAt: now);
        await ShopEvent.Of(new Here { ShopId = shop.Id }, EventNames.Notification, now, view, person.UserId).Write(connection, cancel);
        var wait = news.Kind == NotificationKind.Order ? null : shop.Settings.Quiet?.EndsAfter(now, shop.Settings.BusinessDay.Zone);
        foreach (var (channel, to) in await Ways(connection, shop.Id, person, news.Kind, cancel))
        {
            var isPush = channel is MessageChannel.Fcm or MessageChannel.WebPush;
            var body = isPush
                ? Json.Write(new PushBody(news.Message, news.Kind.ToWire(), news.About, told))
                : $"{news.Message}\n{shop.Name}";
            var message = new Message(channel, to, news.Title, body) { Expires = news.Expires, NotBefore = wait };
            await message.Write(senders, connection, shop.Id, now, cancel);
        }
    }

    /// <summary>
    /// Where it goes: to every device and by mail, if nobody said no; by a short message to who said yes, or who has neither.
    /// </summary>
    private static async Task<List<(MessageChannel Channel, string To)>> Ways(
        NpgsqlConnection connection, long shop, ToldPerson person, NotificationKind kind, CancellationToken cancel)
    {
        await using var chosen = connection.Command(
            "select channel, allowed from notification_choices where shop_id = $1 and user_id = $2 and type = $3",
            shop,
            person.UserId,
            kind.ToWire());
        var choices = (await chosen.List(r => (Channel: WireName<MessageChannel>.Parse(r.GetString(0)), Allowed: r.GetBoolean(1)), cancel))
            .ToDictionary(c => c.Channel, c => c.Allowed);
        bool Allows(MessageChannel channel) => choices.GetValueOrDefault(channel, true);
        var ways = new List<(MessageChannel, string)>();
        if (Allows(MessageChannel.Fcm))
            ways.AddRange(await Devices(connection, shop, person.UserId, cancel));
        if (Allows(MessageChannel.WebPush))
            ways.AddRange(await Browsers(connection, shop, person.UserId, cancel));
        if (person.Email is { } email && Allows(MessageChannel.Email))
            ways.Add((MessageChannel.Email, email));
        if (person.Phone is { } phone && choices.GetValueOrDefault(MessageChannel.Sms, ways.Count == 0))
            ways.Add((MessageChannel.Sms, phone));
        return ways;
    }

    private static async Task<List<(MessageChannel, string)>> Devices(
        NpgsqlConnection connection, long shop, long user, CancellationToken cancel)
    {
        await using var devices = connection.Command(
            """
            select t.token from push_tokens t where t.shop_id = $1 and t.user_id = $2 and not exists (select 1 from messages m
                where m.recipient = t.token and m.created_at >= t.added_at and m.last_error like $3 and m.failed_at is not null)
            order by t.added_at
            """,
            shop,
            user,
            RecipientGoneException.Mark + "%");
        return await devices.List(r => (MessageChannel.Fcm, r.GetString(0)), cancel);
    }

    private static async Task<List<(MessageChannel, string)>> Browsers(
        NpgsqlConnection connection, long shop, long user, CancellationToken cancel)
    {
        await using var browsers = connection.Command(
            "select endpoint, p256dh, auth, added_at from push_subscriptions where shop_id = $1 and user_id = $2 order by added_at",
            shop,
            user);
        var all = await browsers.List(
            r => (To: Json.Write(new WebPushRecipient(r.GetString(0), r.GetString(1), r.GetString(2))),
                Since: r.GetFieldValue<DateTimeOffset>(3)),
            cancel);
        var there = new List<(MessageChannel, string)>();
        foreach (var (to, since) in all)
        {
            var gone = await connection.Scalar(
                "select 1 from messages where recipient = $1 and created_at >= $2 and last_error like $3 and failed_at is not null limit 1",
                cancel,
                to,
                since,
                RecipientGoneException.Mark + "%");
            if (gone is null)
                there.Add((MessageChannel.WebPush, to));
        }

        return there;
    }
}
