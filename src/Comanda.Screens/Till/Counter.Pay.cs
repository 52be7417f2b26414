using Comanda.Client;
using Comanda.Orders;

namespace Comanda.Screens.Till;

/// <summary>What is being paid: the basket, or an order that was placed before. <see cref="Parts"/> were taken already.</summary>
public sealed record Due(decimal Total, decimal InCash, OrderView? Order)
{
    /// <summary>What other tenders have paid of it.</summary>
    public IReadOnlyList<PaymentRequest> Parts { get; init; } = [];

    /// <summary>What a way to pay has to bring.</summary>
    public decimal By(string method) => method == "cash" ? InCash : Total;
}

/// <summary>A sale that is over: what the guest gets back, and the receipt, once it is here.</summary>
public sealed record Sold(long? OrderId, string OrderNumber, decimal Change, bool InCash)
{
    /// <summary>As text.</summary>
    public string? Receipt { get; init; }

    /// <summary>Where its QR code leads, once that is known.</summary>
    public string? Link { get; init; }
}

/// <summary>Money.</summary>
public sealed partial class Counter
{
    private string payKey = "";

    /// <summary>What is being paid.</summary>
    public Due? Paying { get; private set; }

    /// <summary>The sale that is just over.</summary>
    public Sold? Sold { get; private set; }

    /// <summary>Why the money was not taken.</summary>
    public string? PayWrong { get; private set; }

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

    /// <summary>The points that the basket's customer has and that no tender took yet, and what they pay.</summary>
    public (long Points, decimal Worth) PointsLeft
    {
        get
        {
            if (Paying is not { Order: null } paying || Basket.Customer is not { } customer || sales.PointValue <= 0)
                return (0, 0);
            var taken = paying.Parts.Where(p => p.Method == "points").Sum(p => decimal.Ceiling((p.Amount ?? 0) / sales.PointValue));
            var left = Math.Max(0, customer.LoyaltyPoints - (long)taken);
            return (left, left * sales.PointValue);
        }
    }

    /// <summary>What the guest leaves for who serves, before anything is paid.</summary>
    public async Task Leave(decimal tip)
    {
        await Change(b => b.Tip = tip);
        if (Paying is { Order: null } && Priced is { } priced)
            Begin(new(priced.TotalAmount, priced.CashDue, null));
    }

    /// <summary>
    /// Takes money: all that is due, or a part of it. A part of a basket is only noted, and goes with the sale; of an order that is there
    /// it is paid at once. Where no answer comes it may be asked again: the same key, and so one sale.
    /// </summary>
    /// <param name="payment">How.</param>
    /// <param name="part">How much of it; null: all that is due.</param>
    public async Task Take(PaymentRequest payment, decimal? part = null)
    {
        if (IsBusy || Paying is not { } paying)
            return;
        if (paying.Order is null && part < paying.Total)
        {
            var parts = paying.Parts.Append(payment with { Amount = part }).ToList();
            var (rest, paid) = (paying.Total - part.Value, parts.Sum(p => p.Amount ?? 0));
            Paying = new(rest, sales.CashDue(rest + paid, paid), null) { Parts = parts };
            Changed?.Invoke();
            return;
        }

        (IsBusy, PayWrong) = (true, null);
        Changed?.Invoke();
        try
        {
            if (paying.Order is { } order)
                await TakeFor(order, payment with { Amount = part });
            else
                await Sell(payment);
        }
        catch (HttpRequestException)
        {
            PayWrong = say["pay.unsure"];
        }
        catch (NoRoomException full)
        {
            PayWrong = say.Why(full);
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

        if (Sold is { Receipt: null, OrderId: { } id } sold)
            await ReadReceipt(sold, id);
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

    private async Task Sell(PaymentRequest payment)
    {
        // What the guest was shown goes along: where it costs something else by now, nothing is sold.
        var shown = Paying!.Total + Paying.Parts.Sum(p => p.Amount ?? 0);
        var basket = Basket.ToRequest() with { Payments = [.. Paying.Parts, payment], TotalAmount = shown };
        var made = await sales.Sell(basket, Basket.Key, Priced);
        Empty();
        if (made.Unpaid is { } order)
        {
            Begin(new(order.BalanceDue, order.CashDue, order)
            {
                Parts = [.. order.Payments.Select(p => new PaymentRequest(p.Method, p.Amount))],
            });
            return;
        }

        (Paying, Sold) = (null, new(made.OrderId, made.Number, made.Change, payment.Method == "cash") { Receipt = made.Slip });
    }

    private async Task TakeFor(OrderView order, PaymentRequest payment)
    {
        var taken = await sales.Pay(order.Id, payment, payKey);
        if (taken.Order.BalanceDue > 0)
        {
            var parts = Paying!.Parts.Append(payment with { Amount = taken.Amount }).ToList();
            Begin(new(taken.Order.BalanceDue, taken.Order.CashDue, order) { Parts = parts });
            return;
        }

        (Paying, Sold) = (null, new(order.Id, order.OrderNumber, taken.Change, payment.Method == "cash"));
    }

    private async Task AfterAChange(ComandaException refused)
    {
        await ReadMenu();
        await Price();
        if (Priced is { } priced)
            Paying = new(priced.TotalAmount, priced.CashDue, null);
        PayWrong = say.Why(refused);
    }

    private async Task ReadReceipt(Sold sold, long order)
    {
        await Try(async () =>
        {
            var receipt = await sales.Receipt(order);
            if (Sold != sold)
                return;
            Sold = sold = sold with { Receipt = receipt };
            Changed?.Invoke();
            // Asked for after what is printed: nobody waits for it.
            var link = await sales.ReceiptLink(order);
            if (Sold == sold)
                Sold = sold with { Link = link };
        });
        Changed?.Invoke();
    }
}
