namespace Comanda.Orders;

/// <summary>What guests do themselves, besides ordering.</summary>
internal static class OnlineEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        DeliveryAreas.Map(app);
        app.MapStandingOrders();
        app.MapCakes();
        app.Chapter("Delivery").Get("/api/slots", (
                ReadSlots slots,
                CancellationToken cancel,
                [Words("pickup", "delivery")] string? type = null,
                DateOnly? date = null,
                int? days = null) =>
                slots.Of(type, date, days, cancel))
            .Called(
                "slots",
                "For when can be ordered (scheduled_for), and how much room is left: of a business day (today where it is left out), or of "
                    + "several (?days=).")
            .IsOpen()
            .Refuses(400);
        app.Chapter("Delivery").Post("/api/orders/{id:long}/delivery/partner", (
                long id,
                PartnerRequest request,
                SendByPartner send,
                CancellationToken cancel) =>
                send.Handle(id, request, cancel))
            .Called(
                "send_by_partner",
                "A partner brings it: their courier, position and estimate are told like any other's. Without one of the shop's own the "
                    + "only one is simulated, and says so.")
            .Needs(Permission.MoveOrders).MayBeRepeated("it is the same errand")
            .Refuses(400, 404, 409, 503);
        var guests = app.Chapter("Guests", "/api");
        guests.Get("/orders/{id:long}/again", (long id, OrderAgain again, CancellationToken cancel) => again.Of(id, cancel))
            .Called("order_again", "The basket of an earlier order, as it can be ordered now: items for POST /api/orders.")
            .Needs(Permission.ReadOrders, ofGuests: Permission.ReadOwnOrders)
            .Refuses(404);
        guests.Get("/customers/me/usual", (OrderAgain again, CancellationToken cancel) => again.Usual(cancel))
            .Called("usual_order", "What a guest who is signed in orders most: items for POST /api/orders.")
            .Needs(Permission.ReadOrders, ofGuests: Permission.ReadOwnOrders)
            .Refuses(404);
        guests.Get("/customers/me/export", (OwnData data, CancellationToken cancel) => data.Export(cancel))
            .Called("export_own_data", "All that the shop keeps of a guest who is signed in, for them to take along.")
            .Needs(Permission.ReadOwnProfile)
            .Refuses(404);
        guests.Delete("/customers/me", (OwnData data, CancellationToken cancel, bool? confirm = null) => data.Erase(confirm, cancel))
            .Called(
                "erase_own_data",
                "Erases who a guest is who is signed in (?confirm=true): record, account, addresses, favourites. Sales and points stay in "
                    + "the books.")
            .Needs(Permission.ReadOwnProfile)
            .Refuses(400, 404);
    }
}
