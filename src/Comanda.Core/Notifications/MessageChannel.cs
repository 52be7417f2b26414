namespace Comanda.Notifications;

/// <summary>By which way a message goes.</summary>
public enum MessageChannel
{
    Email,
    Sms,
}
