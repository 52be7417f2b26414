namespace Comanda.Identity;

/// <summary>Somebody who may, types their PIN: for what the one at the till may not do alone.</summary>
public sealed record ApprovalRequest([property: AtMost(20)] string? Pin);
