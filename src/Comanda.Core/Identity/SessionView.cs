namespace Comanda.Identity;

/// <summary>A session of mine. <see cref="Method"/> is password, pin or otp; <see cref="Device"/> an enrolled device's name.</summary>
public sealed record SessionView(
    long Id,
    [property: Words<SignInMethod>] string Method,
    string? Device,
    string? Address,
    string? UserAgent,
    DateTimeOffset CreatedAt,
    DateTimeOffset LastSeenAt,
    DateTimeOffset ExpiresAt,
    bool IsCurrent);
