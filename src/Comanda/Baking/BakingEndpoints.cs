namespace Comanda.Baking;

/// <summary>Every slice of baking, once.</summary>
public static class BakingEndpoints
{
    public static IServiceCollection AddBaking(this IServiceCollection services) => services
        .AddScoped<EditStations>()
        .AddScoped<EditMethods>()
        .AddScoped<SuggestBakes>()
        .AddScoped<ReadPlan>()
        .AddScoped<KeepPlan>()
        .AddScoped<MoveTask>();

    public static void MapBaking(this IEndpointRouteBuilder app)
    {
        MapMethods(app.Chapter("Bakery", "/api"));
        MapPlan(app.Chapter("Bakery", "/api/bakery"));
        app.Chapter("Reports", "/api/reports").Needs(Permission.ReadReports)
            .Get("/baking", BakingReport.Handle)
            .Called("baking_report", "Planned against actual in a period: batches in time by day, late minutes by station.")
            .Refuses(400);
    }

    private static void MapMethods(RouteGroupBuilder api)
    {
        api.Get("/bakery/stations", (EditStations stations, CancellationToken cancel) => stations.Read(cancel))
            .Called("bake_stations", "Ovens, mixers, tables, hands: how many there are of each, and from when to when.")
            .Needs(Permission.ReadStock);
        api.Put("/bakery/stations", (List<StationInput> given, EditStations stations, CancellationToken cancel) =>
                stations.Change(given, cancel))
            .Called(
                "change_bake_stations",
                "Replaces the stations: [{id?, name, units, opens?, closes?}]; with its id one keeps its steps under another name.")
            .Needs(Permission.ManageStock)
            .Refuses(400, 409, 412);
        api.Get("/bakery/methods", (EditMethods methods, CancellationToken cancel) => methods.List(cancel))
            .Called("bake_methods", "Every product and dough of which somebody said how it is made, with its steps.")
            .Needs(Permission.ReadStock);
        api.Get("/menu/items/{id:long}/steps", (long id, EditMethods methods, CancellationToken cancel) => methods.OfMenuItem(id, cancel))
            .Called("menu_item_steps", "How a product is made, step by step, and when it has to be on the shelf.")
            .Needs(Permission.ReadStock)
            .Refuses(404);
        api.Put("/menu/items/{id:long}/steps", (long id, MethodInput input, EditMethods methods, CancellationToken cancel) =>
                methods.SetOfMenuItem(id, input, cancel))
            .Called(
                "change_menu_item_steps",
                "Replaces the steps of a product: [{kind, minutes, name?, station_id?, load?, temperature?, note?}], and on_shelf_at.")
            .Needs(Permission.ManageStock)
            .Refuses(400, 404, 412);
        api.Get("/inventory/{id:long}/steps", (long id, EditMethods methods, CancellationToken cancel) => methods.OfStockItem(id, cancel))
            .Called("stock_item_steps", "How a dough, or whatever is made ahead, is made, step by step.")
            .Needs(Permission.ReadStock)
            .Refuses(404);
        api.Put("/inventory/{id:long}/steps", (long id, MethodInput input, EditMethods methods, CancellationToken cancel) =>
                methods.SetOfStockItem(id, input, cancel))
            .Called("change_stock_item_steps", "Replaces the steps of what is made ahead; what is made of it begins once it is there.")
            .Needs(Permission.ManageStock)
            .Refuses(400, 404, 409, 412);
    }

    private static void MapPlan(RouteGroupBuilder bakery)
    {
        bakery.Get("/plan", (ReadPlan plan, CancellationToken cancel, DateOnly? date = null) => plan.Handle(date, cancel))
            .Called(
                "bake_plan",
                "A day's list as timed tasks, backwards from when it has to be on the shelf: the day in hand, else tomorrow, or ?date=. A "
                    + "proposal until it is kept; then as it looks now, with what is late and why.")
            .Needs(Permission.ReadStock)
            .Refuses(400);
        bakery.Post("/plan/{date}", (DateOnly date, [OptionalBody] BakePlanInput? input, KeepPlan keep, CancellationToken cancel) =>
                keep.Handle(date, input, cancel))
            .Called(
                "keep_bake_plan",
                "Keeps a day's plan: {items?: [{menu_item_id, quantity, due_at?}], doughs?: [{inventory_id, quantity}]}; without items "
                    + "as the bake list says. Kept again it is planned anew; what is begun stays.")
            .Needs(Permission.ManageStock).MayBeRepeated("the same quantities are the same plan")
            .Refuses(400, 412);
        bakery.Post("/tasks/{id:long}/start", (long id, MoveTask move, CancellationToken cancel) => move.Start(id, cancel))
            .Called("start_bake_task", "Somebody begins a task; it keeps its station, and what is left is planned around it.")
            .Needs(Permission.MoveOrders).MayBeRepeated("a task is begun once")
            .Refuses(404, 409);
        bakery.Post("/tasks/{id:long}/done", (long id, [OptionalBody] BakeDoneRequest? request, MoveTask move, CancellationToken cancel) =>
                move.Finish(id, request, cancel))
            .Called("finish_bake_task", "A task is done; book puts what was made of a dough into stock, as make_stock does.")
            .Needs(Permission.MoveOrders).TakesKey()
            .Refuses(400, 403, 404, 409, 422);
        bakery.Post("/tasks/{id:long}/back", (long id, MoveTask move, CancellationToken cancel) => move.TakeBack(id, cancel))
            .Called("take_back_bake_task", "A slip of the finger: what is done is begun again, what is begun is not.")
            .Needs(Permission.MoveOrders).MayBeRepeated("what is not begun stays so")
            .Refuses(404, 409);
    }
}
