using System.Globalization;
using System.IO.Compression;
using System.Text;
using Comanda.Identity;
using Comanda.Shops;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Comanda.Storefront;

/// <summary>
/// One request at the storefront (a scoped service): which shop, which language, whose basket, who is signed in; and how it is answered.
/// </summary>
public sealed class StoreDesk(
    StoreVisits visits, StoreFiles files, ShopDirectory shops, SessionGate sessions, Moment moment, ILoggerFactory logs)
{
    /// <summary>
    /// Scripts and styles come from here alone; forms go here alone; what stands in a page as data is run by nobody. Pictures of a menu
    /// may lie elsewhere.
    /// </summary>
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; "
        + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>What Stripe's Payment Element needs besides, on the one page where it stands.</summary>
    private const string StripePolicy = "default-src 'none'; script-src 'self' https://js.stripe.com; style-src 'self'; "
        + "img-src 'self' data: https:; connect-src 'self' https://api.stripe.com; "
        + "frame-src https://js.stripe.com https://hooks.stripe.com; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private const int LeastToCompress = 1024;

    private HttpContext http = null!;
    private string? secret;

    public CancellationToken Cancel { get; private set; }

    public StoreWords Say { get; private set; } = StoreWords.Accepted("");

    public Shop Shop => moment.Shop;

    public Currency Currency => Shop.Currency;

    public TimeZoneInfo Zone => Shop.Settings.BusinessDay.Zone;

    public DateTimeOffset Now => moment.Now;

    /// <summary>The signed-in guest; null where nobody is.</summary>
    public Caller? Guest { get; private set; }

    public StoreBasket Basket { get; private set; } = new();

    /// <summary>Where this shop's storefront begins: nothing, or /s/7.</summary>
    public string Root => http.Request.PathBase.ToUriComponent();

    public string Address => Origin + Root;

    /// <summary>Scheme and host as the browser named them.</summary>
    public string Origin => $"{http.Request.Scheme}://{http.Request.Host.ToUriComponent()}";

    /// <summary>The id in the path of this page.</summary>
    public long Id => long.Parse((string)http.GetRouteValue("id")!, CultureInfo.InvariantCulture);

    public string Table => (string)http.GetRouteValue("table")!;

    public IQueryCollection Query => http.Request.Query;

    public Here Here => moment.Here;

    /// <summary>Of this page, below <see cref="Root"/>.</summary>
    public string Path => http.Request.Path.ToUriComponent();

    /// <summary>This page in another language; what came of a form is no address.</summary>
    public string InLanguage(string code) => $"{Root}{(HttpMethods.IsGet(http.Request.Method) ? Path : "/")}?lang={code}";

    public string StyleSheet => $"{Root}/storefront/{files.StyleOf(Shop.Settings.Storefront)}";

    public string Script => $"{Root}/storefront/{StoreFiles.Script}";

    /// <summary>A browser that has been here before, or carries anything along, gets pages of its own.</summary>
    public bool IsStranger => secret is null;

    /// <summary>What the forms of this page bring along. A browser without a visit gets one for it.</summary>
    public string Seal()
    {
        if (secret is null)
            Keep(Sessions.NewSecret());
        return FormSeal.Of(secret!);
    }

    /// <summary>Who comes, with what; or the answer where there is no shop to come to.</summary>
    public async Task<IResult?> Enter(HttpContext request, CancellationToken cancel)
    {
        (http, Cancel) = (request, cancel);
        moment.Here.Visitor = null; // a token is for the API: here a cookie says who it is
        if (await shops.Find(moment.Here.ShopId, cancel) is null)
            return Results.Redirect("/setup");
        Say = Choose() ?? StoreWords.In(http.Request.Cookies[StoreWords.Cookie])
            ?? StoreWords.Accepted(http.Request.Headers.AcceptLanguage.ToString());
        secret = http.Request.Cookies[CookieName] is { Length: > 20 and < 100 } sent ? sent : null;
        if (secret is not null && await visits.Find(Shop.Id, secret, cancel) is { } visit)
        {
            Basket = visit.Basket;
            if (visit.SessionId is { } session && (await sessions.Ask(session, Shop.Id, cancel)).Caller is { IsCustomer: true } caller)
                moment.Here.Visitor = Guest = caller;
        }

        return null;
    }

    /// <summary>Takes a form that came from one of our own pages; any other is refused.</summary>
    public async Task<IResult> Take(Func<StoreForm, Task<IResult>> act)
    {
        if (!http.Request.HasFormContentType)
            return await Note("form", StatusCodes.Status400BadRequest);
        var fields = await http.Request.ReadFormAsync(Cancel);
        var elsewhere = http.Request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site";
        if (secret is null || elsewhere || !FormSeal.IsOf(secret, fields[FormSeal.Field]))
            return await Note("form", StatusCodes.Status400BadRequest);
        return await act(new(fields, Say));
    }

    public async Task Change(Func<StoreBasket, StoreBasket> change) =>
        Basket = await visits.Change(Shop.Id, secret ?? Keep(Sessions.NewSecret()), change, Cancel);

    /// <summary>From now on this browser is signed in by a session, or by none; what is in its basket stays.</summary>
    public async Task BelongTo(long? session)
    {
        var before = secret ?? "";
        await visits.Move(Shop.Id, before, Keep(Sessions.NewSecret()), session, Cancel);
    }

    /// <summary>Nothing is known of this browser any more.</summary>
    public async Task Forget()
    {
        await visits.Forget(Shop.Id, secret ?? "", Cancel);
        http.Response.Cookies.Delete(CookieName, CookieOf(TimeSpan.Zero));
    }

    /// <summary>The signed-in guest may do this; else the answer that asks who they are.</summary>
    public IResult? Ask(Permission permission) => Guest is null
        ? Go("/sign-in?next=" + Uri.EscapeDataString(HttpMethods.IsGet(http.Request.Method) ? Path : "/account"))
        : Guest.May(permission) ? null : Go("/account");

    /// <summary>On to another page of this storefront, so that a reload repeats nothing.</summary>
    public IResult Go(string path)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.Location = Root + path;
        return Results.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>A page that only says something.</summary>
    public Task<IResult> Note(string what, int status) =>
        Show<NotePage>(new() { ["What"] = what }, status);

    /// <summary>The caller has this page already, by its tag.</summary>
    public bool Has(string tag) => VersionTag.IsIn(http.Request.Headers.IfNoneMatch, tag);

    public IResult Unchanged(string tag)
    {
        Head(tag);
        return Results.StatusCode(StatusCodes.Status304NotModified);
    }

    /// <summary>Answers with a page.</summary>
    /// <param name="parameters">The component's, besides this desk.</param>
    /// <param name="status">Of the answer.</param>
    /// <param name="tag">What it is called, where it is the same for every stranger.</param>
    /// <param name="byStripe">Stripe's script runs on it.</param>
    public async Task<IResult> Show<TPage>(
        Dictionary<string, object?> parameters, int status = 200, string? tag = null, bool byStripe = false)
        where TPage : IComponent
    {
        parameters["Desk"] = this;
        await using var renderer = new HtmlRenderer(http.RequestServices, logs);
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<TPage>(ParameterView.FromDictionary(parameters))).ToHtmlString());
        Head(IsStranger ? tag : null);
        http.Response.Headers.ContentSecurityPolicy = byStripe ? StripePolicy : Policy;
        http.Response.StatusCode = status;
        var bytes = Encoding.UTF8.GetBytes(html);
        return Results.Bytes(Packed(bytes), "text/html; charset=utf-8");
    }

    /// <summary>Pages of nobody's own may be kept and are asked for anew; others are nobody else's.</summary>
    private void Head(string? tag)
    {
        var headers = http.Response.Headers;
        headers.Vary = "Accept, Accept-Encoding, Accept-Language, Cookie";
        headers.CacheControl = tag is null ? "private, no-store" : "public, no-cache";
        headers.ContentLanguage = Say.Language;
        if (tag is not null)
            headers.ETag = tag;
    }

    private byte[] Packed(byte[] page)
    {
        var takesBrotli = http.Request.GetTypedHeaders().AcceptEncoding
            .Any(a => a.Value.Equals("br", StringComparison.OrdinalIgnoreCase) && a.Quality is not 0);
        if (page.Length < LeastToCompress || !takesBrotli)
            return page;
        http.Response.Headers.ContentEncoding = "br";
        using var packed = new MemoryStream();
        using (var brotli = new BrotliStream(packed, CompressionLevel.Fastest))
            brotli.Write(page);
        return packed.ToArray();
    }

    /// <summary>The language that this request chooses, kept from now on.</summary>
    private StoreWords? Choose()
    {
        if (StoreWords.In(http.Request.Query["lang"]) is not { } chosen)
            return null;
        http.Response.Cookies.Append(StoreWords.Cookie, chosen.Language, CookieOf(TimeSpan.FromDays(365)));
        return chosen;
    }

    private string Keep(string value)
    {
        secret = value;
        http.Response.Cookies.Append(CookieName, value, CookieOf(TimeSpan.FromDays(StoreVisits.DaysKept)));
        return value;
    }

    /// <summary>Each shop's own; over HTTPS a name that no neighbouring host can set.</summary>
    private string CookieName => (http.Request.IsHttps ? "__Host-" : "")
        + "comanda_visit_" + Shop.Id.ToString(CultureInfo.InvariantCulture);

    private CookieOptions CookieOf(TimeSpan age) => new()
    {
        HttpOnly = true,
        Secure = http.Request.IsHttps,
        SameSite = SameSiteMode.Lax, // whoever comes back from paying is still known
        Path = "/",
        MaxAge = age,
        IsEssential = true,
    };
}
