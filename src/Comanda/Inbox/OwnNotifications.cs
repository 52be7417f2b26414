using Comanda.Data;
using Comanda.Notifications;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Inbox;

/// <summary>GET, PUT and DELETE /api/notifications: what a person was told in this shop, and by which ways they want to be told.</summary>
public sealed class OwnNotifications(NpgsqlDataSource database, Moment moment)
{
    private const string Columns =
        "select id, type, title, message, reference_id, read_at is not null, created_at, user_id, coalesce(read_at, created_at) "
            + "from notifications where user_id = $1 and shop_id = $2 and removed_at is null";

    private static readonly IReadOnlyList<MessageChannel> Channels = Enum.GetValues<MessageChannel>();

    private long User => moment.Caller.UserId;

    public async Task<Answer<PageOf<NotificationView>>> List(bool? unread, int? limit, string? cursor, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(limit, cursor, errors);
        if (errors.Any)
            return errors.ToRefusal();
        await using var command = database.Command(
            $"{Columns} and id < $3 and ($5::bool is not true or read_at is null) order by id desc limit $4",
            User,
            moment.Shop.Id,
            page.Before,
            page.ToRead,
            unread);
        return page.Of(await command.List(Row, cancel), n => n.Id);
    }

    public async Task<Answer<NotificationView>> Read(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await connection.Execute(
            """
            update notifications set read_at = coalesce(read_at, $4)
            where id = $3 and user_id = $1 and shop_id = $2 and removed_at is null
            """,
            cancel,
            User,
            moment.Shop.Id,
            id,
            moment.Now);
        await using var command = connection.Command(Columns + " and id = $3", User, moment.Shop.Id, id);
        return (await command.List(Row, cancel)) is [var read] ? read : Refusal.NotFound("notification");
    }

    /// <summary>Out of the list; that it was told stays known, so that it is not told again.</summary>
    public async Task<Answer> Remove(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        var removed = await connection.Execute(
            """
            update notifications set removed_at = $4, title = '', message = ''
            where id = $3 and user_id = $1 and shop_id = $2 and removed_at is null
            """,
            cancel,
            User,
            moment.Shop.Id,
            id,
            moment.Now);
        return removed == 1 ? Answer.Done : Refusal.NotFound("notification");
    }

    public async Task<Answer<NotificationChoices>> Choices(CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await Choices(connection, cancel);
    }

    public async Task<Answer<NotificationChoices>> Choose(NotificationChoices input, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var all = input.Choices ?? [];
        errors.Check(all.Count is >= 1 and <= 50, "choices", "must be 1 to 50");
        var read = new List<(string Type, string Channel, bool? Allowed)>();
        foreach (var (i, choice) in all.Take(50).Index())
        {
            var at = $"choices[{i}].";
            errors.OneOf<NotificationKind>(at + "type", choice?.Type);
            errors.OneOf<MessageChannel>(at + "channel", choice?.Channel);
            if (choice is not null)
                read.Add((choice.Type!, choice.Channel!, choice.Allowed));
        }

        if (errors.Any)
            return errors.ToRefusal();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        foreach (var (type, channel, allowed) in read)
        {
            await connection.Execute(
                allowed is null
                    ? "delete from notification_choices where shop_id = $1 and user_id = $2 and type = $3 and channel = $4 "
                        + "and $5::bool is null"
                    : """
                      insert into notification_choices (shop_id, user_id, type, channel, allowed) values ($1, $2, $3, $4, $5)
                      on conflict (user_id, shop_id, type, channel) do update set allowed = excluded.allowed
                      """,
                cancel,
                moment.Shop.Id,
                User,
                type,
                channel,
                allowed);
        }

        var chosen = await Choices(connection, cancel);
        await transaction.CommitAsync(cancel);
        return chosen;
    }

    private async Task<NotificationChoices> Choices(NpgsqlConnection connection, CancellationToken cancel)
    {
        await using var command = connection.Command(
            "select type, channel, allowed from notification_choices where shop_id = $1 and user_id = $2", moment.Shop.Id, User);
        var made = (await command.List(r => (Key: (r.GetString(0), r.GetString(1)), Allowed: r.GetBoolean(2)), cancel))
            .ToDictionary(c => c.Key, c => c.Allowed);
        bool? Allowed(string type, MessageChannel channel) =>
            made.TryGetValue((type, channel.ToWire()), out var said) ? said : channel == MessageChannel.Sms ? null : true;
        var quiet = moment.Shop.Settings.Quiet;
        return new(
            [.. WireName<NotificationKind>.All.SelectMany(
                t => Channels, (t, c) => new NotificationChoice(t, c.ToWire(), Allowed(t, c)))],
            quiet is null ? null : $"{quiet.From:HH:mm}-{quiet.Until:HH:mm}");
    }

    private static NotificationView Row(NpgsqlDataReader r) => new(
        r.GetInt64(0),
        r.GetInt64(7),
        r.GetString(1),
        r.GetString(2),
        r.GetString(3),
        r.ValueOrNull<long>(4),
        r.GetBoolean(5),
        r.GetFieldValue<DateTimeOffset>(6),
        r.GetFieldValue<DateTimeOffset>(8));
}
