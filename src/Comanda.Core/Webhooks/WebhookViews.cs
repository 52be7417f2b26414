namespace Comanda.Webhooks;

/// <summary>What a webhook is at: being called, failing for now, or not called any more.</summary>
public enum WebhookStatus
{
    Active,

    /// <summary>Its address does not answer; it is tried again.</summary>
    Retrying,

    /// <summary>Its address did not answer for days. A replay begins anew.</summary>
    Failing,

    /// <summary>Its address said that it is gone (410). A replay begins anew.</summary>
    Gone,
}

/// <summary>
/// A webhook to add: where to, which events (all, where left out), and the secret that signs, where there is one already
/// (<c>whsec_</c> and 24 to 64 bytes in Base64).
/// </summary>
public sealed record WebhookInput(
    [property: AtMost(1_000)] string? Url,
    [property: AtMost(100)] IReadOnlyList<string>? Events,
    [property: AtMost(100)] string? Secret);

/// <summary>Another secret; a new one where it is left out.</summary>
public sealed record RotateInput([property: AtMost(100)] string? Secret);

/// <summary>The last event that they have; everything after it is sent once more.</summary>
public sealed record ReplayInput(long? After);

/// <summary>
/// A webhook. <see cref="Position"/> is the last event that it is done with; <see cref="SetAside"/> are events that it refused and that
/// are tried again by themselves.
/// </summary>
public sealed record WebhookView(
    long Id,
    string Url,
    IReadOnlyList<string>? Events,
    [property: Words<WebhookStatus>] string Status,
    long Position,
    DateTimeOffset? NextTryAt,
    int? LastStatus,
    string? LastError,
    DateTimeOffset? LastDeliveredAt,
    DateTimeOffset CreatedAt,
    IReadOnlyList<long> SetAside);

/// <summary>A webhook that was just added, with its secret.</summary>
public sealed record NewWebhook(
    long Id,
    string Url,
    IReadOnlyList<string>? Events,
    [property: Words<WebhookStatus>] string Status,
    long Position,
    DateTimeOffset CreatedAt,
    string Secret);

/// <summary>A secret, shown this once, and until when the one before it signs as well.</summary>
public sealed record WebhookSecret(long Id, string Secret, DateTimeOffset OldHoldsUntil);

/// <summary>All webhooks of a shop; there are never so many that they come in pages.</summary>
public sealed record WebhookList(IReadOnlyList<WebhookView> Items, string? NextCursor);
