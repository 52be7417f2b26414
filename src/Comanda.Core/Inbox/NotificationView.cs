using Comanda.Notifications;

namespace Comanda.Inbox;

/// <summary>What a notification is about.</summary>
public enum NotificationKind
{
    Order,
    Promotion,
    System,
}

/// <summary>A notification of the person <see cref="UserId"/>, about the order or the promotion <see cref="ReferenceId"/>.</summary>
public sealed record NotificationView(
    long Id,
    long UserId,
    [property: Words<NotificationKind>] string Type,
    string Title,
    string Message,
    long? ReferenceId,
    bool IsRead,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt);

/// <summary>Whether messages of a type go by a channel.</summary>
public sealed record NotificationChoice(
    [property: Words<NotificationKind>] string? Type,
    [property: Words<MessageChannel>] string? Channel,
    bool? Allowed);

/// <summary>
/// By which channels a person gets messages besides this list. Where they chose nothing, e-mail and devices are allowed, and short messages
/// where neither would reach them (<c>allowed</c> null). <see cref="QuietHours"/> are the shop's: what is no order's waits until they end.
/// </summary>
public sealed record NotificationChoices(IReadOnlyList<NotificationChoice>? Choices, string? QuietHours = null);

/// <summary>A message to guests, to one (<see cref="CustomerId"/>) or to all who have an account.</summary>
public sealed record AnnouncementInput(
    [property: Words("promotion", "system")] string? Type,
    [property: AtMost(100)] string? Title,
    [property: AtMost(1000), Text(TextKind.Lines)] string? Message,
    long? ReferenceId = null,
    long? CustomerId = null);

/// <summary>The keys of a browser's subscription.</summary>
public sealed record SubscriptionKeys([property: AtMost(200)] string? P256dh, [property: AtMost(100)] string? Auth);

/// <summary>A browser that gets its person's messages, as <c>PushSubscription.toJSON()</c> writes it.</summary>
public sealed record PushSubscriptionInput(
    [property: AtMost(1000)] string? Endpoint, SubscriptionKeys? Keys = null, double? ExpirationTime = null);

/// <summary>The key by which browsers subscribe; null where Web Push is not configured.</summary>
public sealed record WebPushKeyView(string? PublicKey);
