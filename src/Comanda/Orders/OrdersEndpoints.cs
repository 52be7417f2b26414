using Comanda.Guests;
using Comanda.Menu;

namespace Comanda.Orders;

/// <summary>Every slice of orders, once. Other spellings of these paths are in Operations/Aliases.cs.</summary>
public static class OrdersEndpoints
{
    public static IServiceCollection AddOrders(this IServiceCollection services, OrderTrains.Limits trains) =>
        services
            .AddSingleton(trains)
            .AddSingleton<OrderTrains>()
            .AddSingleton<WriteTurns>()
            .AddScoped<PlaceOrder>()
            .AddScoped<MakeOrder>()
            .AddSingleton<PromotionsOfShop>()
            .AddSingleton<IMarkdowns>(s => s.GetRequiredService<PromotionsOfShop>())
            .AddScoped<PriceBasket>()
            .AddScoped<TryPromotion>()
            .AddScoped<RehearsePromotion>()
            .AddScoped<WriteOrder>()
            .AddScoped<SyncOrders>()
            .AddScoped<SetAsideSales>()
            .AddScoped<SetSalesAside>()
            .AddScoped<OrderChanges>()
            .AddScoped<ChangeStatus>()
            .AddScoped<EditOrder>()
            .AddScoped<ChangeOrder>()
            .AddScoped<FireOrders>()
            .AddScoped<KitchenBoard>()
            .AddSingleton<LearnWaits>()
            .AddSingleton<KitchenLoad>()
            .AddHostedService<FireInTime>()
            .AddScoped<RefundOrder>()
            .AddScoped<SplitOrder>()
            .AddScoped<MergeOrders>()
            .AddScoped<PrintReceipt>()
            .AddSingleton<ReadReceipt>()
            .AddSingleton<ReceiptLogos>()
            .AddSingleton<ReceiptLinks>()
            .AddSingleton<ProveReceipt>()
            .AddScoped<TrackOrder>()
            .AddScoped<CustomerOrders>()
            .AddScoped<PreviewOrder>()
            .AddScoped<ReadTillRules>()
            .AddScoped<FillOrder>()
            .AddScoped<OwnOrders>()
            .AddScoped<SendByPartner>()
            .AddHostedService<FollowPartners>()
            .AddScoped<OrderAgain>()
            .AddScoped<OwnData>()
            .AddScoped<DeliveryAreas>()
            .AddScoped<ReadSlots>()
            .AddStandingOrders()
            .AddCakes();

    /// <summary>Who brings deliveries for the shop: in production nobody who only seems to.</summary>
    public static IServiceCollection AddDeliveryPartners(this IServiceCollection services, bool production) =>
        production ? services : services.AddSingleton<IDeliveryPartner, SimulatedPartner>();

