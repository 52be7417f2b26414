using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Comanda.Screens.Front;

/// <summary>What only a browser can do; the other half is <c>wwwroot/screens/browser.js</c>.</summary>
public sealed class Browser(IJSRuntime js)
{
    private Task<IJSObjectReference>? module, tables;

    private Task<IJSObjectReference> Module => module ??= js.InvokeAsync<IJSObjectReference>("import", "/screens/browser.js").AsTask();

    /// <summary>What this browser keeps under a name; null where there is nothing.</summary>
    public Task<string?> Kept(string name) => Ask<string?>("kept", name);

    /// <summary>Keeps it until it is told otherwise; null forgets it.</summary>
    public Task Keep(string name, string? value) => Do("keep", name, value);

    /// <summary>What this tab keeps, also when the page is loaded again.</summary>
    public Task<string?> KeptInTab(string name) => Ask<string?>("keptInTab", name);

    /// <summary>Keeps it for as long as the tab is open; null forgets it.</summary>
    public Task KeepInTab(string name, string? value) => Do("keepInTab", name, value);

    /// <summary>A part of the address that only we need to know (a device's token): read, and taken out of the address.</summary>
    public Task<string?> TakeFromAddress(string name) => Ask<string?>("takeFromAddress", name);

    /// <summary>The languages that the person prefers, the best first.</summary>
    public Task<string[]> Languages() => Ask<string[]>("languages");

    /// <summary>Tells the page its language, and in which direction that is written.</summary>
    public Task Speak(string language, string direction) => Do("speak", language, direction);

    /// <summary>Shows a dialog above everything else; Escape calls <c>Cancelled</c> of <paramref name="owner"/>.</summary>
    public Task ShowDialog<T>(ElementReference dialog, DotNetObjectReference<T> owner)
        where T : class => Do("showDialog", dialog, owner);

    /// <summary>Gives the focus back to what had it before the last dialog came.</summary>
    public Task ReturnFocus() => Do("returnFocus");

    /// <summary>Puts the focus on the first element that a selector finds.</summary>
    public Task Focus(string selector) => Do("focusOn", selector);

    /// <summary>Keys that work wherever the focus is: each calls <c>Pressed</c> of <paramref name="owner"/> with its name.</summary>
    public Task ListenForKeys<T>(DotNetObjectReference<T> owner, params string[] keys)
        where T : class => Do("listenForKeys", owner, keys);

    /// <summary>No more of them.</summary>
    public Task StopListening() => Do("stopListening");

    /// <summary>A bell for something new.</summary>
    public Task Ring() => Do("ring");

    /// <summary>The time zone that this machine's clock is in, by its IANA name.</summary>
    public Task<string> Zone() => Ask<string>("zone");

    /// <summary>What a country is called in a language (PT: Portugal), or its code.</summary>
    public Task<string[]> Countries(string language, IReadOnlyList<string> codes) => Ask<string[]>("countries", language, codes);

    /// <summary>What the tab and the history call the page.</summary>
    public Task Title(string title) => Do("title", title);

    /// <summary>Gives the person a file of that name.</summary>
    public Task Save(string name, string type, byte[] content) => Do("save", name, type, content);

    /// <summary>Prints what the page shows for it.</summary>
    public Task Print() => Do("printPage");

    /// <summary>
    /// Says how far a table is scrolled by calling <c>Seen</c> of <paramref name="owner"/>; arrow keys lead from row to row.
    /// </summary>
    public async Task WatchTable<T>(ElementReference box, DotNetObjectReference<T> owner)
        where T : class => await (await Tables).InvokeVoidAsync("watch", box, owner);

    /// <summary>No longer.</summary>
    public async Task LeaveTable(ElementReference box) => await (await Tables).InvokeVoidAsync("leave", box);

    /// <summary>Back to its first row.</summary>
    public async Task ScrollToTop(ElementReference box) => await (await Tables).InvokeVoidAsync("toTop", box);

    private Task<IJSObjectReference> Tables => tables ??= js.InvokeAsync<IJSObjectReference>("import", "/screens/table.js").AsTask();

    private async Task<T> Ask<T>(string name, params object?[] arguments) => await (await Module).InvokeAsync<T>(name, arguments);

    private async Task Do(string name, params object?[] arguments) => await (await Module).InvokeVoidAsync(name, arguments);
}
