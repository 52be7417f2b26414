using System.Text.RegularExpressions;
using Comanda.Data;
using PuppeteerSharp;

namespace Comanda.BrowserTests;

/// <summary>A guest's browser at the storefront of a test's shop: links are followed and forms are filled in, as one does.</summary>
public sealed class StoreGuest(Screens screens, CafeApp app)
{
    public static readonly Look Phone = new(390, 844, IsTouched: true), Desk = new(1280, 800);

    private static int phones = Random.Shared.Next(1_000_000, 5_000_000);

    public string Root => $"/s/{screens.Shop.Id}";

    public Task<Screen> Open(string path, Look look) => Screen.Open(screens.Address, Root + path, look);

    /// <summary>Follows a link or presses a button by what stands on it, and waits for the page that comes.</summary>
    public static async Task Go(Screen screen, string name)
    {
        await screen.Until($"there is '{name}' to follow", async () =>
        {
            var found = await screen.Page.EvaluateFunctionHandleAsync(
                """
                (name) => {
                  const said = (e) => e.innerText.replace(/\s+/g, ' ').trim();
                  const all = [...document.querySelectorAll('a, button')].filter((e) => e.checkVisibility() && !e.disabled);
                  return all.find((e) => said(e) === name) ?? all.find((e) => said(e).startsWith(name)) ?? null;
                }
                """,
                name);
            if (found is not IElementHandle element)
                return false;
            await Task.WhenAll(screen.Page.WaitForNavigationAsync(), element.ClickAsync());
            return true;
        });
    }

    public static async Task Fill(Screen screen, string field, string text)
    {
        await screen.Page.WaitForSelectorAsync($"[name={field}]");
        await screen.Page.FocusAsync($"[name={field}]");
        await screen.Page.Keyboard.DownAsync("Control");
        await screen.Page.Keyboard.PressAsync("a");
        await screen.Page.Keyboard.UpAsync("Control");
        await screen.Page.Keyboard.TypeAsync(text);
    }

    /// <summary>From the sign-in's page on, by the code that is sent to a new phone.</summary>
    public async Task SignIn(Screen screen, string name)
    {
        var phone = "+35192" + Interlocked.Increment(ref phones);
        await Fill(screen, "phone", phone);
        await Fill(screen, "name", name);
        await Go(screen, "Send me a code");
        await Fill(screen, "code", await CodeFor(phone));
        await Go(screen, "Go on");
    }

    public async Task<string> CodeFor(string phone)
    {
        var sent = (string)(await app.Database.Scalar(
            "select body from messages where recipient = $1 order by id desc limit 1", default, phone))!;
        return Regex.Match(sent, @"\b\d{6}\b").Value;
    }

    /// <summary>Goes from stop to stop with Tab until one is called so: by what stands on it, or by its label.</summary>
    public static async Task TabTo(Screen screen, string name)
    {
        for (var stops = 0; stops < 200; stops++)
        {
            if (await screen.Page.EvaluateFunctionAsync<bool>(HasFocus, name))
                return;
            await screen.Keys("Tab");
        }

        throw new ShouldAssertException($"no Tab leads to '{name}':\n{await screen.Text()}");
    }

    /// <summary>The same, and Enter, and the page that comes.</summary>
    public static async Task Press(Screen screen, string name)
    {
        await TabTo(screen, name);
        await Task.WhenAll(screen.Page.WaitForNavigationAsync(), screen.Keys("Enter"));
    }

    public static long OrderOf(Screen screen) => long.Parse(Regex.Match(screen.Page.Url, @"/order/(\d+)").Groups[1].Value);

    private const string HasFocus =
        """
        (name) => {
          const e = document.activeElement;
          const said = (e?.labels?.[0]?.innerText ?? e?.innerText ?? '').replace(/\s+/g, ' ').trim();
          return said.startsWith(name);
        }
        """;
}
