using System.Text;

namespace Comanda.Operations;

/// <summary>
/// GET /till, /kitchen, /display, /office/… and /setup: the screens that people work at, one program in the browser (Comanda.Screens),
/// and its files. What
/// they show and do they ask of the API, as anybody could.
/// </summary>
public static class Screens
{
    /// <summary>
    /// Scripts and styles come from here alone and never stand in a page; WebAssembly has to be allowed by name. Pictures of a menu may
    /// lie elsewhere.
    /// </summary>
    private const string Policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
        + "img-src 'self' data: https:; connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'self'; "
        + "form-action 'none'; frame-ancestors 'none'";

    public static void MapScreens(this IEndpointRouteBuilder app)
    {
        var screens = app.Chapter("Screens");
        screens.Screen("/till", "till_screen", "The till.");
        screens.Screen("/kitchen", "kitchen_screen", "The kitchen's screen.");
        screens.Screen("/display", "display_screen", "The guests' screen: numbers in preparation and ready.");
        screens.Screen("/office/{**page}", "office_screen", "The office: each of its pages has an address of its own.");
        screens.Screen(SetupEndpoints.Page, "setup_screen", "The set-up of an installation that has no shop yet.");
        screens.Files("/_framework/{**path}", "screen_runtime", "_framework/");
        screens.Files("/screens/{**path}", "screen_file", "screens/");
    }

    private static void Screen(this RouteGroupBuilder screens, string path, string name, string sentence) =>
        screens.Get(path, (HttpContext http, ScreenFiles files) => Page(http, files))
            .Called(name, sentence)
            .IsOpen().InNoShop()
            .ExcludeFromDescription();

    private static void Files(this RouteGroupBuilder screens, string route, string name, string folder) =>
        screens.Get(route, (HttpContext http, ScreenFiles files, string path) =>
                files.Find(http, folder + path) ?? Refusal.NotFound("file").ToProblem())
            .Called(name, "A file of the screens.")
            .IsOpen().InNoShop()
            .ExcludeFromDescription();

    private static IResult Page(HttpContext http, ScreenFiles files)
    {
        if (files.Find(http, "index.html") is not { } page)
            return NotBuilt();
        http.Response.Headers.ContentSecurityPolicy = Policy;
        return page;
    }

    private static IResult NotBuilt() => Results.Text(
        """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Comanda</title>
        <style>
        body { font: 17px/1.6 system-ui, sans-serif; color: #292524; background: #faf7f2; margin: 0; }
        main { max-width: 36rem; margin: 0 auto; padding: 12vh 1.5rem; } code { background: #efe8dc; padding: .1rem .35rem; }
        </style></head><body><main>
        <h1>The screens are not built</h1>
        <p>This server was started without them; its API works. <code>./run</code> builds both. To build the screens alone:</p>
        <p><code>dotnet publish src/Comanda.Screens -c Release -o artifacts/screens</code></p>
        <p>and start the server with <code>COMANDA_SCREENS=artifacts/screens</code>.</p>
        </main></body></html>
        """,
        "text/html",
        Encoding.UTF8,
        StatusCodes.Status404NotFound);
}
