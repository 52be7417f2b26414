namespace Comanda.Identity;

public sealed record SendOtpRequest([property: AtMost(40)] string? Phone);

/// <summary><see cref="OtpExpiresIn"/> in seconds.</summary>
public sealed record OtpSent(int OtpExpiresIn);

/// <summary><see cref="Name"/> is for somebody new; <see cref="Code"/> for a guest who has a second factor.</summary>
public sealed record VerifyOtpRequest(
    [property: AtMost(40)] string? Phone,
    [property: AtMost(20)] string? Otp,
    [property: AtMost(100)] string? Name,
    [property: AtMost(60)] string? Code = null);

public sealed record ResetByOtpRequest(
    [property: AtMost(40)] string? Phone,
    [property: AtMost(20)] string? Otp,
    [property: AtMost(1000), Text(TextKind.Secret)] string? NewPassword);
