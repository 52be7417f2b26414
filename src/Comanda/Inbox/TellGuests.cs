using System.Text.Json;
using Comanda.Data;
using Comanda.Events;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Inbox;

/// <summary>
/// Follows the event log and tells guests what concerns them: each status of their orders, and what the shop announces. Each event is told
/// a person once, whatever fails in between.
/// </summary>
public sealed class TellGuests(ShopDirectory shops, TellGuest tell) : IEventConsumer
{
    /// <summary>So long is it worth a message that an order has come so far; in the list it stays.</summary>
    private static readonly TimeSpan WorthTelling = TimeSpan.FromHours(12);

    public string Name => "guest_notifications";

    /// <summary>Most orders are nobody's whom we know; their events are as long as an order, and stay where they are.</summary>
    public string Wants =>
        "(e.event = 'announcement' or e.customer_id is not null "
            + "and e.event in ('order_created', 'order_updated', 'order_completed', 'order_cancelled', 'cake_updated'))";

    public async Task Handle(LoggedEvent happened, NpgsqlConnection connection, CancellationToken cancel)
    {
        if (await shops.Find(happened.ShopId, cancel) is not { } shop)
            return;
        if (happened.Name == EventNames.Announcement)
            await Announce(shop, happened, connection, cancel);
        else if (happened.Name == EventNames.CakeUpdated)
            await TellOfCake(shop, happened, connection, cancel);
        else
            await TellOfOrder(shop, happened, connection, cancel);
    }

    private async Task TellOfOrder(Shop shop, LoggedEvent happened, NpgsqlConnection connection, CancellationToken cancel)
    {
        var order = JsonSerializer.Deserialize<ToldOrder>(happened.Data, Json.Options)!;
        if (order is not { CustomerId: { } customer, Training: false } || Words(order) is not { } words)
            return;
        foreach (var person in await People(connection, shop.Id, customer, cancel))
        {
            // Told already, or something later was while this one failed.
            var known = await connection.Scalar(
                """
                select told = $3 or event_seq > $4 from notifications
                where user_id = $1 and reference_id = $2 and type = 'order' order by id desc limit 1
                """,
                cancel,
                person.UserId,
                order.Id,
                order.Status,
                happened.Seq);
            if (known is true)
                continue;
            var news = new News(NotificationKind.Order, $"Order {order.OrderNumber}", words, order.Id, happened)
            {
                Told = order.Status,
                Expires = happened.At + WorthTelling,
            };
            await tell.Run(connection, shop, person, news, cancel);
        }
    }

    private async Task TellOfCake(Shop shop, LoggedEvent happened, NpgsqlConnection connection, CancellationToken cancel)
    {
        var cake = JsonSerializer.Deserialize<ToldCake>(happened.Data, Json.Options)!;
        if (cake is not { CustomerId: { } customer } || Words(cake) is not { } words)
            return;
        var news = new News(NotificationKind.Order, cake.Name, words, cake.OrderId, happened) { Expires = happened.At + WorthTelling };
        foreach (var person in await People(connection, shop.Id, customer, cancel))
            await tell.Run(connection, shop, person, news, cancel);
    }

    private async Task Announce(Shop shop, LoggedEvent happened, NpgsqlConnection connection, CancellationToken cancel)
    {
        var said = JsonSerializer.Deserialize<AnnouncementInput>(happened.Data, Json.Options)!;
        var news = new News(WireName<NotificationKind>.Parse(said.Type!), said.Title!, said.Message!, said.ReferenceId, happened);
        foreach (var person in await People(connection, shop.Id, said.CustomerId, cancel))
            await tell.Run(connection, shop, person, news, cancel);
    }

    /// <summary>A customer's account, or all of the shop's. Who was merged into another is that other.</summary>
    private static async Task<List<ToldPerson>> People(NpgsqlConnection connection, long shop, long? customer, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select u.id, coalesce(
                u.email,
                c.email), coalesce(u.phone, c.phone) from customers c join users u on u.id = c.user_id and u.active
            where c.shop_id = $1 and c.erased_at is null
                and ($2::bigint is null or c.id = coalesce((select merged_into from customers where id = $2), $2)) order by c.id
            """,
            shop,
            customer);
        return await command.List(r => new ToldPerson(r.GetInt64(0), r.TextOrNull(1), r.TextOrNull(2)), cancel);
    }

    private static string? Words(ToldOrder order) => order.Status switch
    {
        "pending" => "We have your order.",
        "preparing" => "Your order is being made.",
        "ready" => order.Type == "delivery" ? "Your order is ready and will be on its way soon." : "Your order is ready.",
        "out_for_delivery" => "Your order is on its way.",
        "delivered" => "Your order has been delivered. Enjoy!",
        "completed" => "Thank you for your order.",
        "cancelled" => "Your order was cancelled" + (string.IsNullOrWhiteSpace(order.CancelReason) ? "." : $": {order.CancelReason}"),
        _ => null,
    };

    private static string? Words(ToldCake cake) => cake.Changed ? "Your cake order was changed." : cake.Stage switch
    {
        "requested" => "We have your wish for a cake; it is ours to bake once its deposit is paid.",
        "accepted" => "Your cake is ordered.",
        "baked" => "Your cake is baked.",
        "decorated" => "Your cake is decorated and waits for you.",
        "cancelled" => "Your cake order was cancelled.",
        _ => null, // collected: its sale says so
    };

    /// <summary>What a cake's event says of it, as far as its guest is told.</summary>
    private sealed record ToldCake(string Name, string Stage, long? CustomerId, long? OrderId, bool Changed);

    /// <summary>What an order's event says of it, as far as its guest is told.</summary>
    private sealed record ToldOrder(
        long Id, string OrderNumber, string Status, string Type, bool Training, long? CustomerId, string? CancelReason);
}
