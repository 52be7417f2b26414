namespace Comanda.Identity;

/// <summary>
/// Asks for a second factor. <see cref="Code"/>, of the one that there is, is needed in a session that a PIN began.
/// </summary>
public sealed record SecondFactorRequest(
    [property: AtMost(1000), Text(TextKind.Secret)] string? CurrentPassword,
    [property: AtMost(60)] string? Code = null);

/// <summary>
/// What an authenticator app is given (by <see cref="OtpauthUrl"/> as a QR code, or by <see cref="Secret"/> typed in), and codes for the
/// day that the phone is gone, each of which works once. Shown this once; nothing changes until a code of it is confirmed.
/// </summary>
public sealed record SecondFactorOffer(string Secret, string OtpauthUrl, IReadOnlyList<string> RecoveryCodes);

/// <summary>A code of the app that was just set up. <see cref="EndOtherSessions"/> signs out everywhere else.</summary>
public sealed record SecondFactorConfirmation([property: AtMost(60)] string? Code, bool? EndOtherSessions = null);

/// <summary>
/// Takes the second factor away. <see cref="Code"/> is needed in a session that a PIN began; <see cref="EndOtherSessions"/> signs out
/// everywhere else.
/// </summary>
public sealed record SecondFactorRemoval(
    [property: AtMost(1000), Text(TextKind.Secret)] string? CurrentPassword,
    [property: AtMost(60)] string? Code = null,
    bool? EndOtherSessions = null);
