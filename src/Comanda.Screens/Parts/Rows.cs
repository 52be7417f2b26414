using Comanda.Kernel;

namespace Comanda.Screens.Parts;

/// <summary>The rows of a list, read page by page as somebody scrolls: what was read stays, what nobody looked for is not read.</summary>
public sealed class Rows<T>
{
    private readonly Func<string?, Task<PageOf<T>>>? read;
    private readonly List<T> all = [];
    private string? next;
    private Task? reading;

    /// <summary>Rows that come in pages, by the cursor that the page before answered.</summary>
    public Rows(Func<string?, Task<PageOf<T>>> read) => this.read = read;

    /// <summary>Rows that are all there.</summary>
    public Rows(IEnumerable<T> rows)
    {
        all.AddRange(rows);
        IsWhole = true;
    }

    /// <summary>Those that were read, in their order.</summary>
    public IReadOnlyList<T> Read => all;

    /// <summary>There are no more of them.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>The first page has come.</summary>
    public bool IsBegun => IsWhole || all.Count > 0;

    /// <summary>Reads the next page; who asks while it is on its way waits for the same one.</summary>
    public async Task More()
    {
        if (IsWhole)
            return;
        reading ??= Page();
        try
        {
            await reading;
        }
        finally
        {
            reading = null;
        }
    }

    private async Task Page()
    {
        var page = await read!(next);
        all.AddRange(page.Items);
        next = page.NextCursor;
        IsWhole = next is null;
    }
}
