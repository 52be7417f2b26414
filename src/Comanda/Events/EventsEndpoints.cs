namespace Comanda.Events;

/// <summary>The doors of the event log: pages, server-sent events, WebSocket.</summary>
public static class EventsEndpoints
{
    public static void MapEvents(this IEndpointRouteBuilder app)
    {
        app.Chapter("Live").Get("/api/events", (HttpContext http, Sse sse, long? after = null, int? limit = null, string? screen = null) =>
                sse.PageOrStream(http, after, limit, screen))
            .Called(
                "events",
                "The shop's event log: a page after a seq, or a live stream (Accept: text/event-stream; Last-Event-ID resumes).")
            .Needs(Permission.FollowEvents)
            .Produces<EventPage>(200, "application/json", "text/event-stream");
        app.Chapter("Live").Get("/ws", WebSocketDoor.Open)
            .Called(
                "events_websocket",
                "WebSocket: one JSON envelope a text frame; ?access_token= and ?after= as query. A reader that falls behind is closed "
                    + "with 4008 and resumes.")
            .Needs(Permission.FollowEvents)
            .Produces(101);
        var socketIo = app.Chapter("Live", "/socket.io/");
        socketIo.MapGet("", SocketIoDoor.Open)
            .Called(
                "socket_io",
                "Socket.IO v4 (Engine.IO v4: polling, WebSocket): the events by their names, the envelope as argument. "
                    + "auth: {token, after, screen}.")
            .Gives("text/plain")
            .Produces(101)
            .Produces(400)
            .Produces(403)
            .Refuses(429)
            .AtOwnDoor();
        socketIo.MapPost("", SocketIoDoor.Open)
            .Called("socket_io_send", "What a Socket.IO client that polls has to send.")
            .MayBeRepeated("a connection takes each request once; nothing is done by emitting")
            .Gives("text/html")
            .Produces(400)
            .Produces(403)
            .Produces(413)
            .AtOwnDoor();
    }

    private static void AtOwnDoor(this RouteHandlerBuilder route) => route.IsOpen().InNoShop().WithMetadata(new AsksItself());

    /// <summary>What somebody has to be allowed to hear of an event; of the others, who may follow events hears all.</summary>
    private static readonly Dictionary<string, Permission> Asks = new(StringComparer.Ordinal)
    {
        [EventNames.OrderCreated] = Permission.ReadOrders,
        [EventNames.OrderUpdated] = Permission.ReadOrders,
        [EventNames.OrderCompleted] = Permission.ReadOrders,
        [EventNames.OrderCancelled] = Permission.ReadOrders,
        [EventNames.DeliveryLocation] = Permission.ReadOrders,
        [EventNames.PaymentRecorded] = Permission.ReadOrders,
        [EventNames.GiftCardSold] = Permission.ReadOrders,
        [EventNames.GiftCardRefunded] = Permission.ReadOrders,
        [EventNames.ProductUpdated] = Permission.ReadMenu,
        [EventNames.StockUpdated] = Permission.ReadStock,
        [EventNames.LowStock] = Permission.ReadStock,
        [EventNames.BakePlanUpdated] = Permission.ReadStock,
    };

    /// <summary>
    /// A customer hears only of what is theirs; staff hear all of their shop that they may see, but not when guests sign out or
    /// are told something, nor their own coming and going.
    /// </summary>
    internal static bool MayHear(Caller caller, HeardEvent heard) => caller.IsCustomer
        ? heard.CustomerId == caller.UserId
        : (heard.CustomerId is null || heard.Name != EventNames.UserActivity)
            && (heard.Name != EventNames.Notification || heard.CustomerId == caller.UserId)
            && heard.AboutSession != caller.SessionId
            && (!Asks.TryGetValue(heard.Name, out var needed) || caller.May(needed));

    /// <summary>The account by which a guest's events are found; null for staff, who follow their shop.</summary>
    internal static long? GuestOf(Caller caller) => caller.IsCustomer ? caller.UserId : null;
}
