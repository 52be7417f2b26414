using Comanda.Events;
using Comanda.Notifications;

namespace Comanda.Inbox;

/// <summary>What a person is told, by which ways, and what of it could not be sent.</summary>
public static class InboxEndpoints
{
    public static IServiceCollection AddInbox(this IServiceCollection services) =>
        services.AddSingleton<TellGuest>()
            .AddSingleton<IEventConsumer, TellGuests>()
            .AddScoped<OwnNotifications>()
            .AddScoped<PushSubscriptions>()
            .AddScoped<AnnounceToGuests>()
            .AddScoped<RetryMessages>();

    public static void MapInbox(this IEndpointRouteBuilder app)
    {
        var inbox = app.Chapter("Notifications", "/api");
        inbox.Get("/notifications", (
                OwnNotifications own,
                CancellationToken cancel,
                bool? unread = null,
                int? limit = null,
                string? cursor = null) =>
                own.List(unread, limit, cursor, cancel))
            .Called("notifications", "What I was told, the newest first; ?unread=true is what I have not read.")
            .Needs(Permission.ReadOwnProfile)
            .Refuses(400);
        inbox.Put("/notifications/{id:long}/read", (long id, OwnNotifications own, CancellationToken cancel) => own.Read(id, cancel))
            .Called("read_notification", "I have read it.")
            .Needs(Permission.ReadOwnProfile).Practised()
            .Refuses(404);
        inbox.Delete("/notifications/{id:long}", (long id, OwnNotifications own, CancellationToken cancel) => own.Remove(id, cancel))
            .Called("remove_notification", "Takes it out of my list.")
            .Needs(Permission.ReadOwnProfile).Practised()
            .Refuses(404);
        inbox.Get("/notifications/choices", (OwnNotifications own, CancellationToken cancel) => own.Choices(cancel))
            .Called("notification_choices", "By which ways I am told what, besides this list.")
            .Needs(Permission.ReadOwnProfile);
        inbox.Put("/notifications/choices", (NotificationChoices input, OwnNotifications own, CancellationToken cancel) =>
                own.Choose(input, cancel))
            .Called("choose_notifications", "Allows or forbids a way for a type; what is not named stays, null is as usual.")
            .Needs(Permission.ReadOwnProfile).Practised()
            .Refuses(400);
        inbox.Get("/notifications/web-push-key", (PushSubscriptions push) => push.Key())
            .Called("web_push_key", "The key by which a browser subscribes (applicationServerKey); null where there is none.")
            .IsOpen();
        inbox.Post("/users/push-subscriptions", (PushSubscriptionInput input, PushSubscriptions push, CancellationToken cancel) =>
                push.Add(input, cancel))
            .Called("add_push_subscription", "This browser gets my messages: its PushSubscription as JSON.")
            .Needs(Permission.ReadOwnProfile).MayBeRepeated("a browser is there once").Practised()
            .Refuses(400);
        inbox.Delete("/users/push-subscriptions", (PushSubscriptions push, CancellationToken cancel, string? endpoint = null) =>
                push.Remove(endpoint, cancel))
            .Called("remove_push_subscription", "This browser (?endpoint=) gets my messages no more.")
            .Needs(Permission.ReadOwnProfile).Practised()
            .Refuses(404);
        inbox.Post("/admin/notifications", (AnnouncementInput input, AnnounceToGuests announce, CancellationToken cancel) =>
                announce.Run(input, cancel))
            .Called("announce_to_guests", "Tells a guest, or all who have an account, of a promotion or something else.")
            .Needs(Permission.ManageCustomers).TakesKey()
            .Accepts()
            .Refuses(400, 422);
        inbox.Get("/admin/messages", (
                RetryMessages messages,
                CancellationToken cancel,
                [Words("waiting", "failed")] string? status = null,
                int? limit = null,
                string? cursor = null) =>
                messages.List(status, limit, cursor, cancel))
            .Called("messages", "Messages that could not be sent, the newest first; ?status=waiting are those that are still tried.")
            .Needs(Permission.ReadOutbox)
            .Refuses(400);
        inbox.Post("/admin/messages/{id:long}/retry", (long id, RetryMessages messages, CancellationToken cancel) =>
                messages.Retry(id, cancel))
            .Called("retry_message", "Tries to send a message again.")
            .Needs(Permission.ReadOutbox).MayBeRepeated("one that waits already is tried as it would be")
            .Refuses(404, 409);
    }
}
