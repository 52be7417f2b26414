using Comanda.Kernel;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Comanda.Orders;

/// <summary>Every slice of orders, once. Other spellings of these paths are in Operations/Aliases.cs.</summary>
public static class OrdersEndpoints
{
    public static IServiceCollection AddOrders(this IServiceCollection services) =>
        services
            .AddSingleton<WriteTurns>()
            .AddScoped<PlaceOrder>()
            .AddScoped<WriteOrder>()
            .AddScoped<SyncOrders>()
            .AddScoped<SetAsideSales>()
            .AddScoped<OrderChanges>()
            .AddScoped<ChangeStatus>()
            .AddScoped<EditOrder>()
            .AddScoped<FireOrders>()
            .AddSingleton<KitchenLoad>()
            .AddHostedService<FireInTime>()
            .AddScoped<RefundOrder>()
            .AddScoped<SplitOrder>()
            .AddScoped<MergeOrders>()
            .AddScoped<PrintReceipt>()
            .AddSingleton<ReceiptLinks>()
            .AddSingleton<ProveReceipt>()
            .AddScoped<TrackOrder>()
            .AddScoped<CustomerOrders>();

    public static void MapOrders(this IEndpointRouteBuilder app)
    {
        var orders = app.MapGroup("/api/orders").WithTags("Orders");
        orders.MapPost(
            "",
            (OrderRequest request, PlaceOrder place, HttpContext http, CancellationToken cancel) => place.Handle(request, http, cancel))
            .WithName(PlaceOrder.Operation)
            .WithSummary("Places an order, with its payments if it comes with any. Prices come from the menu.")
            .WithMetadata(new NeedsPermission(Permission.TakeOrders), IdempotencyRule.ByKey)
            .Produces<OrderView>(201)
            .ProducesProblem(400)
            .ProducesProblem(403)
            .ProducesProblem(409)
            .ProducesProblem(422)
            .ProducesProblem(429);
        orders.MapPost("/sync", (SyncOrders sync, HttpContext http, CancellationToken cancel) => sync.Handle(http, cancel))
            .WithName("sync_orders")
            .WithSummary("What a till sold while it could not reach us. Each sale is placed once for its key; one that cannot be is set "
                + "aside, and the others go through.")
            .WithMetadata(new NeedsPermission(Permission.TakePayments), IdempotencyRule.Harmless("each sale has a key of its own"))
            .Accepts<SyncRequest>("application/json")
            .ProducesProblem(400)
            .ProducesProblem(403);
        orders.MapGet("/set-aside", (
            SetAsideSales sales,
            CancellationToken cancel,
            string? status = null,
            int? limit = null,
            string? cursor = null) => sales.List(status, limit, cursor, cancel))
            .WithName("set_aside_sales")
            .WithSummary("Sales of tills' queues that could not be placed, with why; ?status=open waits for somebody to decide.")
            .WithMetadata(new NeedsPermission(Permission.RefundOrders))
            .Produces<PageOf<SetAsideView>>()
            .ProducesProblem(400);
        orders.MapPost(
            "/set-aside/{id:long}/place",
            (
                long id,
                SetAsideSales sales,
                HttpContext http,
                CancellationToken cancel,
                [Microsoft.AspNetCore.Mvc.FromBody(
                    EmptyBodyBehavior = Microsoft.AspNetCore.Mvc.ModelBinding.EmptyBodyBehavior.Allow)] PlaceSetAsideRequest? request =
                        null) => sales.Place(
                    id,
                    request,
                    http,
                    cancel))
            .WithName("place_set_aside_sale").WithSummary(
                "Places a sale that was set aside, as the till sent it or as order says; it keeps its time, its day and who sold it.")
            .WithMetadata(
                new NeedsPermission(Permission.RefundOrders),
                IdempotencyRule.Harmless("it is placed once, and whoever repeats it gets that answer"))
            .Produces<OrderView>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        orders.MapPost(
            "/set-aside/{id:long}/discard",
            (long id, DiscardSaleRequest request, SetAsideSales sales, CancellationToken cancel) => sales.Discard(id, request, cancel))
            .WithName("discard_set_aside_sale").WithSummary("Nothing becomes of a sale that was set aside; it is kept with the reason.")
            .WithMetadata(new NeedsPermission(Permission.RefundOrders), IdempotencyRule.Harmless("it is decided once"))
            .Produces<SetAsideView>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409);
        orders.MapPost("/preview", PreviewOrder.Handle)
            .WithName("preview_order")
            .WithSummary("Prices an order without placing it, and explains every cent.")
            .WithMetadata(new NeedsPermission(Permission.TakeOrders), IdempotencyRule.Harmless("nothing is written"))
            .ProducesProblem(400)
            .ProducesProblem(409);
        orders.MapGet("", ReadOrders.List).WithName("orders").WithSummary("Orders, newest first. Also at /api/admin/orders.")
            .WithMetadata(new NeedsPermission(Permission.ReadOrders)).ProducesProblem(400).ProducesProblem(403);
        orders.MapGet("/{id:long}", ReadOrders.One).WithName("order").WithSummary("One order, with lines, payments and refunds.")
            .WithMetadata(new NeedsPermission(Permission.ReadOrders)).ProducesProblem(404);
        orders.MapPut("/{id:long}", (
            long id,
            OrderEdit edit,
            EditOrder change,
            HttpContext http,
            CancellationToken cancel) => change.Handle(id, edit, http, cancel))
            .WithName("edit_order")
            .WithSummary("Edits lines, table and notes of a pending order. If-Match or version refuses a stale edit.")
            .WithMetadata(new NeedsPermission(Permission.TakeOrders))
            .Produces<OrderView>()
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412)
            .ProducesProblem(429);
        orders.MapPut("/{id:long}/status", (
            long id,
            StatusRequest request,
            ChangeStatus change,
            HttpContext http,
            CancellationToken cancel) => change.Move(id, request, http, cancel))
            .WithName("change_order_status")
            .WithSummary("Moves an order: pending, preparing, ready, completed (delivery: out_for_delivery, delivered), or cancelled.")
            .WithMetadata(new NeedsPermission(Permission.MoveOrders))
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412)
            .ProducesProblem(429);
        orders.MapPost("/{id:long}/items", (
            long id,
            RoundRequest round,
            EditOrder change,
            HttpContext http,
            CancellationToken cancel) => change.AddRound(id, round, http, cancel))
            .WithName("add_round")
            .WithSummary(
                "Another round for a table: lines come to an order that is not over, whatever the kitchen has of it. Needs no version.")
            .WithMetadata(new NeedsPermission(Permission.TakeOrders), IdempotencyRule.ByKey)
            .Produces<OrderView>(201)
            .ProducesProblem(400)
            .ProducesProblem(403)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412)
            .ProducesProblem(422);
        orders.MapPost(
            "/{id:long}/hold",
            (long id, FireOrders fire, HttpContext http, CancellationToken cancel) => fire.Hold(id, http, cancel))
            .WithName("hold_order")
            .WithSummary("Parks a pending order: the kitchen gives it back.")
            .WithMetadata(new NeedsPermission(Permission.TakeOrders), IdempotencyRule.Harmless("it is held already"))
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412);
        orders.MapPost(
            "/{id:long}/resume",
            (long id, FireOrders fire, HttpContext http, CancellationToken cancel) => fire.Resume(id, http, cancel))
            .WithName("resume_order")
            .WithSummary("Goes on with a held order: the kitchen gets it, at once or in time for when it is wanted.")
            .WithMetadata(new NeedsPermission(Permission.TakeOrders), IdempotencyRule.Harmless("it is resumed already"))
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412);
        orders.MapPost(
            "/{id:long}/recall",
            (long id, FireOrders fire, HttpContext http, CancellationToken cancel) => fire.Recall(id, http, cancel))
            .WithName("recall_order")
            .WithSummary("Calls an order that is ready back to the kitchen.")
            .WithMetadata(new NeedsPermission(Permission.MoveOrders), IdempotencyRule.Harmless("it is in preparation already"))
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412);
        app.MapGet("/api/kitchen/tickets", KitchenBoard.Tickets).WithTags("Kitchen").WithName("kitchen_tickets")
            .WithSummary("What the kitchen (or one ?station=) has in hand, the oldest first; ?status=ready is what waits for its guest.")
            .WithMetadata(new NeedsPermission(Permission.ReadOrders)).ProducesProblem(400);
        app.MapPut("/api/kitchen/items/{id:long}", (
            long id,
            PrepareRequest request,
            FireOrders fire,
            HttpContext http,
            CancellationToken cancel) => fire.Prepare(id, request, http, cancel))
            .WithTags("Kitchen")
            .WithName("prepare_line")
            .WithSummary("How far a station is with a line: queued, started or ready. The order follows.")
            .WithMetadata(new NeedsPermission(Permission.MoveOrders))
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412);
        orders.MapDelete("/{id:long}", Cancel)
            .WithName("delete_order")
            .WithSummary("Cancels an order; the same as POST …/cancel.")
            .WithMetadata(new NeedsPermission(Permission.MoveOrders))
            .ProducesProblem(403)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(429);
        orders.MapPost(
            "/{id:long}/cancel",
            Cancel).WithName("cancel_order").WithSummary("Cancels an order. What was paid goes back by the tenders it came by.")
            .WithMetadata(
                new NeedsPermission(Permission.MoveOrders),
                IdempotencyRule.Harmless("a cancelled order stays cancelled; a second call changes nothing"))
            .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(429);
        orders.MapPost("/{id:long}/refund", (
            long id,
            RefundRequest request,
            RefundOrder refund,
            HttpContext http,
            CancellationToken cancel) => refund.Handle(id, request, http, cancel))
            .WithName("refund_order")
            .WithSummary("Gives money back for a sale that stays: lines, an amount, or all that is left; by the tenders it came by.")
            .WithMetadata(new NeedsPermission(Permission.TakePayments), IdempotencyRule.ByKey)
            .Produces<OrderRefundView>(201)
            .ProducesProblem(400)
            .ProducesProblem(403)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(422)
            .ProducesProblem(429);
        orders.MapPost("/{id:long}/split", (
            long id,
            SplitRequest request,
            SplitOrder split,
            HttpContext http,
            CancellationToken cancel) => split.Handle(id, request, http, cancel))
            .WithName("split_order")
            .WithSummary("Divides an unpaid bill: items go to a bill of their own, or ways says into how many even shares.")
            .WithMetadata(new NeedsPermission(Permission.TakeOrders), IdempotencyRule.ByKey)
            .Produces<SplitView>(201)
            .Produces<SplitView>()
            .ProducesProblem(400)
            .ProducesProblem(403)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412)
            .ProducesProblem(422);
        orders.MapPost("/{id:long}/merge", (
            long id,
            MergeRequest request,
            MergeOrders merge,
            HttpContext http,
            CancellationToken cancel) => merge.Merge(id, request, http, cancel))
            .WithName("merge_orders").WithSummary("Joins other unpaid bills to this one.")
            .WithMetadata(
                new NeedsPermission(Permission.TakeOrders),
                IdempotencyRule.Harmless("an order that was joined is cancelled, and is refused a second time"))
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);
        orders.MapPost("/{id:long}/transfer", (
            long id,
            TransferOrderRequest request,
            MergeOrders merge,
            HttpContext http,
            CancellationToken cancel) => merge.Transfer(id, request, http, cancel))
            .WithName("transfer_order").WithSummary("Carries an unpaid bill to another table.")
            .WithMetadata(new NeedsPermission(Permission.TakeOrders), IdempotencyRule.Harmless("it is at that table already"))
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);
        orders.MapGet("/{id:long}/track", (long id, TrackOrder track, CancellationToken cancel) => track.Show(id, cancel))
            .WithName("track_order")
            .WithSummary("Where an order stands: what became of it when, the estimate, who brings it and where they are.")
            .WithMetadata(new NeedsPermission(Permission.ReadOrders))
            .ProducesProblem(404);
        orders.MapPut(
            "/{id:long}/delivery",
            (long id, DeliveryInput input, TrackOrder track, HttpContext http, CancellationToken cancel) =>
                track.Update(id, input, http, cancel))
            .WithName("update_delivery")
            .WithSummary("Who brings a delivery, where they are, and when they will be there; devices hear of it.")
            .WithMetadata(new NeedsPermission(Permission.MoveOrders))
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(409);
        orders.MapGet("/{id:long}/receipt", (
            long id,
            PrintReceipt print,
            HttpContext http,
            CancellationToken cancel,
            string? format = null,
            int? columns = null,
            bool? kick = null) => print.Print(id, http, format, columns, kick, cancel))
            .WithName("receipt")
            .WithSummary("The receipt as html, pdf, text or escpos (?format= or Accept), of 42 or 32 columns; all but the first say that "
                + "they are reprints. kick opens the drawer, or keeps it shut.")
            .WithMetadata(new NeedsPermission(Permission.ReadOrders))
            .Produces(200, contentType: "text/html", additionalContentTypes: ["application/pdf", "text/plain", PrintReceipt.EscPosType])
            .ProducesProblem(400)
            .ProducesProblem(404);
        orders.MapPost(
            "/{id:long}/receipt/email",
            (long id, EmailReceiptRequest request, PrintReceipt print, CancellationToken cancel) => print.Email(id, request, cancel))
            .WithName("email_receipt").WithSummary("Sends the receipt by mail, as text.")
            .WithMetadata(new NeedsPermission(Permission.ReadOrders), IdempotencyRule.Harmless("a second mail says that it is a reprint"))
            .ProducesProblem(400).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        app.MapGet("/api/customers/{id:long}/orders", (
            long id,
            CustomerOrders orders,
            CancellationToken cancel,
            int? limit = null,
            string? cursor = null) => orders.Of(id, limit, cursor, cancel))
            .WithTags("Guests").WithName("customer_orders").WithSummary("What a customer ordered, newest first.")
            .WithMetadata(new NeedsPermission(Permission.ReadCustomers)).ProducesProblem(400).ProducesProblem(404);
        app.MapDelete("/api/customers/{id:long}", (long id, CustomerOrders orders, CancellationToken cancel) => orders.Erase(id, cancel))
            .WithTags("Guests")
            .WithName("erase_customer")
            .WithSummary("Erases who a customer was, here and in their orders, with the account they signed in with. Sales and points "
                + "stay in the books.")
            .WithMetadata(new NeedsPermission(Permission.ManageCustomers))
            .ProducesProblem(404);
        app.MapGet(
            ReceiptLinks.Path + "{token}",
            (string token, ProveReceipt prove, HttpContext http, CancellationToken cancel) => prove.Handle(token, http, cancel))
            .AllowAnonymous().WithTags("Orders").WithName("receipt_proof").WithSummary(
                "Where a receipt's QR code leads: its place in the fiscal journal, recomputed on the spot. A page, or JSON by Accept.")
            .WithMetadata(new NeedsNoShop()).Produces<ReceiptProof>(200, "application/json", "text/html").ProducesProblem(404);
    }

    private static Task<Results<Ok<OrderView>, ProblemHttpResult>> Cancel(
        long id, ChangeStatus change, HttpContext http, CancellationToken cancel, [Microsoft.AspNetCore.Mvc.FromBody(
            EmptyBodyBehavior = Microsoft.AspNetCore.Mvc.ModelBinding.EmptyBodyBehavior.Allow)] CancelRequest? request = null) =>
        change.Cancel(id, request, http, cancel);
}
