namespace Comanda.Notifications;

/// <summary>By which way a message goes.</summary>
public enum MessageChannel
{
    Email,
    Sms,

    /// <summary>Firebase Cloud Messaging: apps on phones.</summary>
    Fcm,

    /// <summary>Web Push: browsers.</summary>
    WebPush,
}

/// <summary>What a push message carries; its title is the message's subject.</summary>
public sealed record PushBody(string Message, string Type, long? ReferenceId, long NotificationId);
