namespace Comanda.Notifications;

/// <summary>A message that waits to be sent, or that could not be. Its text may hold a code and is not told.</summary>
public sealed record MessageView(
    long Id,
    [property: Words<MessageChannel>] string Channel,
    string To,
    string? Subject,
    [property: Words("waiting", "failed")] string Status,
    int Attempts,
    string? LastError,
    DateTimeOffset CreatedAt,
    DateTimeOffset? NextTryAt,
    DateTimeOffset? FailedAt);
