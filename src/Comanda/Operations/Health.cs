using Comanda.Data;
using Comanda.Events;
using Npgsql;

namespace Comanda.Operations;

/// <summary>/health: the process lives. /ready: it can serve, and if not, why.</summary>
public static class Health
{
    public static void MapHealth(this IEndpointRouteBuilder app)
    {
        app.Chapter("Operations").Get("/health", () => TypedResults.Ok(new { status = "ok" }))
            .Called("health", "The process is alive.")
            .IsOpen().InNoShop();
        app.Chapter("Operations").Get("/ready", Ready)
            .Called("ready", "The process can serve: database reachable, migrated, event feed running. 503 if not.")
            .IsOpen().InNoShop()
            .Produces(503);
    }

    private static async Task<IResult> Ready(NpgsqlDataSource database, EventFeed feed, CancellationToken cancel)
    {
        var checks = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["database"] = "ok",
            ["migrations"] = "ok",
            ["event_feed"] = "ok"
        };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            if (!await Migrations.AreDone(database, patience.Token))
                checks["migrations"] = "missing";
        }
        catch (Exception failure) when (failure is NpgsqlException or OperationCanceledException or TimeoutException)
        {
            checks["database"] = "unreachable";
        }

        if (!feed.Started.IsCompleted)
            checks["event_feed"] = "starting";
        var ready = checks.Values.All(v => v == "ok");
        var said = new { status = ready ? "ready" : "not_ready", checks, time_zones = TimeZoneData.Version };
        return TypedResults.Json(said, statusCode: ready ? 200 : 503);
    }
}
