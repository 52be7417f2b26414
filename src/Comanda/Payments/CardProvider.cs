using Comanda.Data;

namespace Comanda.Payments;

/// <summary>
/// A payment as its provider has it. <see cref="Status"/> in Stripe's words: succeeded, canceled, processing, requires_….
/// </summary>
public sealed record ProviderIntent(string Reference, string ClientSecret, string Status);

/// <summary>The provider of card payments does not answer, or refuses us: the operator's to mend.</summary>
public sealed class CardProviderException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Who takes card payments that guests make themselves. Card data goes from the guest to the provider and never comes here.
/// </summary>
public interface ICardProvider
{
    string Name { get; }

    /// <summary>What the guest's device needs to speak to the provider.</summary>
    string PublishableKey { get; }

    /// <summary>Asks for an amount; the same key again is the same payment.</summary>
    Task<ProviderIntent> Create(Money amount, Currency currency, long orderId, string orderNumber, string key, CancellationToken cancel);

    /// <summary>How far it is, once the guest's device says that it is done.</summary>
    Task<ProviderIntent> Confirm(string reference, CancellationToken cancel);

    /// <summary>
    /// Nobody is to pay it any more. Answers how it stands then: canceled, or succeeded where somebody was faster.
    /// </summary>
    Task<ProviderIntent> Void(string reference, CancellationToken cancel);

    /// <summary>Gives an amount back, or, where none is said, all of it. The same key again is the same giving back.</summary>
    Task GiveBack(string reference, Money? amount, string key, CancellationToken cancel);
}

/// <summary>
/// A Stripe account. <see cref="Address"/> is Stripe's, unless a test says otherwise; without a <see cref="WebhookSecret"/> no webhook is
/// believed.
/// </summary>
public sealed record StripeOptions(string? SecretKey, string PublishableKey, string? WebhookSecret, Uri Address)
{
    /// <summary>From COMANDA_STRIPE_…; without a secret key payments are simulated.</summary>
    /// <exception cref="StartupException">A variable is missing or is not what it must be.</exception>
    public static StripeOptions FromEnvironment(Func<string, string?> variable)
    {
        string? Given(string name) => variable(name) is { Length: > 0 } value ? value : null;
        var secret = Given("COMANDA_STRIPE_SECRET_KEY");
        if (secret is not null && Given("COMANDA_STRIPE_PUBLISHABLE_KEY") is null)
            throw new StartupException(
                "COMANDA_STRIPE_PUBLISHABLE_KEY must be the publishable key (pk_…) that belongs to COMANDA_STRIPE_SECRET_KEY");
        return Uri.TryCreate(Given("COMANDA_STRIPE_URL") ?? "https://api.stripe.com", UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https"
            ? new(secret, Given("COMANDA_STRIPE_PUBLISHABLE_KEY") ?? "pk_simulated", Given("COMANDA_STRIPE_WEBHOOK_SECRET"), uri)
            : throw new StartupException("COMANDA_STRIPE_URL must be an http or https address");
    }
}

/// <summary>Takes no money: every payment succeeds when it is confirmed. For trying out; its name stands in every answer.</summary>
public sealed class SimulatedCards : ICardProvider
{
    public string Name => "simulated";

    public string PublishableKey => "pk_simulated";

    public Task<ProviderIntent> Create(
        Money amount,
        Currency currency,
        long orderId,
        string orderNumber,
        string key,
        CancellationToken cancel) =>
        Task.FromResult(new ProviderIntent("sim_" + key, $"sim_{key}_secret_{Guid.NewGuid():N}", "requires_confirmation"));

    public Task<ProviderIntent> Confirm(string reference, CancellationToken cancel) =>
        Task.FromResult(new ProviderIntent(reference, "", "succeeded"));

    public Task<ProviderIntent> Void(string reference, CancellationToken cancel) =>
        Task.FromResult(new ProviderIntent(reference, "", "canceled"));

    public Task GiveBack(string reference, Money? amount, string key, CancellationToken cancel) => Task.CompletedTask;
}

/// <summary>In production without a key: nobody may think that they were paid.</summary>
public sealed class NoCards : ICardProvider
{
    public string Name => "none";

    public string PublishableKey => "";

    public Task<ProviderIntent> Create(
        Money amount,
        Currency currency,
        long orderId,
        string orderNumber,
        string key,
        CancellationToken cancel) => throw Lacking();

    public Task<ProviderIntent> Confirm(string reference, CancellationToken cancel) => throw Lacking();

    public Task<ProviderIntent> Void(string reference, CancellationToken cancel) => throw Lacking();

    public Task GiveBack(string reference, Money? amount, string key, CancellationToken cancel) => throw Lacking();

    private static CardProviderException Lacking() => new("no card provider is configured (COMANDA_STRIPE_SECRET_KEY)");
}
