using System.Diagnostics;

namespace Comanda.Tests.Taxes;

/// <summary>What a till computes in the browser while it is offline, and what the server computes.</summary>
public sealed class InBrowserTests
{
    private const int Baskets = 400;

    [Fact]
    public async Task The_browsers_runtime_prices_baskets_to_the_same_cent()
    {
        var program = Path.Combine(Repository.Root, "tests", "Comanda.InBrowser");
        var start = new ProcessStartInfo("node")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var folder = Path.Combine(program, "bin", "Release", "net10.0", "wwwroot", "_framework");
        foreach (var argument in new[] { Path.Combine(program, "run.mjs"), folder, "1", Baskets.ToString() })
            start.ArgumentList.Add(argument);
        using var browser = Process.Start(start)!;
        var (said, complained) = (browser.StandardOutput.ReadToEndAsync(), browser.StandardError.ReadToEndAsync());
        await browser.WaitForExitAsync();
        browser.ExitCode.ShouldBe(0, await complained);
        var figures = (await said).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        figures.ShouldBe(PricedFigures.Of(1, Baskets));
        figures.Length.ShouldBe(Baskets);
        figures.Count(f => f.Contains("invalid_request", StringComparison.Ordinal)).ShouldBeLessThan(Baskets / 10); // real orders
    }
}
