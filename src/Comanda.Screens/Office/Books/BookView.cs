using Comanda.Client;
using Comanda.Screens.Parts;
using Microsoft.AspNetCore.Components;

namespace Comanda.Screens.Office.Books;

/// <summary>
/// A page of what was sold, to whom and of what. Its address says what is shown: it is read when it is opened, and again when its address
/// changes, while what was shown before stays in sight. An answer that comes after another was asked for is not shown.
/// </summary>
public abstract class BookView : OfficeView, IDisposable
{
    private int asking;
    private string? looked;

    [Inject] protected ShopClock Clock { get; set; } = null!;

    [Inject] protected LongWork Work { get; set; } = null!;

    /// <summary>What its address asks.</summary>
    protected PageAddress At { get; private set; } = new("/office", "", "");

    /// <summary>Why it could not be read.</summary>
    protected string? Trouble { get; private set; }

    /// <summary>Something was read.</summary>
    protected bool IsThere { get; private set; }

    /// <summary>Asks the server; what it answers is done where nothing else was asked for meanwhile.</summary>
    protected abstract Task<Action> Look();

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        var now = $"{Rest}?{Query}";
        if (looked == now)
            return;
        if (looked?.Split('?')[0] != Rest)
            IsThere = false;
        looked = now;
        At = new(new Uri(Address.Uri).AbsolutePath, Rest, Query);
        await LookAgain();
    }

    /// <summary>Reads it (again).</summary>
    protected async Task LookAgain()
    {
        var mine = ++asking;
        try
        {
            await Clock.Begin();
            var show = await Look();
            if (mine != asking)
                return;
            show();
            (Trouble, IsThere) = (null, true);
        }
        catch (Exception failure) when (failure is ComandaException or HttpRequestException)
        {
            if (mine == asking)
                Trouble = Say.Why(failure);
        }

        await InvokeAsync(StateHasChanged);
    }

    /// <summary>Goes to the same page asking something else.</summary>
    protected void Ask(params IEnumerable<(string Name, string? Value)> changes) => Address.NavigateTo(At.With(changes));

    /// <summary>Does it at once, and reads the page again.</summary>
    protected async Task<bool> DoAndLook(Func<ComandaClient, Task> what, string? said = null)
    {
        var done = await DoAtOnce(what, said);
        await LookAgain();
        return done;
    }

    /// <summary>Reads a file of the API and gives it to the person; they may go on meanwhile, or stop it.</summary>
    protected void Download(string title, string path, string file, string type) => _ = Work.Begin(
        title,
        async (tell, cancel) =>
        {
            tell(null, Say["work.asking"]);
            var content = await Session.Ask(client => client.Download(path, cancel));
            await Browser.Save(file, type, content);
            return Say.With("work.saved", file);
        },
        Say.Why);

    /// <summary>Where a figure of a period leads: what it is made of.</summary>
    protected static string Why(DateOnly from, DateOnly to, string figure, params IEnumerable<(string Name, string? Value)> of) =>
        PageAddress.To(
            "/office/why",
            of.Prepend(("figure", figure)).Prepend(("to", $"{to:yyyy-MM-dd}")).Prepend(("from", $"{from:yyyy-MM-dd}")));

    /// <inheritdoc />
    public void Dispose()
    {
        asking++;
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>What a page has to give back besides.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
