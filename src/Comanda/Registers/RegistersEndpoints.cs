namespace Comanda.Registers;

/// <summary>Drawers and the journal.</summary>
public static class RegistersEndpoints
{
    public static IServiceCollection AddRegisters(this IServiceCollection services) => services.AddScoped<Drawers>();

    public static void MapRegisters(this IEndpointRouteBuilder app)
    {
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
        app.MapJournal();
    }
}
