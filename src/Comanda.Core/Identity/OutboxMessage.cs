using Comanda.Notifications;

namespace Comanda.Identity;

/// <summary>A message of the local sender. <see cref="Channel"/> is email or sms; <see cref="Subject"/> only of a mail.</summary>
public sealed record OutboxMessage(
    long Id,
    [property: Words<MessageChannel>] string Channel,
    string To,
    string? Subject,
    string Body,
    DateTimeOffset At);
