using Comanda.Events;
using Microsoft.AspNetCore.Mvc;

namespace Comanda.Storefront;

/// <summary>Every page and form of the guests' storefront, once.</summary>
public static class StorefrontEndpoints
{
    /// <summary>Where pages of the storefront lie; below /s/7 these are shop 7's.</summary>
    private static readonly string[] Pages =
        ["/items", "/basket", "/checkout", "/sign-in", "/sign-out", "/account", "/order", "/t", "/storefront"];

    public static IServiceCollection AddStorefront(this IServiceCollection services) =>
        services.AddSingleton<StoreFiles>()
            .AddScoped<StoreVisits>()
            .AddScoped<StoreDesk>()
            .AddScoped<PriceVisit>()
            .AddScoped<ShowMenu>()
            .AddScoped<ShowItem>()
            .AddScoped<FillBasket>()
            .AddScoped<CheckOut>()
            .AddScoped<SignInByCode>()
            .AddScoped<FollowOrder>()
            .AddScoped<PayOrder>()
            .AddScoped<OwnAccount>();

    /// <summary>The storefront of every shop but the first lies below /s/{id}; its pages are the same ones.</summary>
    public static IApplicationBuilder UseStorefronts(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (http.Request.Path.StartsWithSegments("/s", StringComparison.Ordinal, out var rest)
            && rest.Value is { Length: > 1 } named)
        {
            var end = named.IndexOf('/', 1) is > 0 and var slash ? slash : named.Length;
            PathString page = named[end..];
            if (!page.HasValue || page == "/" || Array.Exists(Pages, p => page.StartsWithSegments(p, StringComparison.Ordinal)))
            {
                http.Features.Set(new ShopInPath(named[1..end]));
                http.Request.PathBase = http.Request.PathBase.Add("/s" + named[..end]);
                http.Request.Path = page.HasValue ? page : "/";
            }
        }

        return next(http);
    });

    public static void MapStorefront(this IEndpointRouteBuilder app)
    {
        var store = app.Chapter("Storefront");
        store.Page<ShowMenu>("/", "storefront", "The guests' storefront: the menu.", (s, desk) => s.Handle(desk));
        store.Page<ShowItem>("/items/{id:long}", "store_item", "An item's page.", (s, desk) => s.Handle(desk, desk.Id));
        store.Page<FillBasket>("/t/{table}", "store_table", "Where a table's QR code leads.", (s, desk) => s.Sit(desk, desk.Table));
        store.Page<FillBasket>("/basket", "store_basket", "The basket.", (s, desk) => s.Show(desk));
        store.Page<CheckOut>("/checkout", "store_checkout", "How, when and where to have it.", (s, desk) => s.Show(desk));
        store.Page<SignInByCode>("/sign-in", "store_sign_in", "Who is it? Asks for a phone.", (s, desk) => s.Show(desk));
        store.Page<FollowOrder>("/order/{id:long}", "store_order", "Where an order stands.", (s, desk) => s.Show(desk, desk.Id));
        store.Page<PayOrder>("/order/{id:long}/pay", "store_pay", "Pays an order by card.", (s, desk) => s.Show(desk, desk.Id));
        store.Page<OwnAccount>("/account", "store_account", "A guest's account.", (s, desk) => s.Show(desk));
        store.Page<OwnAccount>("/account/data", "store_own_data", "All of a guest's data as a file.", (s, desk) => s.TakeAlong(desk));

        store.Form<FillBasket>(
            "/basket/add",
            "store_add",
            "Puts a line into the basket.",
            "a line more is seen, and taken out",
            (s, desk, form) => s.Add(desk, form));
        store.Form<FillBasket>(
            "/basket",
            "store_change",
            "Changes the basket.",
            "the basket is as it says",
            (s, desk, form) => s.Change(desk, form));
        store.Form<CheckOut>(
            "/checkout",
            "store_place",
            "Orders what is in the basket.",
            "the form carries the basket's key: one order",
            (s, desk, form) => s.Place(desk, form));
        store.Form<SignInByCode>(
            "/sign-in",
            "store_send_code",
            "Sends a code to a phone.",
            "three an hour go to one phone",
            (s, desk, form) => s.Send(desk, form));
        store.Form<SignInByCode>(
            "/sign-in/code",
            "store_take_code",
            "Takes the code.",
            "a code is good once",
            (s, desk, form) => s.Come(desk, form));
        store.Form<SignInByCode>("/sign-out", "store_sign_out", "Ends the session.", "it is over already", (s, desk, _) => s.Leave(desk));
        store.Form<ShowItem>(
            "/items/{id:long}/favourite",
            "store_like",
            "Marks an item as a favourite.",
            "it is one already",
            (s, desk, form) => s.Like(desk, form, desk.Id));
        store.Form<ShowItem>(
            "/items/{id:long}/review",
            "store_review",
            "Reviews an item.",
            "it changes the review that is there",
            (s, desk, form) => s.Review(desk, form, desk.Id));
        store.Form<FollowOrder>(
            "/order/{id:long}/cancel",
            "store_cancel",
            "Cancels an order.",
            "a cancelled order stays cancelled",
            (s, desk, _) => s.Cancel(desk, desk.Id));
        store.Form<FollowOrder>(
            "/order/{id:long}/again",
            "store_again",
            "Fills the basket with an earlier order.",
            "what is in the basket is seen",
            (s, desk, _) => s.Again(desk, desk.Id));
        store.Form<PayOrder>(
            "/order/{id:long}/pay",
            "store_confirm",
            "Confirms a payment.",
            "a payment is booked once",
            (s, desk, _) => s.Confirm(desk, desk.Id));
        store.Form<OwnAccount>(
            "/account/allergens",
            "store_allergens",
            "What a guest must not eat.",
            "it is as it says",
            (s, desk, form) => s.Avoid(desk, form));
        store.Form<OwnAccount>(
            "/account/addresses",
            "store_address",
            "Takes an address away.",
            "it has gone",
            (s, desk, form) => s.RemoveAddress(desk, form));
        store.Form<OwnAccount>(
            "/account/erase",
            "store_erase",
            "Erases who a guest is.",
            "nobody is left to erase",
            (s, desk, form) => s.Erase(desk, form));

        store.Get("/order/live", async (HttpContext http, StoreDesk desk, Sse sse, CancellationToken cancel) =>
                await desk.Enter(http, cancel)
                ?? (desk.Guest?.May(Permission.FollowEvents) == true
                    ? await sse.PageOrStream(http, null, null, null)
                    : Refusal.NotFound("order").ToProblem()))
            .Called("store_live", "What becomes of a guest's orders, as server-sent events.")
            .IsOpen()
            .ExcludeFromDescription();
        store.Get("/storefront/{file}", async (HttpContext http, StoreDesk desk, StoreFiles files, string file, CancellationToken cancel) =>
                await desk.Enter(http, cancel) ?? files.Find(http, file, desk.Shop))
            .Called("store_file", "A style sheet or script of the storefront.")
            .IsOpen()
            .ExcludeFromDescription();
    }

    private static void Page<T>(
        this RouteGroupBuilder store, string path, string name, string sentence, Func<T, StoreDesk, Task<IResult>> show)
        where T : notnull =>
        store.Get(path, async (HttpContext http, StoreDesk desk, [FromServices] T slice, CancellationToken cancel) =>
                await desk.Enter(http, cancel) ?? await show(slice, desk))
            .Called(name, sentence)
            .IsOpen()
            .ExcludeFromDescription();

    /// <summary>A form that came from one of the pages, and its answer; <paramref name="why"/> says what a repetition does.</summary>
    private static void Form<T>(
        this RouteGroupBuilder store,
        string path,
        string name,
        string sentence,
        string why,
        Func<T, StoreDesk, StoreForm, Task<IResult>> act)
        where T : notnull =>
        store.Post(path, async (HttpContext http, StoreDesk desk, [FromServices] T slice, CancellationToken cancel) =>
                await desk.Enter(http, cancel) ?? await desk.Take(form => act(slice, desk, form)))
            .Called(name, sentence)
            .IsOpen()
            .MayBeRepeated(why)
            .ExcludeFromDescription();
}
