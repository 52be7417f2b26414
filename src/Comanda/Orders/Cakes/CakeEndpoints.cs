using Comanda.Menu;

namespace Comanda.Orders;

/// <summary>Every slice of cakes to order.</summary>
internal static class CakeEndpoints
{
    public static IServiceCollection AddCakes(this IServiceCollection services) => services
        .AddScoped<ReadCakes>()
        .AddScoped<EditCakes>()
        .AddScoped<PriceCake>()
        .AddScoped<ReadCakeOrders>()
        .AddScoped<CakeBook>()
        .AddScoped<OrderCake>()
        .AddScoped<ChangeCake>()
        .AddScoped<MoveCake>()
        .AddScoped<EndCake>();

    public static void MapCakes(this IEndpointRouteBuilder app)
    {
        MapDefinitions(app.Chapter("Cakes", "/api/cakes"));
        MapOrders(app.Chapter("Cakes", "/api/cake-orders"));
    }

    private static void MapDefinitions(RouteGroupBuilder cakes)
    {
        cakes.Get("", (ReadCakes read, CancellationToken cancel) => read.List(cancel))
            .Called("cakes", "What is made to order, with its sizes, its options' rules, lead time, deposit, and rules of change.")
            .IsOpen();
        cakes.Get("/{id:long}", (long id, ReadCakes read, CancellationToken cancel) => read.One(id, cancel))
            .Called("cake", "How an item of the menu is made to order.")
            .IsOpen()
            .Refuses(404);
        cakes.Get("/{id:long}/days", (
                long id,
                ReadCakes read,
                CancellationToken cancel,
                DateOnly? from = null,
                int? days = null) =>
                read.Days(id, from, days, cancel))
            .Called("cake_days", "The days on which it can be collected if it is ordered now, and how many are left of each.")
            .IsOpen()
            .Refuses(400, 404);
        cakes.Put("/{id:long}", (long id, CakeInput input, EditCakes edit, CancellationToken cancel) => edit.Define(id, input, cancel))
            .Called("define_cake", "Says how an item of the menu is made to order; what is left out stays as it is.")
            .Needs(Permission.EditMenu)
            .Refuses(400, 404, 412);
        cakes.Delete("/{id:long}", (long id, EditCakes edit, CancellationToken cancel) => edit.End(id, cancel))
            .Called("end_cake", "It is made to order no more; what was ordered stays.")
            .Needs(Permission.EditMenu)
            .Refuses(404);
        cakes.Post("/{id:long}/quote", (long id, CakeOrderInput asked, OrderCake order, CancellationToken cancel) =>
                order.Quote(id, asked, cancel))
            .Called("quote_cake", "What a cake would cost, what of it ahead, and the first day on which it can be had.")
            .Needs(Permission.TakeOrders, ofGuests: Permission.PlaceOwnOrders).MayBeRepeated("nothing is written")
            .Refuses(400, 404, 409);
    }

    private static void MapOrders(RouteGroupBuilder orders)
    {
        orders.Get("", (ReadCakeOrders read, [AsParameters] CakeFilter filter, CancellationToken cancel) => read.List(filter, cancel))
            .Called("cake_orders", "Ordered cakes, the newest first, a guest's own; ?date= (of collection), ?stage=.")
            .Needs(Permission.ReadOrders, ofGuests: Permission.ReadOwnOrders)
            .Refuses(400);
        orders.Get("/{id:long}", (long id, ReadCakeOrders read, CancellationToken cancel) => read.One(id, cancel))
            .Called("cake_order", "One ordered cake, with who signed for which stage.")
            .Needs(Permission.ReadOrders, ofGuests: Permission.ReadOwnOrders)
            .Refuses(404);
        orders.Post("", (CakeOrderInput asked, OrderCake order, CancellationToken cancel) => order.Place(asked, cancel))
            .Called("order_cake", "Orders a cake for a day that has room; with its deposit it is accepted, without it is requested.")
            .Needs(Permission.TakeOrders, ofGuests: Permission.PlaceOwnOrders).TakesKey()
            .Creates()
            .Refuses(400, 409, 422);
        orders.Put("/{id:long}", (
                long id,
                CakeOrderChange change,
                ChangeCake cake,
                RequestHead head,
                CancellationToken cancel) =>
                cake.Handle(id, change, head, cancel))
            .Called("change_cake_order", "Changes what is given of it, at the prices that were agreed, as long as its rules allow.")
            .Needs(Permission.TakeOrders, ofGuests: Permission.PlaceOwnOrders)
            .Refuses(400, 404, 409, 412);
        orders.Post("/{id:long}/deposit", (long id, CakeDeposit deposit, MoveCake move, CancellationToken cancel) =>
                move.TakeDeposit(id, deposit, cancel))
            .Called("take_cake_deposit", "Takes the deposit of a cake that is requested: it is accepted.")
            .Needs(Permission.TakePayments).TakesKey()
            .Creates()
            .Refuses(400, 404, 409, 412, 422);
        orders.Post("/{id:long}/stage", (long id, CakeStageRequest request, MoveCake move, CancellationToken cancel) =>
                move.Move(id, request, cancel))
            .Called("move_cake", "Signs that a cake is accepted, baked or decorated, with a note and a photograph; back only by a manager.")
            .Needs(Permission.MoveOrders).MayBeRepeated("it is at that stage already")
            .Refuses(400, 403, 404, 409, 412, 429);
        orders.Post("/{id:long}/collect", (
                long id,
                EndCake end,
                CancellationToken cancel,
                [OptionalBody] CollectCakeRequest? request = null) =>
                end.Collect(id, request ?? new(), cancel))
            .Called("collect_cake", "Hands a cake over: it becomes an order at the agreed price, and what the deposit leaves is paid.")
            .Needs(Permission.TakePayments).MayBeRepeated("it is collected once, and whoever repeats it is shown that")
            .Refuses(400, 404, 409, 412);
        orders.Post("/{id:long}/cancel", (
                long id,
                EndCake end,
                CancellationToken cancel,
                [OptionalBody] CancelCakeRequest? request = null) =>
                end.Cancel(id, request ?? new(), cancel))
            .Called("cancel_cake", "A cake will not be: its deposit goes back but for what its rules let the shop keep.")
            .Needs(Permission.MoveOrders, ofGuests: Permission.CancelOwnOrders)
            .MayBeRepeated("a cancelled cake stays cancelled; a second call changes nothing")
            .Refuses(400, 403, 404, 409, 412, 429);
        orders.Post("/pictures", UploadImage.Take)
            .Called("upload_cake_picture", "Takes a picture for a cake, or a photograph of one: JPEG, PNG, GIF or WebP of up to 10 MB.")
            .Needs(Permission.MoveOrders, ofGuests: Permission.PlaceOwnOrders).MayBeRepeated("a second picture has a name of its own")
            .Creates()
            .DisableAntiforgery()
            .TakesAtMost(UploadImage.LargestFile + (64 * 1024))
            .Refuses(400, 413, 415);
    }
}
