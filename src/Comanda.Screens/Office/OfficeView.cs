using Comanda.Client;
using Comanda.Screens.Front;
using Comanda.Screens.Parts;
using Comanda.Screens.Words;
using Comanda.Shops;
using Microsoft.AspNetCore.Components;

namespace Comanda.Screens.Office;

/// <summary>
/// A page of the office and what each has at hand: who works there, the shop, the address it was opened with, reading with a second try,
/// and doing with what was wrong beside its fields.
/// </summary>
public abstract class OfficeView : ComponentBase
{
    private string? opened, openedRest;

    [Inject] protected DeviceSession Session { get; set; } = null!;

    [Inject] protected Speech Say { get; set; } = null!;

    [Inject] protected Toasts Toasts { get; set; } = null!;

    [Inject] protected Browser Browser { get; set; } = null!;

    [Inject] protected NavigationManager Address { get; set; } = null!;

    /// <summary>The shop that is worked at.</summary>
    [CascadingParameter] public ShopView Shop { get; set; } = null!;

    /// <summary>What stands in the address behind the page's own part: the 12 of /office/orders/12.</summary>
    [Parameter] public string Rest { get; set; } = "";

    /// <summary>What stands in the address behind the question mark.</summary>
    [Parameter] public string Query { get; set; } = "";

    /// <summary>What was wrong with what was last asked for.</summary>
    protected FormErrors Wrong { get; } = new();

    /// <summary>Something is being done.</summary>
    protected bool IsBusy { get; private set; }

    /// <summary>What the page shows was read for this address.</summary>
    protected bool IsRead { get; private set; }

    /// <summary>Why it could not be; <see cref="ReadAgain"/> is the second try.</summary>
    protected string? Failure { get; private set; }

    protected Currency Currency => Currency.Of(Shop.Currency);

    protected bool May(Permission permission) => Session.May(permission);

    /// <summary>Reads what the page shows at its address: when it is opened, and when its address becomes another.</summary>
    protected virtual Task Read() => Task.CompletedTask;

    protected Task<T> Ask<T>(Func<ComandaClient, Task<T>> ask) => Session.Ask(ask);

    protected async Task ReadAgain()
    {
        // What is there stays in sight while the same is read anew.
        (IsRead, Failure) = (IsRead && Rest == openedRest, null);
        openedRest = Rest;
        StateHasChanged();
        try
        {
            await Read();
            IsRead = true;
        }
        catch (Exception failure) when (failure is ComandaException or HttpRequestException)
        {
            Failure = Say.Why(failure);
        }

        StateHasChanged();
    }

    /// <summary>
    /// Does it; true where it was done. What was wrong stands in <see cref="Wrong"/> then, for the fields and the save bar.
    /// </summary>
    protected async Task<bool> Do(Func<ComandaClient, Task> what, string? said = null)
    {
        if (IsBusy)
            return false;
        IsBusy = true;
        Wrong.Clear();
        StateHasChanged();
        try
        {
            await Session.Ask(async client =>
            {
                await what(client);
                return true;
            });
            if (said is not null)
                Toasts.Say(said);
            return true;
        }
        catch (Exception failure) when (failure is ComandaException or HttpRequestException)
        {
            Wrong.Take(failure, Say);
            return false;
        }
        finally
        {
            IsBusy = false;
            StateHasChanged();
        }
    }

    /// <summary>The same where there is no form: what went wrong is said at the screen's foot.</summary>
    protected async Task<bool> DoAtOnce(Func<ComandaClient, Task> what, string? said = null)
    {
        var done = await Do(what, said);
        if (!done && Wrong.Everything is { } wrong)
            Toasts.Complain(wrong);
        Wrong.Clear();
        return done;
    }

    /// <summary>A part of the address behind the question mark; null where it is not there.</summary>
    protected string? Asked(string name) => Query.TrimStart('?')
        .Split('&', StringSplitOptions.RemoveEmptyEntries)
        .Select(p => p.Split('=', 2))
        .Where(p => Uri.UnescapeDataString(p[0]) == name)
        .Select(p => p.Length > 1 ? Uri.UnescapeDataString(p[1].Replace('+', ' ')) : "")
        .FirstOrDefault();

    /// <summary>Puts parts into the address, so that what is shown can be linked; null takes one out.</summary>
    protected void Show(IReadOnlyDictionary<string, object?> parts) =>
        Address.NavigateTo(Address.GetUriWithQueryParameters(parts), replace: true);

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (opened == $"{Rest}?{Query}")
            return;
        opened = $"{Rest}?{Query}";
        await ReadAgain();
    }
}
