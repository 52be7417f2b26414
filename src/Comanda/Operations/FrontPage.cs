using System.Net;
using System.Reflection;
using System.Text;
using Comanda.Menu;
using Comanda.Shops;

namespace Comanda.Operations;

/// <summary>
/// GET /about: what is running here, and where to go; also GET / for whoever asks for no page. A browser finds the storefront there.
/// </summary>
public static class FrontPage
{
    public static string Version { get; } =
        Assembly.GetExecutingAssembly().GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private const string Address = "/about";

    /// <summary>A program that looks what is here is told; a browser is shown the shop.</summary>
    public static IApplicationBuilder UseFrontPage(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (http.Request.Path == "/" && !TakesPages(http.Request))
        {
            http.Response.Headers.Vary = "Accept";
            http.Request.Path = Address;
        }

        return next(http);
    });

    private static bool TakesPages(HttpRequest request) =>
        request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    public static void MapFrontPage(this IEndpointRouteBuilder app) =>
        app.Chapter("Operations").Get(Address, Handle)
            .Called("front_page", "What is running here.")
            .IsOpen()
            .ExcludeFromDescription();

    private static async Task<IResult> Handle(ShopDirectory shops, MenuBoard menus, Here here, CancellationToken cancel)
    {
        var shop = await shops.Find(here.ShopId, cancel);
        var items = shop is null ? 0 : (await menus.Of(here, cancel)).Entries.Count();
        var name = shop is null ? "no shop yet" : shop.Name;
        return Results.Text(
            $$"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Comanda</title>
            <style>
            body { font: 17px/1.6 system-ui, sans-serif; color: #292524; background: #faf7f2; margin: 0; }
            main { max-width: 40rem; margin: 0 auto; padding: 12vh 1.5rem 4rem; }
            h1 { font-size: 2.6rem; margin: 0; letter-spacing: -.03em; } h1 + p { margin-top: .2rem; color: #57534e; }
            dl { display: grid; grid-template-columns: auto 1fr; gap: .35rem 1.4rem; margin: 2rem 0; } dt { color: #57534e; }
            dd { margin: 0; }
            a { color: #9a3412; } code { background: #efe8dc; padding: .1rem .35rem; border-radius: .3rem; font-size: .9em; }
            </style></head><body><main>
            <h1>Comanda</h1><p>The cafe's one program: till, kitchen, menu, stock, guests, payments, reports.</p>
            <dl>
            <dt>Running</dt><dd>version {{Version}}</dd>
            <dt>Shop</dt><dd>{{WebUtility.HtmlEncode(name)}}, {{items}} items on the menu</dd>
            <dt>Storefront</dt><dd><a href="/">the menu, for guests</a></dd>
            <dt>Screens</dt><dd><a href="/till">till</a>, <a href="/kitchen">kitchen</a>, <a href="/display">display</a></dd>
            <dt>Menu</dt><dd><a href="/api/menu">/api/menu</a></dd>
            <dt>API reference</dt><dd><a href="/swagger">/swagger</a>, <a href="/openapi/v1.json">/openapi/v1.json</a></dd>
            <dt>Live events</dt><dd><code>/ws</code> and <code>/api/events</code></dd>
            <dt>State</dt><dd><a href="/ready">/ready</a></dd>
            </dl></main></body></html>
            """,
            "text/html", Encoding.UTF8);
    }
}
