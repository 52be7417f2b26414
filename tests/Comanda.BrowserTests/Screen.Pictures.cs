using PuppeteerSharp;

namespace Comanda.BrowserTests;

/// <summary>What it looks like.</summary>
public sealed partial class Screen
{
    /// <summary>Those that the documentation shows; all others go to artifacts/pictures, to be looked at.</summary>
    private static readonly HashSet<string> InDocumentation = new(StringComparer.Ordinal)
    {
        "pin-390x844-dark",
        "till-1280x800-light",
        "till-1280x800-dark",
        "till-1024x768-light",
        "till-390x844-light",
        "item-1280x800-light",
        "pay-1280x800-light",
        "sold-390x844-light",
        "why-390x844-dark",
        "kitchen-1920x1080-light",
        "kitchen-1920x1080-dark",
        "display-1920x1080-dark",
        "setup-1280x800-light",
        "setup-390x844-light",
        "setup-till-1280x800-light",
        "office-menu-1280x800-light",
        "office-item-1280x800-light",
        "office-settings-1280x800-dark",
        "office-taxes-390x844-light",
        "store-menu-390x844-light",
        "store-menu-390x844-dark",
        "store-menu-1280x800-light",
        "store-item-390x844-light",
        "store-checkout-390x844-light",
        "store-order-390x844-dark",
        "office-dashboard-1280x800-light",
        "office-report-1280x800-light",
        "office-orders-1280x800-light",
    };

    /// <summary>A picture of it, where COMANDA_PICTURES=1 asks for them.</summary>
    public async Task Picture(string name)
    {
        if (Environment.GetEnvironmentVariable("COMANDA_PICTURES") != "1")
            return;
        await Page.EvaluateExpressionAsync(
            "Promise.all([...document.images].filter(i => i.getBoundingClientRect().top < innerHeight)"
                + ".map(i => i.decode().catch(() => {})))");
        var folder = Path.Combine(Screens.Root, InDocumentation.Contains(name) ? "docs/screens" : "artifacts/pictures");
        Directory.CreateDirectory(folder);
        await Page.ScreenshotAsync(Path.Combine(folder, name + ".png"), new ScreenshotOptions { Type = ScreenshotType.Png });
    }
}
