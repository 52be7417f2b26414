using System.Text.Json;

namespace Comanda.Payments;

/// <summary>That the provider need not say it again.</summary>
public sealed record Heard(bool Received);

/// <summary>POST /api/payments/webhook: what the provider says by itself of payments.</summary>
public sealed class CardWebhook(CardIntents cards, StripeOptions stripe, TimeProvider clock)
{
    /// <summary>How old a webhook's signature may be, as Stripe's own libraries have it.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>What the provider says by itself. Only what its signature proves is believed.</summary>
    public async Task<Answer<Heard>> Handle(RawBody body, CancellationToken cancel)
    {
        var sent = await body.Read(cancel);
        var signature = body.Header("Stripe-Signature");
        var now = clock.GetUtcNow();
        if (stripe.WebhookSecret is not { } secret || !StripeCards.IsSigned(sent, signature, secret, Tolerance, now))
            return new Refusal(400, "bad_signature", stripe.WebhookSecret is null
                ? "No webhook secret is configured (COMANDA_STRIPE_WEBHOOK_SECRET)."
                : "The signature is missing, not ours, or older than five minutes.");
        // Read by hand and no further than needed: the library's types are of one version of Stripe's API, an account may send another's.
        string type, reference, status;
        var ours = false;
        try
        {
            var told = JsonElement.Parse(sent);
            type = told.GetProperty("type").GetString() ?? throw new JsonException("an event has a type");
            if (!type.StartsWith("payment_intent.", StringComparison.Ordinal))
                return new Heard(true);
            var about = told.GetProperty("data").GetProperty("object");
            reference = about.GetProperty("id").GetString() ?? "";
            status = type == "payment_intent.succeeded"
                ? "succeeded"
                : type == "payment_intent.canceled"
                ? "canceled"
                : about.GetProperty("status").GetString() ?? "";
            ours = about.TryGetProperty("metadata", out var metadata)
                && metadata.ValueKind == JsonValueKind.Object
                && metadata.TryGetProperty(StripeCards.OrderMark, out _);
        }
        catch (Exception odd) when (odd is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Refusal.OfField("body", "is no event of the provider");
        }

        // One that we have just asked for and not yet written comes again; one of another program's does not.
        if (!await cards.Hear(reference, status, cancel) && ours)
            return Refusal.NotFound("payment");
        return new Heard(true);
    }
}
