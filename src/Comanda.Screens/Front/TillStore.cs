using System.Text.Json;
using Comanda.Client;
using Microsoft.JSInterop;

namespace Comanda.Screens.Front;

/// <summary>A sale that the server may not have yet.</summary>
public sealed record KeptSale
{
    /// <summary>It is being sent by the tab that made it, which nobody has been told the end of.</summary>
    public const string Trying = "trying";

    /// <summary>It was sold, and is to be sent.</summary>
    public const string Waiting = "waiting";

    /// <summary>The server keeps it for somebody who decides, and says why.</summary>
    public const string SetAside = "set_aside";

    /// <summary>The server cannot even keep it; it stays here.</summary>
    public const string Refused = "refused";

    /// <summary>By which it is sold once, however it comes and however often.</summary>
    public required string Key { get; init; }

    /// <summary>When it was sold, by the till's clock.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>The order as it is sent: the same bytes each time.</summary>
    public required string Order { get; init; }

    /// <summary>What the guest was told.</summary>
    public required decimal? Total { get; init; }

    /// <summary>Who sold it.</summary>
    public required long? CashierId { get; init; }

    /// <summary>The guest has it: no kitchen need hear of it.</summary>
    public bool? HandedOver { get; init; }

    /// <summary>How far it is.</summary>
    public string State { get; init; } = Trying;

    /// <summary>The till's own number, without a gap.</summary>
    public int Number { get; init; }

    /// <summary>The number with the series that it is of, as it stands on the slip and in the order.</summary>
    public string Reference { get; init; } = "";

    /// <summary>Why the server did not place it.</summary>
    public string? Why { get; init; }

    /// <summary>It still has to reach the server.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsUnsent => State is Trying or Waiting;
}

/// <summary>
/// What a till keeps in the browser (IndexedDB): what the server told it, and its sales until the server has them. One store for each shop;
/// all tabs share it. The other half is <c>wwwroot/screens/store.js</c>.
/// </summary>
public sealed class TillStore(IJSRuntime js) : IDisposable
{
    private Task<IJSObjectReference>? module;
    private DotNetObjectReference<TillStore>? self;
    private string opened = "";

    /// <summary>Something changed, here or in another tab, or the network is back.</summary>
    public event Action? Changed;

    /// <summary>The sales that the server has not taken, in the order in which they were sold.</summary>
    public IReadOnlyList<KeptSale> Sales { get; private set; } = [];

    /// <summary>Whether the browser lets us keep anything.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Letters by which this browser's numbers differ from another's.</summary>
    public string Mark { get; private set; } = "";

    /// <summary>Opens the store of a shop; false where the browser has none to give.</summary>
    public async Task<bool> Open(long shop)
    {
        var name = $"comanda-till-{shop}";
        if (opened == name)
            return IsOpen;
        try
        {
            module ??= js.InvokeAsync<IJSObjectReference>("import", "/screens/store.js").AsTask();
            self ??= DotNetObjectReference.Create(this);
            await (await module).InvokeVoidAsync("openStore", name, self);
            (opened, IsOpen) = (name, true);
            Mark = await Ask<string>("ownMark");
            await Heard();
        }
        catch (JSException)
        {
            IsOpen = false; // a private window may forbid it
        }

        return IsOpen;
    }

    /// <summary>Another tab wrote, or the browser has a network again.</summary>
    [JSInvokable]
    public async Task Heard()
    {
        await Read();
        Changed?.Invoke();
    }

    /// <summary>What was kept under a name; null where there is nothing that can be read.</summary>
    public async Task<T?> Fact<T>(string name)
        where T : class
    {
        try
        {
            return IsOpen && await Ask<string?>("fact", name) is { } text ? JsonSerializer.Deserialize<T>(text, ComandaClient.Json) : null;
        }
        catch (Exception unreadable) when (unreadable is JSException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Keeps it. A browser without room keeps it not, which only matters once the server is away.</summary>
    public async Task PutFact<T>(string name, T value)
    {
        try
        {
            if (IsOpen)
                await Do("putFact", name, JsonSerializer.Serialize(value, ComandaClient.Json));
        }
        catch (JSException)
        {
            // as told above
        }
    }

    /// <summary>Keeps a sale, with a number of its series; it throws where there is no room for it.</summary>
    public async Task<KeptSale> Add(KeptSale sale, string series)
    {
        var kept = await Ask<string>("addSale", JsonSerializer.Serialize(sale, ComandaClient.Json), series);
        await Heard();
        return JsonSerializer.Deserialize<KeptSale>(kept, ComandaClient.Json)!;
    }

    /// <summary>What became of sales, by their keys; null: the server has it.</summary>
    public async Task Change(IReadOnlyDictionary<string, object?> changes)
    {
        await Do("changeSales", changes);
        await Heard();
    }

    /// <summary>The same of one.</summary>
    public Task Change(string key, object? change) => Change(new Dictionary<string, object?>(StringComparer.Ordinal) { [key] = change });

    /// <summary>Holds a name against all tabs; 0 where one has it.</summary>
    public Task<int> Hold(string name) => Ask<int>("hold", name);

    /// <summary>Others may have it.</summary>
    public Task GiveBack(int hold) => Do("giveBack", hold);

    /// <summary>A PIN as it is kept; null where the browser cannot reckon it.</summary>
    public Task<string?> Derive(string pin, string salt) => Ask<string?>("derive", pin, salt);

    /// <inheritdoc />
    public void Dispose() => self?.Dispose();

    private async Task Read() =>
        Sales = JsonSerializer.Deserialize<List<KeptSale>>(await Ask<string>("allSales"), ComandaClient.Json) ?? [];

    private async Task<T> Ask<T>(string name, params object?[] arguments) => await (await module!).InvokeAsync<T>(name, arguments);

    private async Task Do(string name, params object?[] arguments) => await (await module!).InvokeVoidAsync(name, arguments);
}
