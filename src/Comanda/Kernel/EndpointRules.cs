namespace Comanda.Kernel;

/// <summary>Endpoint metadata: the permission that the endpoint asks for.</summary>
public sealed record NeedsPermission(Permission Permission);

/// <summary>
/// Endpoint metadata: what a repeated POST does. <see cref="ByKey"/> endpoints take <c>Idempotency-Key</c>; the others say
/// why a repetition is harmless.
/// </summary>
public sealed record IdempotencyRule(bool TakesKey, string Why)
{
    public static readonly IdempotencyRule ByKey = new(true, "the key commits with what it made");

    public static IdempotencyRule Harmless(string why) => new(false, why);
}
