using System.Security.Cryptography;
using System.Text;

namespace Comanda.Operations;

/// <summary>What somebody who looks after the server sees of it.</summary>
public static class SightEndpoints
{
    private static readonly Refusal NoToken = new(
        401,
        "unauthenticated",
        "This installation shows its figures to whoever sends COMANDA_METRICS_TOKEN as a bearer token.");

    public static IServiceCollection AddSight(this IServiceCollection services) =>
        services.AddSingleton<RequestTally>().AddSingleton<HeardTally>().AddSingleton<MetricsPage>();

    public static void MapMetrics(this IEndpointRouteBuilder app) =>
        app.Chapter("Operations").Get(MetricsPage.Path, Write)
            .Called("metrics", "Figures of this process, as Prometheus reads them.")
            .IsOpen().InNoShop()
            .WithMetadata(new AsksItself())
            .Gives("text/plain")
            .Refuses(401);

    private static async Task Write(HttpContext http, MetricsPage page, ServeOptions options)
    {
        if (options.MetricsToken is { } token && !IsSent(http, token))
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
            await Problems.Write(http, NoToken);
            return;
        }

        await page.Write(http);
    }

    private static bool IsSent(HttpContext http, string token) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes("Bearer " + token)),
        SHA256.HashData(Encoding.UTF8.GetBytes(http.Request.Headers.Authorization.ToString())));
}
