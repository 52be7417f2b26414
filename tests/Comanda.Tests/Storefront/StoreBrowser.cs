using System.Net;
using System.Text.RegularExpressions;
using Comanda.Data;

namespace Comanda.Tests.Storefront;

/// <summary>A page as it came.</summary>
internal sealed record SeenPage(int Status, string Html, Uri Address, HttpResponseMessage Answer)
{
    /// <summary>What can be read on it.</summary>
    public string Text { get; } = Regex.Replace(
        WebUtility.HtmlDecode(Regex.Replace(
            Regex.Replace(Html, "<(?<tag>script|style)[^>]*>.*?</\\k<tag>>", "", RegexOptions.Singleline), "<[^>]+>", " ")),
        @"\s+",
        " ");

    /// <summary>What is written as wrong next to a field.</summary>
    public string? Wrong(string field) =>
        Regex.Match(Html, $"id=\"wrong-{Regex.Escape(field)}\"[^>]*>([^<]*)<") is { Success: true } found
            ? WebUtility.HtmlDecode(found.Groups[1].Value)
            : null;

    /// <summary>Where the first form goes whose address ends so.</summary>
    public string Action(string action) => FormTo(action).Groups[1].Value;

    /// <summary>The hidden fields of the first form that goes to an address.</summary>
    public List<KeyValuePair<string, string>> Hidden(string action) =>
    [
        .. Regex.Matches(FormTo(action).Value, "<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"")
            .Select(i => new KeyValuePair<string, string>(i.Groups[1].Value, WebUtility.HtmlDecode(i.Groups[2].Value))),
    ];

    private Match FormTo(string action)
    {
        var form = Regex.Matches(Html, "<form[^>]*action=\"(?<to>[^\"]*)\"[^>]*>(?<body>.*?)</form>", RegexOptions.Singleline)
            .FirstOrDefault(f => f.Groups["to"].Value.EndsWith(action, StringComparison.Ordinal)
                && f.Value.Contains("method=\"post\"", StringComparison.Ordinal));
        form.ShouldNotBeNull($"no form goes to {action}: {Text}");
        return form;
    }
}

/// <summary>A guest's browser at a shop's storefront: cookies, pages and forms, and no script.</summary>
internal sealed class StoreBrowser : IDisposable
{
    private readonly HttpClient http;
    private readonly string root;

    public StoreBrowser(CafeApp app, TestShop shop, string language = "en", Uri? at = null)
    {
        root = $"/s/{shop.Id}";
        http = new(new SocketsHttpHandler { CookieContainer = Cookies, AllowAutoRedirect = true })
        {
            BaseAddress = at ?? app.Address,
            Timeout = TimeSpan.FromSeconds(60),
        };
        http.DefaultRequestHeaders.Add("Accept", "text/html,application/xhtml+xml");
        http.DefaultRequestHeaders.Add("Accept-Language", language);
    }

    public CookieContainer Cookies { get; } = new();

    public HttpClient Http => http;

    public SeenPage Page { get; private set; } = null!;

    public async Task<SeenPage> Open(string path) => Page = await Read(await http.GetAsync(root + path));

    /// <summary>Sends the form of the present page that goes to an address, with what was filled in.</summary>
    public async Task<SeenPage> Send(string action, params (string Name, string Value)[] filled) =>
        Page = await Post(Page.Action(action)[root.Length..], Page.Hidden(action), filled);

    /// <summary>The same without leaving the page.</summary>
    public async Task<SeenPage> Post(
        string action, IEnumerable<KeyValuePair<string, string>> hidden, params (string Name, string Value)[] filled) =>
        await Read(await http.PostAsync(
            root + action,
            new FormUrlEncodedContent(
            [
                .. hidden.Where(h => filled.All(f => f.Name != h.Key)),
                .. filled.Select(f => new KeyValuePair<string, string>(f.Name, f.Value)),
            ])));

    /// <summary>Puts an item into the basket as its page offers it.</summary>
    public async Task<SeenPage> Add(TestShop shop, string item, int quantity = 1, params (string Name, string Value)[] options)
    {
        await Open($"/items/{(await shop.Item(item)).Id}");
        var chosen = Regex.Matches(Page.Html, "<input type=\"(?:radio|checkbox)\" name=\"(g\\d+)\" value=\"(\\d+)\"[^>]* checked")
            .Select(o => (o.Groups[1].Value, o.Groups[2].Value))
            .Where(o => options.All(c => c.Name != o.Item1));
        return await Send("/basket/add", [("quantity", quantity.ToString()), .. chosen, .. options]);
    }

    /// <summary>Signs in by the code that is sent to a phone.</summary>
    public async Task<string> SignIn(CafeApp app, string name = "Gina Rossi")
    {
        var phone = SignedInGuests.NewPhone();
        await Open("/sign-in?next=/account");
        (await Send("/sign-in", ("phone", phone), ("name", name))).Text.ShouldContain(phone);
        var sent = (string)(await app.Database.Scalar(
            "select body from messages where recipient = $1 order by id desc limit 1", default, phone))!;
        var page = await Send("/sign-in/code", ("code", Regex.Match(sent, @"\b\d{6}\b").Value));
        page.Address.AbsolutePath.ShouldEndWith("/account");
        page.Text.ShouldContain(name);
        return phone;
    }

    public void Dispose() => http.Dispose();

    private static async Task<SeenPage> Read(HttpResponseMessage answer) =>
        new((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.RequestMessage!.RequestUri!, answer);
}
