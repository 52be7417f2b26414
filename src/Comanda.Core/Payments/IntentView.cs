namespace Comanda.Payments;

public sealed record CreateIntentRequest(long? OrderId);

public sealed record ConfirmIntentRequest(long? PaymentId);

/// <summary>
/// A card payment that the guest makes at the provider. <see cref="Provider"/> is stripe or simulated (then no money moves).
/// <see cref="Status"/> in Stripe's words; the order counts it as paid once it is succeeded.
/// </summary>
public sealed record IntentView(
    long PaymentId,
    string ClientSecret,
    string PublishableKey,
    [property: Words("stripe", "simulated")] string Provider,
    string Status,
    decimal Amount,
    string Currency,
    PaidOrderView Order);
