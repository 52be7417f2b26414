namespace Comanda.BrowserTests;

/// <summary>
/// Looks at pages, in each of some sizes: axe objects to nothing, nothing is wider than the screen, nothing that is tapped is smaller than
/// a finger, and where COMANDA_PICTURES=1 asks for it, there is a picture in docs/screens.
/// </summary>
/// <param name="look">As the screen was opened: a browser loads the page anew where touch changes. Its size is come back to.</param>
/// <param name="sizes">Widths and heights.</param>
public sealed class CheckPages(Look look, params IReadOnlyList<(int Width, int Height)> sizes)
{
    private readonly List<string> objections = [];

    public IReadOnlyList<string> Objections => objections;

    public async Task Look(Screen screen, string name)
    {
        foreach (var (width, height) in sizes)
        {
            var size = $"{width}x{height}";
            await screen.Page.SetViewportAsync(new() { Width = width, Height = height, HasTouch = look.IsTouched });
            await screen.Page.EvaluateExpressionAsync("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))");
            await screen.Picture($"{name}-{size}-{(look.IsDark ? "dark" : "light")}");
            if (!await screen.Page.EvaluateExpressionAsync<bool>("document.documentElement.scrollWidth <= innerWidth"))
                objections.Add($"{name} is wider than {width} pixels: {await screen.Page.EvaluateFunctionAsync<string>(TooWide)}");
            var small = await screen.Page.EvaluateFunctionAsync<string[]>(TooSmall);
            objections.AddRange(small.Select(s => $"{name} at {size}: smaller than a finger: {s}"));
            objections.AddRange((await screen.Objections()).Select(o => $"{name} at {size}: {o}"));
        }

        await screen.Page.SetViewportAsync(new() { Width = look.Width, Height = look.Height, HasTouch = look.IsTouched });
    }

    /// <summary>What sticks out, the innermost of it.</summary>
    private const string TooWide =
        """
        () => {
          const edges = (e) => e.getBoundingClientRect();
          const sticksOut = (e) => edges(e).right > innerWidth + 0.5 || edges(e).left < -0.5;
          return [...document.querySelectorAll('body *')]
            .filter((e) => sticksOut(e) && ![...e.children].some(sticksOut))
            .slice(0, 3).map((e) => `${e.outerHTML.slice(0, 120)} from ${edges(e).left} to ${edges(e).right}`).join('; ');
        }
        """;

    /// <summary>
    /// What can be tapped and is smaller than 44 pixels; what is for the keyboard alone is not seen without focus, and a
    /// chart's bars have the table below them.
    /// </summary>
    private const string TooSmall =
        """
        () => [...document.querySelectorAll('button, label.option, label.check, label.toggle, label.tick, a[href], select, summary')]
          .filter((e) => e instanceof HTMLElement && e.checkVisibility() && !e.matches('.office-skip'))
          .map((e) => [e, e.getBoundingClientRect()])
          .filter(([, r]) => r.width > 0 && (r.width < 43.5 || r.height < 43.5))
          .map(([e, r]) => `${e.outerHTML.slice(0, 120)} ${r.width} × ${r.height}`)
        """;
}
