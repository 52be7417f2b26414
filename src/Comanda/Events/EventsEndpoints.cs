using Comanda.Kernel;

namespace Comanda.Events;

/// <summary>The doors of the event log: pages, server-sent events, WebSocket.</summary>
public static class EventsEndpoints
{
    public static void MapEvents(this IEndpointRouteBuilder app)
    {
        app.Chapter("Live").Get("/api/events", (HttpContext http, Sse sse, long? after = null, int? limit = null) =>
                sse.PageOrStream(http, after, limit))
            .Called(
                "events",
                "The shop's event log: a page after a seq, or a live stream (Accept: text/event-stream; Last-Event-ID resumes).")
            .Needs(Permission.FollowEvents)
            .Gives("text/event-stream");
        app.Chapter("Live").Get("/ws", WebSocketDoor.Open)
            .Called(
                "events_websocket",
                "WebSocket: one JSON envelope a text frame; ?access_token= and ?after= as query. A reader that falls behind is closed "
                    + "with 4008 and resumes.")
            .Needs(Permission.FollowEvents)
            .Produces(101);
    }

    /// <summary>A customer hears only of what is theirs; staff hear all of their shop, but not when guests sign out.</summary>
    internal static Func<HeardEvent, bool> MayHear(Caller caller) =>
        caller.IsCustomer
            ? heard => heard.CustomerId == caller.UserId
            : heard => heard.CustomerId is null || heard.Name != EventNames.UserActivity;

    /// <summary>The account by which a guest's events are found; null for staff, who follow their shop.</summary>
    internal static long? GuestOf(Caller caller) => caller.IsCustomer ? caller.UserId : null;
}
