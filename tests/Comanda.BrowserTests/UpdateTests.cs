namespace Comanda.BrowserTests;

/// <summary>The app that a browser keeps, and the one that the server has.</summary>
public sealed class UpdateTests(CafeApp app) : IDisposable
{
    private readonly string newer = Directory.CreateTempSubdirectory("comanda-newer-").FullName;

    private static Task<string> Version(Screen screen) =>
        screen.Page.EvaluateExpressionAsync<string>("document.querySelector('meta[name=comanda-version]').content");

    /// <summary>A server with a newer app behind the same address, as after an update.</summary>
    private async Task<PassingProcess> Newer()
    {
        var built = Path.Combine(Screens.Root, "artifacts", "screens", "wwwroot");
        foreach (var file in Directory.EnumerateFiles(built, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(newer, "wwwroot", Path.GetRelativePath(built, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        var page = Path.Combine(newer, "wwwroot", "index.html");
        await File.WriteAllTextAsync(page, (await File.ReadAllTextAsync(page)).Replace("<title>Comanda<", "<title>Comanda, newer<"));
        File.Delete(page + ".br"); // of the page as it was
        File.Delete(page + ".gz");
        var server = await app.StartPassingProcess(o => o with { ScreensFolder = newer });
        using var http = new HttpClient { BaseAddress = server.Address };
        (await http.GetAsync("/till")).EnsureSuccessStatusCode(); // it has read its files
        return server;
    }

    [Fact]
    public async Task A_page_is_never_yesterdays_where_the_server_is_todays_and_is_kept_anew()
    {
        await using var screens = await Screens.Begin(app);
        await using var line = new CuttableLine(screens.Address.Port);
        await using var till = await screens.Open("/till", Look.Desk, line.Address);
        await till.IsKept();
        var before = await Version(till);
        line.Down();
        await till.Page.ReloadAsync();
        await till.Shows("Who is there?"); // of what is kept
        (await Version(till)).ShouldBe(before);

        await using var updated = await Newer();
        line.LeadTo(updated.Address.Port);
        line.Up();
        await till.Page.ReloadAsync();
        await till.Shows("Who is there?");
        (await till.Page.GetTitleAsync()).ShouldBe("Comanda, newer");
        (await Version(till)).ShouldNotBe(before);
        await till.IsKept(); // the newer one, which took over from the other
        line.Down();
        await till.Page.ReloadAsync();
        await till.Shows("Who is there?");
        (await till.Page.GetTitleAsync()).ShouldBe("Comanda, newer");
    }

    [Fact]
    public async Task A_newer_app_waits_until_nobody_is_served()
    {
        await using var screens = await Screens.Begin(app);
        await using var line = new CuttableLine(screens.Address.Port);
        await using var till = await screens.Open("/till", Look.Desk, "cashier", line.Address);
        await till.IsKept();
        var before = await Version(till);
        await till.Tap("Sencha");
        await using var updated = await Newer();
        line.Down();
        line.LeadTo(updated.Address.Port);
        line.Up();
        await till.Shows("A newer version is ready.");
        (await Version(till)).ShouldBe(before); // there is a basket
        (await till.Page.EvaluateExpressionAsync<bool>(
            "[...document.querySelectorAll('.banner-update button')].every(b => b.disabled)")).ShouldBeTrue();
        await till.Tap("Pay");
        await till.Tap("Exact");
        await till.Tap("Next guest");
        await till.Tap("Carlo Cashier"); // signs out
        await till.Until("the newer one is taken at the door", async () => await Version(till) != before);
        await till.Shows("Who is there?");
        (await (await screens.Shop.As("cashier", screens.Address)).GetOrders()).Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task It_can_be_installed()
    {
        await using var screens = await Screens.Begin(app);
        await using var till = await screens.Open("/till", Look.Desk);
        await till.IsKept();
        await till.Page.ReloadAsync();
        await till.Shows("Who is there?");
        var manifest = await till.Page.Client.SendAsync("Page.getAppManifest");
        manifest!.Value.GetProperty("errors").GetArrayLength().ShouldBe(0, manifest.ToString());
        manifest.Value.GetProperty("url").GetString().ShouldEndWith("/screens/comanda.webmanifest");
        var wrong = await till.Page.Client.SendAsync("Page.getInstallabilityErrors");
        wrong!.Value.GetProperty("installabilityErrors").GetArrayLength().ShouldBe(0, wrong.ToString());
    }

    public void Dispose() => Directory.Delete(newer, recursive: true);
}
