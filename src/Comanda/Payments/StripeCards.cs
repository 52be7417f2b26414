using System.Globalization;
using System.Net;
using System.Text;
using Stripe;

namespace Comanda.Payments;

/// <summary>
/// Stripe's PaymentIntents and Refunds by Stripe.net, with a key against double charges. Nothing is tried again here: who asked does so,
/// and the key makes it once.
/// </summary>
public sealed class StripeCards(StripeOptions options, HttpClient http) : ICardProvider
{
    private readonly StripeClient stripe = new(new StripeClientOptions
    {
        ApiKey = options.SecretKey,
        ApiBase = options.Address.ToString().TrimEnd('/'),
        HttpClient = new SystemNetHttpClient(http, maxNetworkRetries: 0, enableTelemetry: false),
    });

    public string Name => "stripe";

    public string PublishableKey => options.PublishableKey;

    public Task<ProviderIntent> Create(
        Money amount, Currency currency, long orderId, string orderNumber, string key, CancellationToken cancel) => Ask(
        async () => Read(await new PaymentIntentService(stripe).CreateAsync(
            new()
            {
                Amount = amount.Minor,
                Currency = currency.Code.ToLowerInvariant(),
                AutomaticPaymentMethods = new() { Enabled = true },
                Description = "Order " + orderNumber,
                Metadata = new() { [OrderMark] = orderId.ToString(CultureInfo.InvariantCulture) },
            },
            Once(key),
            cancel)),
        cancel);

    public Task<ProviderIntent> Confirm(string reference, CancellationToken cancel) =>
        Ask(async () => Read(await new PaymentIntentService(stripe).GetAsync(reference, cancellationToken: cancel)), cancel);

    public async Task<ProviderIntent> Void(string reference, CancellationToken cancel)
    {
        try
        {
            return await Ask(
                async () => Read(await new PaymentIntentService(stripe).CancelAsync(
                    reference, new() { CancellationReason = "abandoned" }, cancellationToken: cancel)),
                cancel);
        }
        catch (CardProviderException refused) when (refused.InnerException is StripeException { HttpStatusCode: HttpStatusCode.BadRequest })
        {
            return await Confirm(reference, cancel); // it is over already, one way or the other
        }
    }

    public Task GiveBack(string reference, Money? amount, string key, CancellationToken cancel) => Ask(
        () => new RefundService(stripe).CreateAsync(new() { PaymentIntent = reference, Amount = amount?.Minor }, Once(key), cancel),
        cancel);

    /// <summary>By which our own payments are told from another program's in the same account.</summary>
    public const string OrderMark = "comanda_order";

    /// <summary>Whether Stripe signed this body within the tolerance around now.</summary>
    /// <param name="body">As it came, byte for byte.</param>
    /// <param name="header">Stripe-Signature; empty where there was none.</param>
    /// <param name="secret">The webhook's.</param>
    /// <param name="tolerance">How old the signature may be.</param>
    /// <param name="now">The server's clock.</param>
    public static bool IsSigned(byte[] body, string header, string secret, TimeSpan tolerance, DateTimeOffset now)
    {
        if (header.Length == 0)
            return false; // of none at all the library makes a NullReferenceException
        try
        {
            EventUtility.ValidateSignature(
                Encoding.UTF8.GetString(body),
                header,
                secret,
                (long)tolerance.TotalSeconds,
                now.ToUnixTimeSeconds());
            return true;
        }
        catch (Exception odd) when (odd is StripeException or FormatException or OverflowException or ArgumentException)
        {
            return false;
        }
    }

    private static RequestOptions Once(string key) => new() { IdempotencyKey = "comanda-" + key };

    private static ProviderIntent Read(PaymentIntent intent) => new(intent.Id, intent.ClientSecret ?? "", intent.Status);

    private static async Task<T> Ask<T>(Func<Task<T>> ask, CancellationToken cancel)
    {
        try
        {
            return await ask();
        }
        catch (StripeException refused) when ((int)refused.HttpStatusCode > 0)
        {
            throw new CardProviderException($"Stripe answered {(int)refused.HttpStatusCode}: {refused.Message}", refused);
        }
        catch (Exception failure) when (failure is StripeException or HttpRequestException
            || (failure is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new CardProviderException($"Stripe does not answer: {failure.Message}", failure);
        }
    }
}
