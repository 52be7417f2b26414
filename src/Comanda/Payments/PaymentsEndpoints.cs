namespace Comanda.Payments;

/// <summary>Every slice of payments and drawers, once.</summary>
public static class PaymentsEndpoints
{
    public static IServiceCollection AddPayments(this IServiceCollection services, StripeOptions stripe, bool production) =>
        services.AddScoped<TakePayment>()
            .AddScoped<CardIntents>()
            .AddScoped<CardWebhook>()
            .AddHostedService<SendCardRefunds>()
            .AddHostedService<ReleaseUnpaid>()
            .AddSingleton(stripe)
            .AddSingleton<ICardProvider>(_ => stripe.SecretKey is not null
                ? new StripeCards(stripe, new HttpClient { Timeout = TimeSpan.FromSeconds(20) })
                : production
                ? new NoCards()
                : new SimulatedCards());

    public static void MapPayments(this IEndpointRouteBuilder app)
    {
        app.Chapter("Payments").Post("/api/payments", (TakePaymentRequest request, TakePayment take, CancellationToken cancel) =>
                take.Handle(request, cancel))
            .Called(
                "take_payment",
                "Takes a payment for an order: cash (with change), card or mobile as recorded, or a gift card by its code. Split tender "
                    + "is several payments.")
            .Needs(Permission.TakePayments).TakesKey().Practised()
            .Creates()
            .Refuses(400, 409, 422);

        var intents = app.Chapter("Payments", "/api/payments");
        intents.Post("/create-intent", (CreateIntentRequest request, CardIntents cards, CancellationToken cancel) =>
                cards.Create(request, cancel))
            .Called(
                "create_intent",
                "Asks the card provider for what is due; the guest pays there with client_secret. Without a Stripe key the provider is "
                    + "simulated, and says so.")
            .Needs(Permission.TakePayments, ofGuests: Permission.PayOwnOrders).MayBeRepeated("what is due is asked for once, however often")
            .Creates()
            .Refuses(400, 409, 503);
        intents.Post("/confirm", (ConfirmIntentRequest request, CardIntents cards, CancellationToken cancel) =>
                cards.Confirm(request, cancel))
            .Called("confirm_intent", "Asks the provider whether the guest has paid, and books it once.")
            .Needs(Permission.TakePayments, ofGuests: Permission.PayOwnOrders)
            .MayBeRepeated("a payment is booked once, whoever says that it came")
            .Refuses(400, 503);
        intents.Post("/webhook", (CardWebhook hook, RawBody body, CancellationToken cancel) => hook.Handle(body, cancel))
            .Called("payment_webhook", "For Stripe: what became of a payment, proved by Stripe-Signature.")
            .IsOpen().InNoShop()
            .MayBeRepeated("a payment is booked once, whoever says that it came")
            .Produces(200)
            .TakesAtMost(512 * 1024)
            .Refuses(400);
    }
}
