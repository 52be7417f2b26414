using Comanda.Identity;

namespace Comanda.Operations;

/// <summary>The first run: an installation without a shop is set up in the browser.</summary>
public static class SetupEndpoints
{
    public const string Page = "/setup";

    public static IServiceCollection AddSetup(this IServiceCollection services) => services
        .AddSingleton<SetupDoor>()
        .AddScoped<SetUpShop>();

    public static void MapSetup(this IEndpointRouteBuilder app)
    {
        var setup = app.Chapter("Setup", "/api/setup");
        setup.Get("", (HttpContext http, SetUpShop shop, CancellationToken cancel) => shop.Offer(http, cancel))
            .Called("setup", "What an installation without a shop may begin with. Once it has one, this is not there.")
            .IsOpen().InNoShop()
            .Refuses(404);
        setup.Post("", (HttpContext http, SetupRequest request, SetUpShop shop, SessionCookie cookie, CancellationToken cancel) =>
                shop.Handle(http, request, cookie, cancel))
            .Called(
                "set_up",
                "Opens the installation's first shop, whole or not at all, and signs its owner in. From another machine, or through a "
                    + "proxy, it asks for the code that the server showed when it started.")
            .IsOpen().InNoShop()
            .MayBeRepeated("there is one first shop; whoever comes second is refused")
            .Creates()
            .Refuses(400, 403, 409, 429);
    }

    /// <summary>Whoever comes to an installation without a shop is led to its set-up.</summary>
    public static IApplicationBuilder UseSetup(this IApplicationBuilder app) => app.Use((http, next) =>
        http.Request.Path == "/" && HttpMethods.IsGet(http.Request.Method) ? Lead(http, next) : next(http));

    private static async Task Lead(HttpContext http, RequestDelegate next)
    {
        if (await http.RequestServices.GetRequiredService<SetupDoor>().IsOpen(http.RequestAborted))
        {
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Redirect(Page);
            return;
        }

        await next(http);
    }
}
