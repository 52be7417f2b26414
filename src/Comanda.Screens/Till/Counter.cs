using Comanda.Client;
using Comanda.Menu;
using Comanda.Orders;
using Comanda.Screens.Parts;
using Comanda.Screens.Words;

namespace Comanda.Screens.Till;

/// <summary>What is being paid: the basket, or an order that was placed before.</summary>
public sealed record Due(decimal Total, decimal InCash, OrderView? Order);

/// <summary>A sale that is over: what the guest gets back, and the receipt, once it is here.</summary>
public sealed record Sold(long OrderId, string OrderNumber, decimal Change, bool InCash)
{
    /// <summary>As text.</summary>
    public string? Receipt { get; init; }
}

/// <summary>The till's state: the menu, the basket and what it costs, and the sale that is being paid.</summary>
public sealed class Counter(ISales sales, Speech say, Toasts toasts)
{
    private int asked;
    private string payKey = "";

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

    /// <summary>What is being paid.</summary>
    public Due? Paying { get; private set; }

    /// <summary>The sale that is just over.</summary>
    public Sold? Sold { get; private set; }

    /// <summary>Something is on its way to the server.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>Why the money was not taken.</summary>
    public string? PayWrong { get; private set; }

    /// <summary>The total that is shown: the server's, or until it is here the lines' own.</summary>
    public decimal Total => Priced?.TotalAmount
        ?? Basket.Lines.Aggregate(Money.Zero, (sum, l) => sum + l.Gross(Currency)).In(Currency);

    /// <summary>Reads the menu.</summary>
    public async Task ReadMenu()
    {
        await Try(async () =>
        {
            Menu = await sales.Menu();
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
        (Priced, Wrong) = (null, null);
        Changed?.Invoke();
        if (Basket.Lines.Count == 0)
            return;
        try
        {
            var priced = await sales.Price(Basket.ToRequest());
            if (mine == asked)
                Priced = priced;
        }
        catch (Exception failure) when (failure is ComandaException or HttpRequestException)
        {
            if (mine == asked)
                Wrong = say.Why(failure);
        }

        Changed?.Invoke();
    }

    /// <summary>The guest wants to pay the basket.</summary>
    public void Pay()
    {
        if (Priced is { } priced && Basket.Lines.Count > 0)
            Begin(new(priced.TotalAmount, priced.CashDue, null));
    }

    /// <summary>The guest wants to pay an order that was placed before.</summary>
    public void Pay(OrderView order) => Begin(new(order.BalanceDue, order.CashDue, order));

    /// <summary>Nothing is paid yet after all.</summary>
    public void StopPaying()
    {
        (Paying, PayWrong) = (null, null);
        Changed?.Invoke();
    }

    /// <summary>Takes the money. Where no answer comes it may be asked again: the same key, and so one sale.</summary>
    public async Task Take(string method, decimal? tendered)
    {
        if (IsBusy || Paying is not { } paying)
            return;
        (IsBusy, PayWrong) = (true, null);
        Changed?.Invoke();
        try
        {
            var payment = new PaymentRequest(method, Tendered: tendered);
            Sold = paying.Order is { } order ? await TakeFor(order, payment) : await Sell(payment);
            Paying = null;
        }
        catch (HttpRequestException)
        {
            PayWrong = say["pay.unsure"];
        }
        catch (ComandaException refused)
        {
            PayWrong = say.Why(refused);
            payKey = NewKey();
            if (paying.Order is null)
            {
                Basket.Renew();
                if (refused.Code is "total_differs" or "out_of_stock")
                    await AfterAChange(refused);
            }
        }
        finally
        {
            IsBusy = false;
            Changed?.Invoke();
        }

        if (Sold is { Receipt: null } sold)
            await ReadReceipt(sold);
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
            var order = await sales.Sell(Basket.ToRequest() with { Hold = hold ? true : null }, Basket.Key);
            toasts.Say(say.With(hold ? "till.ison" : "till.sent", order.OrderNumber));
            Empty();
        });
        IsBusy = false;
        Changed?.Invoke();
    }

    /// <summary>The next guest.</summary>
    public void Next()
    {
        Sold = null;
        Changed?.Invoke();
    }

    private void Begin(Due due)
    {
        (Paying, PayWrong, payKey) = (due, null, NewKey());
        Changed?.Invoke();
    }

    private async Task<Sold> Sell(PaymentRequest payment)
    {
        // What the guest was shown goes along: where it costs something else by now, nothing is sold.
        var order = await sales.Sell(Basket.ToRequest() with { Payments = [payment], TotalAmount = Paying!.Total }, Basket.Key);
        Empty();
        return new(order.Id, order.OrderNumber, order.Payments.Sum(p => p.Change), payment.Method == "cash");
    }

    private async Task<Sold> TakeFor(OrderView order, PaymentRequest payment)
    {
        var taken = await sales.Pay(order.Id, payment, payKey);
        return new(order.Id, order.OrderNumber, taken.Change, payment.Method == "cash");
    }

    private async Task AfterAChange(ComandaException refused)
    {
        await ReadMenu();
        await Price();
        if (Priced is { } priced)
            Paying = new(priced.TotalAmount, priced.CashDue, null);
        PayWrong = say.Why(refused);
    }

    private async Task ReadReceipt(Sold sold)
    {
        await Try(async () =>
        {
            var receipt = await sales.Receipt(sold.OrderId);
            if (Sold == sold)
                Sold = sold with { Receipt = receipt };
        });
        Changed?.Invoke();
    }

    private async Task Try(Func<Task> what)
    {
        try
        {
            await what();
        }
        catch (Exception failure) when (failure is ComandaException or HttpRequestException)
        {
            toasts.Complain(say.Why(failure));
        }
    }

    private static string NewKey() => "till-" + Guid.NewGuid().ToString("N");
}
