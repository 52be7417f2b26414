namespace Comanda.Webhooks;

/// <summary>A webhook as those who deliver see it.</summary>
internal sealed record Webhook(
    long Id,
    long ShopId,
    Uri Url,
    IReadOnlyList<string>? Events,
    string Dialect,
    IReadOnlyList<string> Secrets,
    long Position)
{
    /// <summary>Whether it is for an event of this name.</summary>
    public bool Wants(string name) => Events is null || Events.Contains(name, StringComparer.Ordinal);
}

/// <summary>When something that failed is tried again: soon, then later and later, for four days in all.</summary>
internal static class WebhookRetries
{
    private static readonly TimeSpan[] After =
    [
        TimeSpan.FromSeconds(5),
        TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(5),
        TimeSpan.FromHours(10),
        TimeSpan.FromHours(14),
        TimeSpan.FromHours(20),
        TimeSpan.FromHours(24),
        TimeSpan.FromHours(24),
    ];

    /// <summary>How long until the next try after so many that failed; null where it was the last. A little by chance, so that not all
    /// come back at once.</summary>
    public static TimeSpan? Wait(int failed) =>
        failed <= After.Length ? After[failed - 1] * (1 + (Random.Shared.NextDouble() * 0.1)) : null;
}
