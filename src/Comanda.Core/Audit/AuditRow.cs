using System.Text.Json;

namespace Comanda.Audit;

/// <summary>Who did it. Null where nobody was signed in: a failed sign-in.</summary>
public sealed record AuditActor(long Id, string Name, string Role);

/// <summary>One entry. <see cref="Before"/> and <see cref="After"/> hold what changed, as the API answers it.</summary>
public sealed record AuditRow(
    long Id,
    DateTimeOffset At,
    string Action,
    AuditActor? Actor,
    long? DeviceId,
    string? Address,
    string Subject,
    string? SubjectId,
    JsonElement? Before,
    JsonElement? After);
