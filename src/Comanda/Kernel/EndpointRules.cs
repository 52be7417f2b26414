namespace Comanda.Kernel;

/// <summary>
/// Endpoint metadata: the permission that the endpoint asks for. Where guests may do it too, with what is their own, that is another one
/// (<see cref="OfGuests"/>), which opens it to nobody else.
/// </summary>
public sealed record NeedsPermission(Permission Permission)
{
    public Permission? OfGuests { get; init; }

    public bool IsMetBy(Caller caller) =>
        caller.May(Permission) || (caller.IsCustomer && OfGuests is { } own && caller.May(own));
}

/// <summary>
/// Endpoint metadata: what a repeated POST does. <see cref="ByKey"/> endpoints take <c>Idempotency-Key</c>; the others say
/// why a repetition is harmless.
/// </summary>
public sealed record IdempotencyRule(bool TakesKey, string Why)
{
    public static readonly IdempotencyRule ByKey = new(true, "the key commits with what it made");

    public static IdempotencyRule Harmless(string why) => new(false, why);
}
