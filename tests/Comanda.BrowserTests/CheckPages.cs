namespace Comanda.BrowserTests;

/// <summary>Looks at pages at the widths that offices have: axe objects to nothing, nothing is too wide or too small.</summary>
public sealed class CheckPages(bool dark)
{
    private static readonly (string Name, int Width, int Height)[] Sizes =
        [("1280x800", 1280, 800), ("1024x768", 1024, 768), ("390x844", 390, 844)];

    private readonly List<string> objections = [];

    public IReadOnlyList<string> Objections => objections;

    public async Task Look(Screen screen, string name)
    {
        foreach (var (size, width, height) in Sizes)
        {
            await screen.Page.SetViewportAsync(new() { Width = width, Height = height, HasTouch = true });
            await screen.Page.EvaluateExpressionAsync("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))");
            await screen.Picture($"{name}-{size}-{(dark ? "dark" : "light")}");
            if (!await screen.Page.EvaluateExpressionAsync<bool>("document.documentElement.scrollWidth <= innerWidth"))
                objections.Add($"{name} is wider than {width} pixels: {await screen.Page.EvaluateFunctionAsync<string>(TooWide)}");
            var small = await screen.Page.EvaluateFunctionAsync<string[]>(TooSmall);
            objections.AddRange(small.Select(s => $"{name} at {size}: smaller than a finger: {s}"));
            objections.AddRange((await screen.Objections()).Select(o => $"{name} at {size}: {o}"));
        }

        await screen.Page.SetViewportAsync(new() { Width = 1280, Height = 800, HasTouch = true });
    }

    /// <summary>What sticks out, the innermost of it.</summary>
    private const string TooWide =
        """
        () => ((sticksOut) => [...document.querySelectorAll('body *')]
          .filter((e) => sticksOut(e) && ![...e.children].some(sticksOut))
          .slice(0, 3).map((e) => `${e.outerHTML.slice(0, 120)} to ${e.getBoundingClientRect().right}`).join('; '))(
            (e) => e.getBoundingClientRect().right > innerWidth + 0.5)
        """;

    /// <summary>What can be tapped and is smaller than 44 pixels; what is for the keyboard alone is not seen without focus.</summary>
    private const string TooSmall =
        """
        () => [...document.querySelectorAll('button, label.option, label.check, label.toggle, a[href], select, summary')]
          .filter((e) => e.checkVisibility() && !e.matches('.office-skip'))
          .map((e) => [e, e.getBoundingClientRect()])
          .filter(([, r]) => r.width > 0 && (r.width < 43.5 || r.height < 43.5))
          .map(([e, r]) => `${e.outerHTML.slice(0, 120)} ${r.width} × ${r.height}`)
        """;
}
