namespace Comanda.Identity;

public sealed record ResetRequest([property: AtMost(254)] string? Email);

public sealed record ResetConfirm(
    [property: AtMost(200)] string? Token,
    [property: AtMost(1000), Text(TextKind.Secret)] string? NewPassword);
