using Comanda.Client;
using Comanda.Screens.Front;
using Comanda.Screens.Words;
using Microsoft.AspNetCore.Components;

namespace Comanda.Screens.Office.Books;

/// <summary>One report: what of the reports' page is read for a period.</summary>
public abstract class ReportPart : ComponentBase
{
    private string? looked;
    private int asking;

    [Inject] protected DeviceSession Session { get; set; } = null!;

    [Inject] protected Speech Say { get; set; } = null!;

    [Inject] protected ShopClock Clock { get; set; } = null!;

    /// <summary>What the page's address asks.</summary>
    [Parameter, EditorRequired] public PageAddress At { get; set; } = null!;

    /// <summary>Its days.</summary>
    [Parameter, EditorRequired] public Period Period { get; set; } = null!;

    /// <summary>It was read.</summary>
    protected bool IsThere { get; private set; }

    /// <summary>Why it could not be.</summary>
    protected string? Trouble { get; private set; }

    /// <summary>Asks the server; what it answers is done where nothing else was asked for meanwhile.</summary>
    protected abstract Task<Action> Look();

    protected Task<T> Ask<T>(Func<ComandaClient, Task<T>> ask) => Session.Ask(ask);

    /// <inheritdoc />
    protected override Task OnParametersSetAsync()
    {
        var now = At.With();
        if (now == looked)
            return Task.CompletedTask;
        looked = now;
        return LookAgain();
    }

    /// <summary>Reads it (again).</summary>
    protected async Task LookAgain()
    {
        var mine = ++asking;
        try
        {
            var show = await Look();
            if (mine != asking)
                return;
            show();
            (IsThere, Trouble) = (true, null);
        }
        catch (Exception failure) when (failure is ComandaException or HttpRequestException)
        {
            if (mine == asking)
                (IsThere, Trouble) = (false, Say.Why(failure));
        }

        StateHasChanged();
    }

    /// <summary>Where a figure of the period leads: what it is made of.</summary>
    protected string Why(string figure, params IEnumerable<(string Name, string? Value)> of) => Why(Period, figure, of);

    /// <summary>The same of another period.</summary>
    protected static string Why(Period period, string figure, params IEnumerable<(string Name, string? Value)> of) => PageAddress.To(
        "/office/why",
        of.Prepend(("figure", figure)).Prepend(("to", $"{period.To:yyyy-MM-dd}")).Prepend(("from", $"{period.From:yyyy-MM-dd}")));

    /// <summary>By how many percent one differs from another; null where there was nothing.</summary>
    protected static decimal? Change(decimal now, decimal? before) =>
        before is { } b and not 0 ? decimal.Round(100 * (now - b) / Math.Abs(b), 1) : null;
}
