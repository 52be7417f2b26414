using System.Globalization;
using Comanda.Data;

namespace Comanda.BrowserTests;

/// <summary>
/// Figures of the till in a browser, for bench/RESULTS.md: bench/screens runs it, and no test run does. 500 items, a basket of 20 lines,
/// the processor slowed four times where that is said, 500 sales.
/// </summary>
public sealed class MeasureTill(CafeApp app, ITestOutputHelper output)
{
    private const string Ready = "Who is there?";

    private static readonly PuppeteerSharp.NetworkConditions TenMegabits =
        new() { Download = 10e6 / 8, Upload = 10e6 / 8, Latency = 20 };

    [Fact(Explicit = true)]
    public async Task Figures_of_the_till()
    {
        await using var screens = await Screens.Begin(app);
        var manager = await screens.Shop.As("manager", screens.Address);
        (await manager.Ask("POST /api/admin/categories", new { name = "Things" })).Status.ShouldBe(201);
        for (var n = 1; n <= 445; n++)
        {
            (await manager.Ask("POST /api/menu/items", new
            {
                name = string.Create(CultureInfo.InvariantCulture, $"Thing {n:000}"),
                category = "Things",
                price = 1 + (n % 90 / 10m),
            })).Status.ShouldBe(201);
        }

        await using var till = await screens.Open("/till", Look.Till);
        await till.Shows(Ready);
        await till.IsKept();
        await till.Reopen();
        var second = await Cold(till, 1);
        var slowed = await Cold(till, 4);
        double[] first = [];
        var bytes = 0.0;
        for (var n = 0; n < 3; n++)
        {
            await using var stranger = await Screen.Begin(screens.Address, $"/till?device={screens.Shop.TillToken}", Look.Till);
            (var took, bytes) = await stranger.Load(Ready, 1, TenMegabits);
            first = [.. first, took];
        }

        Row("first open, 10 Mbit/s", Middle(first), 4000, "ms");
        Row("over the wire", bytes / 1e6, 4, "MB");
        Row("second cold open", second, 1000, "ms");
        Row("second cold open, slowed 4 ×", slowed, 2500, "ms");

        await till.Load(Ready, 4);
        await till.SignIn("3456");
        await till.Tap("Things");
        await till.Shows("Thing 001");
        for (var n = 1; n <= 20; n++)
            await till.Tap(string.Create(CultureInfo.InvariantCulture, $"T Thing {n:000}"));
        await till.WatchTaps(".basket");
        for (var n = 0; n < 80; n++)
            await till.Tap(string.Create(CultureInfo.InvariantCulture, $"T Thing {1 + (n % 20):000}"));
        var taps = (await till.Taps()).Skip(10).Order().ToList();
        taps.Count.ShouldBeGreaterThan(60);
        Row("tap to paint, slowed 4 ×, p50", taps[taps.Count / 2], null, "ms");
        Row("tap to paint, slowed 4 ×, p95", taps[(int)(taps.Count * 0.95)], 50, "ms");

        await till.Load(Ready);
        await till.SignIn("3456");
        await till.Tap("Things");
        await till.Shows("Thing 001");
        for (var n = 0; n < 500; n++)
        {
            await till.Tap(string.Create(CultureInfo.InvariantCulture, $"T Thing {1 + (n % 20):000}"));
            await till.Tap("Pay");
            await till.Tap("Exact");
            await till.Tap("Next guest");
        }

        Row("memory after 500 sales", await till.Memory() / 1e6, 150, "MB");
        (await app.Database.Scalar("select count(*) from orders where shop_id = $1", default, screens.Shop.Id)).ShouldBe(500L);
    }

    /// <summary>The middle of three, each with a browser that has just been started.</summary>
    private static async Task<double> Cold(Screen till, decimal slowed)
    {
        var all = new double[3];
        for (var n = 0; n < all.Length; n++)
        {
            all[n] = (await till.Load(Ready, slowed)).Milliseconds;
            await till.Reopen();
        }

        return Middle(all);
    }

    private static double Middle(double[] all) => all.Order().ElementAt(all.Length / 2);

    private void Row(string what, double figure, double? aim, string unit) => output.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"| {what} | {(unit == "MB" ? $"{figure:0.00}" : $"{figure:0}")} {unit} | {aim:0} |"));
}