    public static void MapOrders(this IEndpointRouteBuilder app)
    {
        var orders = app.Chapter("Orders", "/api/orders");
        orders.Post("", (OrderRequest request, PlaceOrder place, CancellationToken cancel) => place.Handle(request, cancel))
            .Called(PlaceOrder.Operation, "Places an order, with its payments if it comes with any. Prices come from the menu.")
            .Needs(Permission.TakeOrders, ofGuests: Permission.PlaceOwnOrders).TakesKey().Practised()
            .Creates()
            .Refuses(400, 403, 409, 422, 429);
        orders.Post("/sync", (SyncOrders sync, RawBody body, CancellationToken cancel) => sync.Handle(body, cancel))
            .Called(
                "sync_orders",
                "What a till sold while it could not reach us. Each sale is placed once for its key; one that cannot be is set aside, "
                    + "and the others go through.")
            .Needs(Permission.TakePayments).MayBeRepeated("each sale has a key of its own")
            .Accepts<SyncRequest>("application/json")
            .Refuses(400, 403);
        orders.Get("/set-aside", (
                SetAsideSales sales,
                CancellationToken cancel,
                [Words("open", "resolved")] string? status = null,
                int? limit = null,
                string? cursor = null) =>
                sales.List(status, limit, cursor, cancel))
            .Called(
                "set_aside_sales",
                "Sales of tills' queues that could not be placed, with why; ?status=open waits for somebody to decide.")
            .Needs(Permission.RefundOrders)
            .Refuses(400);
        orders.Post("/set-aside/{id:long}/place", (
                long id,
                SetAsideSales sales,
                CancellationToken cancel,
                [OptionalBody] PlaceSetAsideRequest? request = null) =>
                sales.Place(id, request, cancel))
            .Called(
                "place_set_aside_sale",
                "Places a sale that was set aside, as the till sent it or as order says; it keeps its time, its day and who sold it.")
            .Needs(Permission.RefundOrders).MayBeRepeated("it is placed once, and whoever repeats it gets that answer")
            .Creates()
            .Refuses(400, 403, 404, 409);
        orders.Post("/set-aside/{id:long}/discard", (long id, DiscardSaleRequest request, SetAsideSales sales, CancellationToken cancel) =>
                sales.Discard(id, request, cancel))
            .Called("discard_set_aside_sale", "Nothing becomes of a sale that was set aside; it is kept with the reason.")
            .Needs(Permission.RefundOrders).MayBeRepeated("it is decided once")
            .Refuses(400, 404, 409);
        orders.Post("/preview", (OrderRequest request, PreviewOrder preview, CancellationToken cancel) => preview.Handle(request, cancel))
            .Called("preview_order", "Prices an order without placing it, and explains every cent.")
            .Needs(Permission.TakeOrders, ofGuests: Permission.PlaceOwnOrders).MayBeRepeated("nothing is written").Practised()
            .Refuses(400, 409);
        app.Chapter("Orders").Get("/api/till/rules", (ReadTillRules rules, CancellationToken cancel) => rules.Handle(cancel))
            .Called(
                "till_rules",
                "All that a till prices by besides the menu: taxes, rounding, charges, promotions, the shop's days and clock. With ETag.")
            .Needs(Permission.TakeOrders)
            .Refuses(400, 403);
        orders.Get("", ReadOrders.List)
            .Called("orders", "Orders, newest first; a guest's own. Also at /api/admin/orders.")
            .Needs(Permission.ReadOrders, ofGuests: Permission.ReadOwnOrders)
            .Refuses(400, 403);
        orders.Get("/{id:long}", ReadOrders.One)
            .Called("order", "One order, with lines, payments and refunds.")
            .Needs(Permission.ReadOrders, ofGuests: Permission.ReadOwnOrders)
            .Refuses(404);
        orders.Put("/{id:long}", (long id, OrderEdit edit, ChangeOrder change, CancellationToken cancel) => change.Handle(id, edit, cancel))
            .Called(
                "edit_order",
                "Changes a pending order: lines, table, notes, customer, type, tip, hour, discount, address, service charge. "
                    + "payment_status settles it, status moves it. If-Match or version refuses a stale edit.")
            .Needs(Permission.TakeOrders).Practised()
            .Refuses(400, 403, 404, 409, 412, 429);
        orders.Put("/{id:long}/status", (long id, StatusRequest request, ChangeStatus change, CancellationToken cancel) =>
                change.Move(id, request, cancel))
            .Called(
                "change_order_status",
                "Moves an order: pending, preparing, ready, completed (delivery: out_for_delivery, delivered), or cancelled.")
            .Needs(Permission.MoveOrders).Practised()
            .Refuses(400, 404, 409, 412, 429);
        orders.Post("/{id:long}/items", (long id, RoundRequest round, EditOrder change, CancellationToken cancel) =>
                change.AddRound(id, round, cancel))
            .Called(
                "add_round",
                "Another round for a table: lines come to an order that is not over, whatever the kitchen has of it. Needs no version.")
            .Needs(Permission.TakeOrders).TakesKey().Practised()
            .Creates()
            .Refuses(400, 403, 404, 409, 412, 422);
        orders.Post("/{id:long}/hold", (long id, FireOrders fire, CancellationToken cancel) => fire.Hold(id, cancel))
            .Called("hold_order", "Parks a pending order: the kitchen gives it back.")
            .Needs(Permission.TakeOrders).MayBeRepeated("it is held already").Practised()
            .Refuses(404, 409, 412);
        orders.Post("/{id:long}/resume", (long id, FireOrders fire, CancellationToken cancel) => fire.Resume(id, cancel))
            .Called("resume_order", "Goes on with a held order: the kitchen gets it, at once or in time for when it is wanted.")
            .Needs(Permission.TakeOrders).MayBeRepeated("it is resumed already").Practised()
            .Refuses(404, 409, 412);
        orders.Post("/{id:long}/recall", (long id, FireOrders fire, CancellationToken cancel) => fire.Recall(id, cancel))
            .Called("recall_order", "Calls an order that is ready back to the kitchen.")
            .Needs(Permission.MoveOrders).MayBeRepeated("it is in preparation already").Practised()
            .Refuses(404, 409, 412);
        app.Chapter("Kitchen").Get("/api/kitchen/tickets", (
                KitchenBoard board,
                CancellationToken cancel,
                string? station = null,
                [Words("open", "ready")] string? status = null,
                int? limit = null,
                string? cursor = null) =>
                board.Tickets(station, status, limit, cursor, cancel))
            .Called(
                "kitchen_tickets",
                "What the kitchen (or one ?station=) has in hand, the oldest first; ?status=ready is what waits for its guest.")
            .Needs(Permission.ReadOrders)
            .Refuses(400);
        app.Chapter("Kitchen").Put("/api/kitchen/items/{id:long}", (
                long id,
                PrepareRequest request,
                FireOrders fire,
                CancellationToken cancel) =>
                fire.Prepare(id, request, cancel))
            .Called("prepare_line", "How far a station is with a line: queued, started or ready. The order follows.")
            .Needs(Permission.MoveOrders).Practised()
            .Refuses(400, 404, 409, 412);
        orders.Delete("/{id:long}", Cancel)
            .Called("delete_order", "Cancels an order; the same as POST …/cancel.")
            .Needs(Permission.MoveOrders, ofGuests: Permission.CancelOwnOrders).Practised()
            .Refuses(400, 403, 404, 409, 429);
        orders.Post("/{id:long}/cancel", Cancel)
            .Called(
                "cancel_order",
                "Cancels an order, a guest their own while it is pending. What was paid goes back by the tenders it came by.")
            .Needs(Permission.MoveOrders, ofGuests: Permission.CancelOwnOrders)
            .MayBeRepeated("a cancelled order stays cancelled; a second call changes nothing").Practised()
            .Refuses(400, 403, 404, 409, 429);
        orders.Post("/{id:long}/refund", (
                long id,
                RefundOrder refund,
                CancellationToken cancel,
                [OptionalBody] RefundRequest? request = null) =>
                refund.Handle(id, request ?? new(null, null, null, null, null), cancel))
            .Called(
                "refund_order",
                "Gives money back for a sale that stays: lines, an amount, or all that is left; by the tenders it came by.")
            .Needs(Permission.TakePayments).TakesKey().Practised()
            .Creates()
            .Refuses(400, 403, 404, 409, 422, 429);
        orders.Post("/{id:long}/split", (long id, SplitRequest request, SplitOrder split, CancellationToken cancel) =>
                split.Handle(id, request, cancel))
            .Called("split_order", "Divides an unpaid bill: items go to a bill of their own, or ways says into how many even shares.")
            .Needs(Permission.TakeOrders).TakesKey().Practised()
            .Creates(always: false)
            .Refuses(400, 403, 404, 409, 412, 422);
        orders.Post("/{id:long}/merge", (long id, MergeRequest request, MergeOrders merge, CancellationToken cancel) =>
                merge.Merge(id, request, cancel))
            .Called("merge_orders", "Joins other unpaid bills to this one.")
            .Needs(Permission.TakeOrders).MayBeRepeated("an order that was joined is cancelled, and is refused a second time").Practised()
            .Refuses(400, 403, 404, 409, 412);
        orders.Post("/{id:long}/transfer", (long id, TransferOrderRequest request, MergeOrders merge, CancellationToken cancel) =>
                merge.Transfer(id, request, cancel))
            .Called("transfer_order", "Carries an unpaid bill to another table.")
            .Needs(Permission.TakeOrders).MayBeRepeated("it is at that table already").Practised()
            .Refuses(400, 403, 404, 409, 412);
        orders.Get("/{id:long}/track", (long id, TrackOrder track, CancellationToken cancel) => track.Show(id, cancel))
            .Called("track_order", "Where an order stands: what became of it when, the estimate, who brings it and where they are.")
            .Needs(Permission.ReadOrders, ofGuests: Permission.ReadOwnOrders)
            .Refuses(404);
        orders.Put("/{id:long}/delivery", (long id, DeliveryInput input, TrackOrder track, CancellationToken cancel) =>
                track.Update(id, input, cancel))
            .Called(
                "update_delivery",
                "Who brings a delivery, where they are, when they will be there, and that it was handed over; devices and its guest hear "
                    + "of it.")
            .Needs(Permission.MoveOrders).Practised()
            .Refuses(400, 404, 409);
        ReceiptEndpoints.Map(app);
        app.MapOrdersPromotions();
        OnlineEndpoints.Map(app);
        app.Chapter("Guests").Get("/api/customers/{id:long}/orders", (
                long id,
                CustomerOrders orders,
                CancellationToken cancel,
                int? limit = null,
                string? cursor = null) =>
                orders.Of(id, limit, cursor, cancel))
            .Called("customer_orders", "What a customer ordered, newest first.")
            .Needs(Permission.ReadCustomers)
            .Refuses(400, 404);
        app.Chapter("Guests").Post("/api/customers/{id:long}/merge", (
                long id,
                MergeCustomersRequest request,
                CustomerOrders orders,
                CancellationToken cancel) =>
                orders.Merge(id, request, cancel))
            .Called("merge_customers", "Makes two records of one guest one: the orders and points of customer_id become this one's.")
            .Needs(Permission.ManageCustomers).MayBeRepeated("customer_id is nobody's the second time, and that is told")
            .Refuses(400, 404, 409);
        app.Chapter("Guests").Delete("/api/customers/{id:long}", (long id, CustomerOrders orders, CancellationToken cancel) =>
                orders.Erase(id, cancel))
            .Called(
                "erase_customer",
                "Erases who a customer was, here and in their orders, with the account they signed in with. Sales and points stay in "
                    + "the books.")
            .Needs(Permission.ManageCustomers)
            .Refuses(404);
    }

    private static Task<Answer<OrderView>> Cancel(
        long id, ChangeStatus change, CancellationToken cancel, [OptionalBody] CancelRequest? request = null) =>
        change.Cancel(id, request, cancel);
}
