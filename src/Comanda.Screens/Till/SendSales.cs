using System.Text;
using System.Text.Json;
using Comanda.Client;
using Comanda.Orders;
using Comanda.Screens.Front;
using Comanda.Screens.Words;

namespace Comanda.Screens.Till;

/// <summary>
/// Sends by itself what was sold while the server was away. One tab does it at a time; each sale goes under the key of its first try, so
/// that one which came and whose answer was lost is not placed twice.
/// </summary>
public sealed class SendSales(DeviceSession session, TillStore store, Speech say, TimeProvider clock)
{
    /// <summary>Sales that go together: a line that breaks now and then still carries some of them.</summary>
    private const int Together = 20;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3), Later = TimeSpan.FromSeconds(30);

    private TaskCompletionSource wake = new();

    /// <summary>What is to be shown is another.</summary>
    public event Action? Changed;

    /// <summary>The server did not answer the last time that it was asked.</summary>
    public bool IsAway { get; private set; }

    /// <summary>Why it does not take what is sent, although it answers.</summary>
    public string? Trouble { get; private set; }

    /// <summary>The server did not answer.</summary>
    public void WentAway() => Show(true, null);

    /// <summary>It did.</summary>
    public void CameBack()
    {
        if (IsAway)
            Show(false, null);
    }

    /// <summary>There is something to send, or the network may be back.</summary>
    public void Wake() => wake.TrySetResult();

    /// <summary>Sends what there is until <paramref name="cancel"/>: soon while something waits, seldom else.</summary>
    public async Task Run(CancellationToken cancel)
    {
        store.Changed += Heard;
        try
        {
            while (!cancel.IsCancellationRequested)
            {
                await Send();
                var pause = Task.Delay(IsAway || store.Sales.Any(s => s.IsUnsent) ? Soon : Later, clock, cancel);
                if (await Task.WhenAny(wake.Task, pause) == wake.Task)
                    wake = new();
            }
        }
        finally
        {
            store.Changed -= Heard;
        }
    }

    private void Heard()
    {
        Changed?.Invoke();
        if (store.Sales.Any(s => s.State == KeptSale.Waiting))
            Wake();
    }

    private async Task Send()
    {
        if (session.Person is null || !store.IsOpen)
            return;
        var hold = await store.Hold("send");
        if (hold == 0)
            return; // another tab is at it
        try
        {
            while (await Unsent() is { Count: > 0 } queue)
            {
                if (!session.May(Permission.TakePayments))
                {
                    Show(IsAway, say["away.right"]);
                    return;
                }

                var result = await session.Ask(client => client.SyncOrders(Body(queue)));
                var became = result.Results.Where(r => r.Key is not null)
                    .DistinctBy(r => r.Key)
                    .ToDictionary(r => r.Key!, Became, StringComparer.Ordinal);
                await store.Change(became);
                Show(false, null);
                if (became.Count == 0)
                    return; // an answer of nothing: asked again later
            }

            if (IsAway)
            {
                await session.Ask(client => client.Me());
                Show(false, null);
            }
        }
        catch (Exception away) when (away is HttpRequestException or OperationCanceledException)
        {
            Show(true, null);
        }
        catch (ComandaException refused)
        {
            Show(IsAway, say.Why(refused));
        }
        finally
        {
            await store.GiveBack(hold);
        }
    }

    /// <summary>What waits, and what a tab was about to send that is gone.</summary>
    private async Task<List<KeptSale>> Unsent()
    {
        List<KeptSale> unsent = [];
        foreach (var sale in store.Sales.Where(s => s.IsUnsent).ToList())
        {
            if (sale.State == KeptSale.Trying)
            {
                var hold = await store.Hold("sale " + sale.Key);
                if (hold == 0)
                    continue;
                await store.GiveBack(hold);
            }

            unsent.Add(sale);
            if (unsent.Count == Together)
                break;
        }

        return unsent;
    }

    private StringContent Body(IEnumerable<KeptSale> queue) => new(
        JsonSerializer.Serialize(
            new
            {
                SentAt = clock.GetUtcNow(),
                Orders = queue.Select(s => new
                {
                    s.Key,
                    s.MadeAt,
                    s.HandedOver,
                    s.CashierId,
                    TotalAmount = s.Total,
                    Order = JsonElement.Parse(s.Order),
                }),
            },
            ComandaClient.Json),
        Encoding.UTF8,
        "application/json");

    /// <summary>What the till keeps of a sale after the server has answered: nothing, or why it was not placed.</summary>
    private static object? Became(SyncedSale sale) => sale.Status switch
    {
        "set_aside" => new { state = KeptSale.SetAside, why = sale.SetAside?.Reason ?? "" },
        "refused" => new
        {
            state = KeptSale.Refused,
            why = string.Join(' ', (sale.Errors ?? new Dictionary<string, string[]>()).SelectMany(e => e.Value)),
        },
        _ => null,
    };

    private void Show(bool isAway, string? trouble)
    {
        if (isAway == IsAway && trouble == Trouble)
            return;
        (IsAway, Trouble) = (isAway, trouble);
        Changed?.Invoke();
    }
}
