namespace Comanda.Identity;

/// <summary>A message of the local sender. <see cref="Channel"/> is email or sms; <see cref="Subject"/> only of a mail.</summary>
public sealed record OutboxMessage(long Id, string Channel, string To, string? Subject, string Body, DateTimeOffset At);
