using System.Text.Json;
using Deque.AxeCore.Commons;
using PuppeteerSharp;
using PuppeteerSharp.Input;
using PuppeteerSharp.Media;
using IPage = PuppeteerSharp.IPage;

namespace Comanda.BrowserTests;

/// <summary>How a screen is looked at.</summary>
public sealed record Look(int Width, int Height, bool IsTouched = false, bool IsDark = false, string Language = "en", string? Zone = null)
{
    public static readonly Look Till = new(1280, 800, IsTouched: true), Desk = new(1280, 800), Kitchen = new(1920, 1080);
}

/// <summary>
/// One browser with one screen of ours, and what a person does at it: taps, keys, reading. What is not there yet is waited for; nothing is
/// tapped that is hidden, switched off or covered.
/// </summary>
public sealed partial class Screen : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90), Pause = TimeSpan.FromMilliseconds(25);

    private readonly string folder;
    private readonly Look look;
    private readonly Uri address;
    private readonly List<string> complaints = [];
    private IBrowser browser;

    private Screen(IBrowser browser, IPage page, string folder, Look look, Uri address) =>
        (this.browser, Page, this.folder, this.look, this.address) = (browser, page, folder, look, address);

    public IPage Page { get; private set; }

    /// <summary>What the browser's console said was wrong: errors, and what the content security policy kept out.</summary>
    public IReadOnlyList<string> Complaints => complaints;

    public static async Task<Screen> Open(Uri server, string path, Look look)
    {
        var screen = await Begin(server, path, look);
        await screen.Page.GoToAsync(screen.address.ToString());
        return screen;
    }

    /// <summary>A browser that has not been anywhere yet.</summary>
    public static async Task<Screen> Begin(Uri server, string path, Look look)
    {
        var folder = Directory.CreateTempSubdirectory("comanda-browser-").FullName;
        var browser = await Launch(folder, look);
        var screen = new Screen(browser, (await browser.PagesAsync())[0], folder, look, new(server, path));
        await screen.Prepare(screen.Page);
        return screen;
    }

    /// <summary>Another tab of the same browser.</summary>
    public async Task<Screen> Tab()
    {
        var tab = new Screen(browser, await browser.NewPageAsync(), folder, look, address);
        await tab.Prepare(tab.Page);
        await tab.Page.GoToAsync(address.ToString());
        return tab;
    }

    /// <summary>Brings this tab to the front: one behind another is slowed by the browser.</summary>
    public Task Front() => Page.BringToFrontAsync();

    /// <summary>The browser is killed, as by a power cut, and opened again with what lies on its disk.</summary>
    public async Task Crash()
    {
        browser.Process.Kill(entireProcessTree: true);
        await browser.Process.WaitForExitAsync();
        browser.Dispose();
        browser = await Launch(folder, look);
        Page = (await browser.PagesAsync())[0];
        await Prepare(Page);
        await Page.GoToAsync(address.ToString());
    }

    /// <summary>The device's clock is so far ahead of the true one.</summary>
    public Task ClockAhead(TimeSpan by) => Page.EvaluateExpressionAsync(
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"void (window.comandaAhead = {by.TotalMilliseconds})"));

    /// <summary>Until the browser could open the screen without the server.</summary>
    public Task IsKept() => Until(
        "the app is kept",
        () => Page.EvaluateExpressionAsync<bool>("import('/screens/app.js').then(m => m.isKept())"));

    private static Task<IBrowser> Launch(string folder, Look look) => Puppeteer.LaunchAsync(new LaunchOptions
    {
        ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
        Headless = true,
        UserDataDir = folder,
        Timeout = 60_000,
        Args =
        [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-background-timer-throttling", // two tabs stand side by side as two windows do
            "--disable-renderer-backgrounding",
            "--disable-backgrounding-occluded-windows",
            "--hide-crash-restore-bubble",
            "--force-color-profile=srgb",
            "--lang=" + look.Language,
        ],
    });

    private async Task Prepare(IPage page)
    {
        page.Console += (_, said) =>
        {
            if (said.Message.Type is ConsoleType.Error)
                complaints.Add(said.Message.Text);
        };
        page.PageError += (_, error) => complaints.Add(error.Message);
        await page.SetViewportAsync(new() { Width = look.Width, Height = look.Height, HasTouch = look.IsTouched });
        await page.EvaluateExpressionOnNewDocumentAsync(
            $"Object.defineProperty(navigator, 'languages', {{ get: () => ['{look.Language}', 'en'] }});"
                + "{ const real = Date.now.bind(Date); Date.now = () => real() + (window.comandaAhead ?? 0); }");
        if (look.Zone is not null)
            await page.EmulateTimezoneAsync(look.Zone);
        await page.EmulateMediaFeaturesAsync(
        [
            new() { MediaFeature = MediaFeature.PrefersColorScheme, Value = look.IsDark ? "dark" : "light" },
            new() { MediaFeature = MediaFeature.PrefersReducedMotion, Value = "reduce" },
        ]);
    }

    /// <summary>Types a PIN, as somebody at a keyboard.</summary>
    public async Task SignIn(string pin)
    {
        await Shows("Who is there?");
        await Keys([.. pin.Select(d => d.ToString()), "Enter"]);
    }

    /// <summary>Taps (or clicks, where there is no touch) what is called this, in the uppermost sheet.</summary>
    public Task Tap(string name) => Until($"there is a '{name}' to tap", async () =>
    {
        if (await Page.EvaluateFunctionAsync<decimal[]?>(FindToTap, name) is not [var x, var y])
            return false;
        if (look.IsTouched)
            await Page.Touchscreen.TapAsync(x, y);
        else
            await Page.Mouse.ClickAsync(x, y);
        return true;
    });

    public async Task Keys(params string[] keys)
    {
        foreach (var key in keys)
            await Page.Keyboard.PressAsync(key);
    }

    public Task Type(string text) => Page.Keyboard.TypeAsync(text, new TypeOptions { Delay = 1 });

    /// <summary>Tab, until what has the focus is called this.</summary>
    public async Task TabTo(string name)
    {
        for (var i = 0; i < 120; i++)
        {
            if (await Page.EvaluateFunctionAsync<bool>(HasFocus, name))
                return;
            await Page.Keyboard.PressAsync("Tab");
        }

        throw new ShouldAssertException($"no Tab leads to '{name}':\n{await Text()}");
    }

    public Task Shows(string text) =>
        Until($"it shows '{text}'", async () => (await Text()).Contains(text, StringComparison.OrdinalIgnoreCase));

    public Task NoLongerShows(string text) =>
        Until($"it no longer shows '{text}'", async () => !(await Text()).Contains(text, StringComparison.OrdinalIgnoreCase));

    /// <summary>Something is there that a selector finds and that has this text.</summary>
    public Task Has(string selector, string text) => Until(
        $"'{selector}' has '{text}'",
        () => Page.EvaluateFunctionAsync<bool>(
            "(s, t) => [...document.querySelectorAll(s)].some(e => e.innerText.replace(/\\s+/g, ' ').includes(t))",
            selector,
            text));

    /// <summary>What can be read on it, spaces told as one.</summary>
    public async Task<string> Text() =>
        (await Page.EvaluateExpressionAsync<string>("document.body.innerText")).Replace('\u00a0', ' ');

    /// <summary>The text of the first element that a selector finds.</summary>
    public async Task<string> Text(string selector) => (await Page.EvaluateFunctionAsync<string?>(
        "s => document.querySelector(s)?.innerText ?? null", selector) ?? "").Replace('\u00a0', ' ').Trim();

    /// <summary>What axe objects to, by WCAG 2.2 AA and its own advice.</summary>
    public async Task<string[]> Objections()
    {
        await Page.EvaluateExpressionAsync(AxeScript);
        var found = await Page.EvaluateExpressionAsync<string>(
            "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })"
                + ".then(r => JSON.stringify(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 160) + ' | '"
                + " + n.failureSummary).join('\\n    '))))");
        return JsonSerializer.Deserialize<string[]>(found)!;
    }

    public async Task Until(string what, Func<Task<bool>> isSo)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                if (await isSo())
                    return;
            }
            catch (PuppeteerException)
            {
                // the page is just being loaded
            }

            if (TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                await Picture("waited-in-vain");
                throw new ShouldAssertException(
                    $"waited in vain until {what}; the screen shows:\n{await Text()}\n{string.Join('\n', complaints)}");
            }

            await Task.Delay(Pause);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // a process of the browser that takes its time
        }
    }

    private static string AxeScript { get; } = new BundledAxeScriptProvider().GetScript();

    private const string FindToTap =
        """
        (name) => {
          const root = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document;
          const named = (e) => (e.getAttribute('aria-label') ?? e.innerText ?? '').replace(/\s+/g, ' ').trim();
          const all = [...root.querySelectorAll('button, label.option, label:has(input[type]), a[href], summary')]
            .filter((e) => e.checkVisibility() && !e.disabled);
          const found = all.find((e) => named(e) === name) ?? all.find((e) => named(e).startsWith(name));
          if (!found) return null;
          const middle = () => {
            const { x, y, width, height } = found.getBoundingClientRect();
            const at = [x + width / 2, y + height / 2];
            const hit = document.elementFromPoint(...at);
            return hit && found.contains(hit) && y >= 0 && y + height <= innerHeight ? at : null;
          };
          if (!middle()) found.scrollIntoView({ block: 'center', behavior: 'instant' });
          return middle();
        }
        """;
}
