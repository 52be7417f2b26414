namespace Comanda.Orders;

/// <summary>Every slice of standing orders.</summary>
internal static class StandingEndpoints
{
    public static IServiceCollection AddStandingOrders(this IServiceCollection services) =>
        services.AddScoped<ReadStanding>().AddScoped<EditStanding>().AddHostedService<PlaceStanding>();

    public static void MapStandingOrders(this IEndpointRouteBuilder app)
    {
        var standing = app.Chapter("Orders", "/api/standing-orders");
        standing.Get("", (ReadStanding read, [AsParameters] StandingFilter filter, CancellationToken cancel) =>
                read.List(filter, cancel))
            .Called("standing_orders", "Standing orders, the newest first, each with its next days; ?status=, ?customer_id=.")
            .Needs(Permission.ReadOrders)
            .Refuses(400);
        standing.Get("/day", (ReadStanding read, CancellationToken cancel, DateOnly? date = null) => read.Morning(date, cancel))
            .Called(
                "standing_orders_of_day",
                "One list for the morning (tomorrow's, or of ?date=): what all standing orders come to, and who gets what when.")
            .Needs(Permission.ReadOrders)
            .Refuses(400);
        standing.Get("/{id:long}", (long id, ReadStanding read, CancellationToken cancel) => read.One(id, cancel))
            .Called("standing_order", "One standing order, with its next days.")
            .Needs(Permission.ReadOrders)
            .Refuses(404);
        standing.Post("", (StandingOrderInput input, EditStanding edit, CancellationToken cancel) => edit.Add(input, cancel))
            .Called(
                "add_standing_order",
                "Every Saturday two rye: days of the week, a time, items. So many days before, each day becomes an order, once.")
            .Needs(Permission.EditCustomers).TakesKey()
            .Creates()
            .Refuses(400, 409, 422);
        standing.Put("/{id:long}", (long id, StandingOrderInput input, EditStanding edit, CancellationToken cancel) =>
                edit.Change(id, input, cancel))
            .Called("change_standing_order", "Changes what is given of it, pauses for holidays among it; placed orders stay as they are.")
            .Needs(Permission.EditCustomers)
            .Refuses(400, 404, 412);
        standing.Delete("/{id:long}", (long id, EditStanding edit, CancellationToken cancel) => edit.End(id, cancel))
            .Called("end_standing_order", "No more of it; placed orders stay.")
            .Needs(Permission.EditCustomers)
            .Refuses(404);
    }
}
