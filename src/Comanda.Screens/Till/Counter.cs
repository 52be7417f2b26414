using Comanda.Client;
using Comanda.Guests;
using Comanda.Menu;
using Comanda.Orders;
using Comanda.Screens.Parts;
using Comanda.Screens.Words;

namespace Comanda.Screens.Till;

/// <summary>The till's state: the menu, the basket and what it costs, and the sale that is being paid.</summary>
public sealed partial class Counter(ISales sales, Speech say, Toasts toasts)
{
    private int asked;

    /// <summary>Something is to be shown anew.</summary>
    public event Action? Changed;

    /// <summary>The menu; null until it is here.</summary>
    public MenuView? Menu { get; private set; }

    /// <summary>The shop's.</summary>
    public Currency Currency { get; private set; } = Currency.Of("EUR");

    /// <summary>What this guest is about to buy.</summary>
    public Basket Basket { get; } = new();

    /// <summary>What it costs; null while that is being asked, or where it cannot be told.</summary>
    public PreviewView? Priced { get; private set; }

    /// <summary>Why it cannot be priced.</summary>
    public string? Wrong { get; private set; }

    /// <summary>Something is on its way to the server.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Nobody is being served: a quiet moment.</summary>
    public bool IsIdle => !IsBusy && Basket.Lines.Count == 0 && Paying is null && Sold is null;

    /// <summary>The total that is shown: the priced one, or until it is here the lines' own.</summary>
    public decimal Total => Priced?.TotalAmount
        ?? Basket.Lines.Aggregate(Money.Zero, (sum, l) => sum + l.Gross(Currency)).In(Currency);

    /// <summary>Reads the menu.</summary>
    public async Task ReadMenu()
    {
        await Try(async () =>
        {
            Menu = await sales.Menu();
            Basket.Follow(Menu);
            Currency = Currency.Of(Menu.Currency);
        });
        Changed?.Invoke();
    }

    /// <summary>One more line, or one more of a line.</summary>
    public Task Add(BasketLine line)
    {
        Basket.Add(line);
        return Price();
    }

    /// <summary>A line is another one now.</summary>
    public Task Change(BasketLine line)
    {
        Basket.Change(line);
        return Price();
    }

    /// <summary>Something of the whole order is another now: how it is eaten, for whom, what comes off, a tip.</summary>
    public Task Change(Action<Basket> change)
    {
        change(Basket);
        Basket.Renew();
        return Price();
    }

    /// <summary>Nobody wants it.</summary>
    public void Empty()
    {
        Basket.Empty();
        (Priced, Wrong) = (null, null);
        asked++;
        Changed?.Invoke();
    }

    /// <summary>Asks what the basket costs. Only the last question counts: answers may overtake one another.</summary>
    public async Task Price()
    {
        var mine = ++asked;
        Wrong = null;
        if (Basket.Lines.Count == 0)
        {
            Priced = null;
            Changed?.Invoke();
            return;
        }

        try
        {
            var asking = sales.Price(Basket.ToRequest());
            if (!asking.IsCompleted)
            {
                Priced = null;
                Changed?.Invoke();
            }

            var priced = await asking;
            if (mine == asked)
                Priced = priced;
        }
        catch (Exception failure) when (failure is ComandaException or HttpRequestException)
        {
            if (mine == asked)
                (Priced, Wrong) = (null, say.Why(failure));
        }

        Changed?.Invoke();
    }

    /// <summary>Places the basket as it is; it is paid later. On hold, no kitchen gets it yet.</summary>
    public async Task Place(bool hold)
    {
        if (IsBusy || Basket.Lines.Count == 0)
            return;
        IsBusy = true;
        Changed?.Invoke();
        await Try(async () =>
        {
            var order = await sales.Sell(Basket.ToRequest() with { Hold = hold ? true : null }, Basket.Key, Priced);
            toasts.Say(order.OrderId is null
                ? say.With("away.kept", order.Number)
                : say.With(hold ? "till.ison" : "till.sent", order.Number));
            Empty();
        });
        IsBusy = false;
        Changed?.Invoke();
    }

    /// <summary>What a scale's label stands for; null where it is none.</summary>
    public async Task<BasketLine?> Weighed(string code) =>
        await sales.Scan(code) is { } read && Menu?.Categories.SelectMany(c => c.Items).FirstOrDefault(i => i.Id == read.Item) is { } item
            ? new(item) { Quantity = read.Quantity, Label = code }
            : null;

    /// <summary>What of the basket its customer must not eat.</summary>
    public IReadOnlyList<string> Warnings =>
        [.. Basket.Lines.SelectMany(l => l.Allergens).Intersect(Basket.Avoids, StringComparer.Ordinal)];

    /// <summary>It is for somebody whom the shop knows; null: it is not.</summary>
    public Task For(CustomerView? customer, IReadOnlyList<string> avoids) =>
        Change(b => (b.Customer, b.Avoids, b.Name) = (customer, avoids, customer?.Name ?? b.Name));

    private async Task Try(Func<Task> what)
    {
        try
        {
            await what();
        }
        catch (Exception failure) when (failure is ComandaException or HttpRequestException or NoRoomException)
        {
            toasts.Complain(say.Why(failure));
        }
    }

    private static string NewKey() => "till-" + Guid.NewGuid().ToString("N");
}
