using Comanda.Kernel;

namespace Comanda.Payments;

/// <summary>Every slice of payments and drawers, once.</summary>
public static class PaymentsEndpoints
{
    public static IServiceCollection AddPayments(this IServiceCollection services, StripeOptions stripe, bool production) =>
        services.AddScoped<TakePayment>()
            .AddScoped<Drawers>()
            .AddScoped<CardIntents>()
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
        app.MapPost("/api/payments", (
            TakePaymentRequest request,
            TakePayment take,
            HttpContext http,
            CancellationToken cancel) => take.Handle(request, http, cancel))
            .WithName("take_payment")
            .WithSummary("Takes a payment for an order: cash (with change), card or mobile as recorded, or a gift card by its code. Split "
                + "tender is several payments.")
            .WithTags("Payments")
            .WithMetadata(new NeedsPermission(Permission.TakePayments), IdempotencyRule.ByKey)
            .Produces<PaymentTaken>(201)
            .ProducesProblem(400)
            .ProducesProblem(409)
            .ProducesProblem(422);

        var intents = app.MapGroup("/api/payments").WithTags("Payments");
        intents.MapPost(
            "/create-intent",
            (CreateIntentRequest request, CardIntents cards, CancellationToken cancel) => cards.Create(request, cancel))
            .WithName("create_intent")
            .WithSummary("Asks the card provider for what is due; the guest pays there with client_secret. Without a Stripe key the "
                + "provider is simulated, and says so.")
            .WithMetadata(
                new NeedsPermission(Permission.TakePayments),
                IdempotencyRule.Harmless("what is due is asked for once, however often"))
            .Produces<IntentView>(201)
            .ProducesProblem(400)
            .ProducesProblem(409)
            .ProducesProblem(503);
        intents.MapPost(
            "/confirm",
            (ConfirmIntentRequest request, CardIntents cards, CancellationToken cancel) => cards.Confirm(request, cancel))
            .WithName("confirm_intent").WithSummary("Asks the provider whether the guest has paid, and books it once.")
            .WithMetadata(new NeedsPermission(Permission.TakePayments), IdempotencyRule.Harmless(
                "a payment is booked once, whoever says that it came")).Produces<IntentView>().ProducesProblem(400).ProducesProblem(503);
        intents.MapPost("/webhook", (HttpContext http, CardIntents cards, CancellationToken cancel) => cards.Webhook(http, cancel))
            .AllowAnonymous().WithName("payment_webhook").WithSummary("For Stripe: what became of a payment, proved by Stripe-Signature.")
            .WithMetadata(
                new NeedsNoShop(),
                IdempotencyRule.Harmless("a payment is booked once, whoever says that it came"),
                new Microsoft.AspNetCore.Mvc.RequestSizeLimitAttribute(512 * 1024)).Produces(200).ProducesProblem(400);

        var drawers = app.MapGroup("/api/drawers").WithTags("Drawers").WithMetadata(new NeedsPermission(Permission.TakePayments));
        drawers.MapGet(
                "",
                (Drawers all, HttpContext http, CancellationToken cancel, string? status = null, int? limit = null, string? cursor = null)
                    => all.List(status, limit, cursor, http, cancel))
            .WithName("drawers")
            .WithSummary("Drawer sessions, the newest first; ?status=open or closed. Without manage_drawers, one's own and one's till's.")
            .Produces<PageOf<DrawerView>>().ProducesProblem(400);
        drawers.MapGet("/{id:long}", (long id, Drawers all, HttpContext http, CancellationToken cancel) => all.One(id, http, cancel))
            .WithName("drawer").WithSummary("One session: the X report while it is open, the Z report once it is closed.")
            .Produces<DrawerView>().ProducesProblem(400).ProducesProblem(403).ProducesProblem(404);
        drawers.MapPost(
            "/open",
            (OpenDrawerRequest request, Drawers all, HttpContext http, CancellationToken cancel) => all.Open(request, http, cancel))
            .WithName("open_drawer").WithSummary("Opens the drawer of a till with its float.").WithMetadata(IdempotencyRule.ByKey)
            .Produces<DrawerView>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(409).ProducesProblem(422);
        drawers.MapPost("/{id:long}/movements", (
            long id,
            MovementRequest request,
            Drawers all,
            HttpContext http,
            CancellationToken cancel) => all.Move(id, request, http, cancel))
            .WithName("move_cash")
            .WithSummary("Cash put in or taken out that is no sale, with its reason.")
            .WithMetadata(IdempotencyRule.ByKey)
            .Produces<DrawerMovementView>(201)
            .ProducesProblem(400)
            .ProducesProblem(403)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(422);
        drawers.MapPost("/{id:long}/close", (
            long id,
            CloseDrawerRequest request,
            Drawers all,
            HttpContext http,
            CancellationToken cancel) => all.Close(id, request, http, cancel))
            .WithName("close_drawer")
            .WithSummary("Closes a session with what was counted: the Z report, which stands from then on.")
            .WithMetadata(IdempotencyRule.ByKey)
            .Produces<DrawerView>()
            .ProducesProblem(400)
            .ProducesProblem(403)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(422);
    }
}
