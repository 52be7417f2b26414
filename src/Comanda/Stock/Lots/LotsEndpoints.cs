namespace Comanda.Stock;

/// <summary>Every slice of lots, once.</summary>
public static class LotsEndpoints
{
    public static IServiceCollection AddLots(this IServiceCollection services) => services
        .AddScoped<ReadLots>()
        .AddScoped<EditKeptLots>()
        .AddScoped<OrderLots>()
        .AddScoped<Recall>();

    public static void MapLots(this RouteGroupBuilder api)
    {
        api.Get("/lots", ([AsParameters] LotFilter asked, ReadLots read, CancellationToken cancel) => read.List(asked, cancel))
            .Called(
                "lots",
                "Lots of what was delivered and made, the newest first; expiring_within=3 those that keep so many days at most and are "
                    + "not used up.")
            .Needs(Permission.ReadStock)
            .Refuses(400);
        api.Get("/inventory/{id:long}/lots", (long id, EditKeptLots lots, CancellationToken cancel) => lots.Read(id, cancel))
            .Called("kept_lots", "Whether a stock item keeps lots, and how long one keeps.")
            .Needs(Permission.ReadStock)
            .Refuses(404);
        api.Put("/inventory/{id:long}/lots", (long id, KeepLotsRequest request, EditKeptLots lots, CancellationToken cancel) =>
                lots.Change(id, request, cancel))
            .Called(
                "keep_lots",
                "From now on the item keeps lots (it does so too from the first delivery that names one); shelf_life_days is how long "
                    + "one keeps where nothing else is said.")
            .Needs(Permission.ManageStock)
            .Refuses(400, 404, 409, 412);
        api.Get("/orders/{id:long}/lots", (long id, OrderLots lots, CancellationToken cancel) => lots.Read(id, cancel))
            .Called("order_lots", "Of which lots an order's lines are: first expired, first out, or as somebody scanned.")
            .Needs(Permission.ReadStock)
            .Refuses(404);
        api.Put("/orders/{id:long}/lots", (long id, ScanLotRequest request, OrderLots lots, CancellationToken cancel) =>
                lots.Scan(id, request, cancel))
            .Called("scan_lot", "What the line has is of the lot whose label was scanned: {order_item_id, lot}.")
            .Needs(Permission.MoveOrders)
            .Refuses(400, 404, 409);
        api.Get("/recall", ([AsParameters] RecallQuery asked, Recall recall, CancellationToken cancel) => recall.Read(asked, cancel))
            .Called(
                "recall",
                "Of a lot (lot=, as it stands on the sack): the lots it went into, the receipts and the guests, with a message ready. Of "
                    + "a receipt (order_id=, or receipt=, its number): the lots it is of, down to the deliveries.")
            .Needs(Permission.ManageStock)
            .Refuses(400, 404);
        api.Post("/recall/messages", (TellGuestsRequest request, Recall recall, CancellationToken cancel) => recall.Tell(request, cancel))
            .Called("tell_guests_of_recall", "Tells the guests who are concerned by mail or SMS, each once however often it is asked.")
            .Needs(Permission.ManageStock).TakesKey()
            .Refuses(400, 422);
    }
}
