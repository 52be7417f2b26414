using Microsoft.JSInterop;

namespace Comanda.Screens.Front;

/// <summary>
/// Keeps the app in the browser for when the server is away, and takes a newer one at a quiet moment: where somebody works, when they say
/// so; where nobody is signed in or nobody stands, by itself.
/// </summary>
public sealed class AppUpdate(IJSRuntime js)
{
    private static readonly TimeSpan Often = TimeSpan.FromSeconds(5), Seldom = TimeSpan.FromMinutes(10);

    private IJSObjectReference? module;
    private string own = "";

    /// <summary>The server has a newer one.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>For how many seconds nobody may have touched anything; null: it is taken only when somebody says so.</summary>
    public double? TakesItselfAfter { get; set; }

    /// <summary>There is a newer one.</summary>
    public event Action? Changed;

    /// <summary>Begins to keep the app.</summary>
    public async Task Begin()
    {
        module = await js.InvokeAsync<IJSObjectReference>("import", "/screens/app.js");
        own = await module.InvokeAsync<string>("ownVersion");
        await module.InvokeVoidAsync("keepApp");
        _ = Watch();
    }

    /// <summary>Looks whether the server has another: it was started anew, perhaps with a newer one.</summary>
    public async Task Look()
    {
        if (IsWaiting || module is null || await module.InvokeAsync<string?>("serverVersion") is not { Length: > 0 } there || there == own)
            return;
        IsWaiting = true;
        Changed?.Invoke();
    }

    /// <summary>The page is loaded anew, with what the server has.</summary>
    public async Task Take() => await module!.InvokeVoidAsync("takeNewer");

    private async Task Watch()
    {
        for (var looked = TimeSpan.Zero; ; looked += Often)
        {
            await Task.Delay(Often);
            if (looked >= Seldom)
            {
                looked = TimeSpan.Zero;
                await Look();
            }

            if (IsWaiting && TakesItselfAfter is { } quiet && await module!.InvokeAsync<double>("quietFor") >= quiet)
                await Take();
        }
    }
}
