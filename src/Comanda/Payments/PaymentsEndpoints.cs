using Comanda.Kernel;

namespace Comanda.Payments;

/// <summary>Every slice of payments and drawers, once.</summary>
public static class PaymentsEndpoints
{
    public static IServiceCollection AddPayments(this IServiceCollection services, StripeOptions stripe, bool production) =>
        services.AddScoped<TakePayment>()
            .AddScoped<Drawers>()
            .AddScoped<CardIntents>()
            .AddScoped<CardWebhook>()
            .AddScoped<SellGiftCard>()
            .AddScoped<RefundGiftCard>()
            .AddHostedService<SendCardRefunds>()
            .AddSingleton(stripe)
            .AddSingleton<ICardProvider>(_ => stripe.SecretKey is not null
                ? new StripeCards(stripe, new HttpClient { Timeout = TimeSpan.FromSeconds(20) })
                : production
                ? new NoCards()
                : new SimulatedCards());

    public static void MapPayments(this IEndpointRouteBuilder app)
    {
        app.MapGiftCards();
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
            .Needs(Permission.TakePayments).MayBeRepeated("what is due is asked for once, however often")
            .Creates()
            .Refuses(400, 409, 503);
        intents.Post("/confirm", (ConfirmIntentRequest request, CardIntents cards, CancellationToken cancel) =>
                cards.Confirm(request, cancel))
            .Called("confirm_intent", "Asks the provider whether the guest has paid, and books it once.")
            .Needs(Permission.TakePayments).MayBeRepeated("a payment is booked once, whoever says that it came")
            .Refuses(400, 503);
        intents.Post("/webhook", (CardWebhook hook, RawBody body, CancellationToken cancel) => hook.Handle(body, cancel))
            .Called("payment_webhook", "For Stripe: what became of a payment, proved by Stripe-Signature.")
            .IsOpen().InNoShop()
            .MayBeRepeated("a payment is booked once, whoever says that it came")
            .Produces(200)
            .TakesAtMost(512 * 1024)
            .Refuses(400);

        var drawers = app.Chapter("Drawers", "/api/drawers").Needs(Permission.TakePayments);
        drawers.Get("", (Drawers all, CancellationToken cancel, string? status = null, int? limit = null, string? cursor = null) =>
                all.List(status, limit, cursor, cancel))
            .Called(
                "drawers",
                "Drawer sessions, the newest first; ?status=open or closed. Without manage_drawers, one's own and one's till's.")
            .Refuses(400);
        drawers.Get("/{id:long}", (long id, Drawers all, CancellationToken cancel) => all.One(id, cancel))
            .Called("drawer", "One session: the X report while it is open, the Z report once it is closed.")
            .Refuses(400, 403, 404);
        drawers.Post("/open", (OpenDrawerRequest request, Drawers all, CancellationToken cancel) => all.Open(request, cancel))
            .Called("open_drawer", "Opens the drawer of a till with its float.")
            .TakesKey()
            .Creates()
            .Refuses(400, 403, 409, 422);
        drawers.Post("/{id:long}/movements", (long id, MovementRequest request, Drawers all, CancellationToken cancel) =>
                all.Move(id, request, cancel))
            .Called("move_cash", "Cash put in or taken out that is no sale, with its reason.")
            .TakesKey()
            .Creates()
            .Refuses(400, 403, 404, 409, 422);
        drawers.Post("/{id:long}/close", (long id, CloseDrawerRequest request, Drawers all, CancellationToken cancel) =>
                all.Close(id, request, cancel))
            .Called("close_drawer", "Closes a session with what was counted: the Z report, which stands from then on.")
            .TakesKey()
            .Refuses(400, 403, 404, 409, 422);
    }
}
