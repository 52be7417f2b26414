using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Comanda.Client;
using Comanda.Identity;
using Comanda.Menu;
using Comanda.Orders;
using Comanda.Payments;
using Comanda.Screens.Front;
using Comanda.Screens.Words;
using Comanda.Shops;
using Microsoft.JSInterop;

namespace Comanda.Screens.Till;

/// <summary>The till has no room to keep a sale, and no server to give it to: it was not sold.</summary>
public sealed class NoRoomException() : Exception("The browser has no room for another sale.");

/// <summary>
/// Sells with the server and without it. Baskets are priced here, by the code that the server prices with; a sale is kept in the browser
/// before it is sent, and stays there until the server has it. So neither a lost answer nor a crash loses a sale or sells it twice.
/// </summary>
public sealed class SellAnywhere(
    DeviceSession session,
    TillStore store,
    SendSales sender,
    ServerHandler server,
    Speech say,
    TimeProvider clock) : ISales
{
    /// <summary>Longer than that nobody waits at a counter; the sale is kept and sent again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private TillPrices? prices;
    private TillRulesView? rules;

    /// <inheritdoc />
    public IReadOnlyDictionary<long, MarkdownView> Cheaper => prices?.CheaperAt(server.Now) ?? new Dictionary<long, MarkdownView>();

    /// <inheritdoc />
    public IReadOnlyList<FloorTable> Floor => rules?.FloorPlan ?? [];

    /// <inheritdoc />
    public decimal PointValue => sender.IsAway ? 0 : rules?.PointValue ?? 0;

    /// <inheritdoc />
    public async Task<MenuView> Menu()
    {
        try
        {
            var menu = await session.Ask(client => client.GetMenu()).WaitAsync(Patience, clock);
            rules = await session.Ask(client => client.GetTillRules()).WaitAsync(Patience, clock);
            prices = new(menu, rules);
            sender.CameBack();
            _ = Keep(menu, rules);
            return menu;
        }
        catch (Exception away) when (away is HttpRequestException or TimeoutException or OperationCanceledException)
        {
            sender.WentAway();
            if (await store.Fact<MenuView>("menu") is not { } menu || await store.Fact<TillRulesView>("rules") is not { } known)
                throw new HttpRequestException("no server, and nothing kept of it", away);
            (rules, prices) = (known, new(menu, known));
            return menu;
        }
    }

    /// <inheritdoc />
    public async Task<PreviewView> Price(OrderRequest basket)
    {
        // What a customer or a code is given, only the server knows.
        if (prices is null || basket.CustomerId is not null || basket.PromoCode is not null)
            return await session.Ask(client => client.PreviewOrder(basket));
        var outcome = prices.Price(basket, server.Now, PriceWords.Of(say.Language));
        return outcome.Refusal is { } refusal ? throw Refused(refusal) : outcome.Value;
    }

    /// <inheritdoc />
    public async Task<(long Item, decimal Quantity)?> Scan(string code)
    {
        if (prices?.Scanned(code).Label is null)
            return null;
        var line = (await Price(new("takeaway", [new(null, Barcode: code)]))).Items[0];
        return (line.MenuItemId, line.Quantity);
    }

    /// <inheritdoc />
    public decimal CashDue(decimal total, decimal byOthers) => prices?.CashDue(total, byOthers) ?? total - byOthers;

    /// <inheritdoc />
    public async Task<SaleMade> Sell(OrderRequest basket, string key, PreviewView? priced)
    {
        // A manager's PIN is for the server's ears: it is never kept here, and without the server nobody can say that it is right.
        if (sender.IsAway && basket.Approval is not null)
            throw Refused("needs_server");
        var sale = new KeptSale
        {
            Key = key,
            MadeAt = clock.GetUtcNow(),
            Order = JsonSerializer.Serialize(basket with { Approval = null }, ComandaClient.Json),
            Total = basket.TotalAmount,
            CashierId = session.Person?.Id,
        };
        if (!store.IsOpen)
            return Made(await Send(sale, basket.Approval));
        var hold = await store.Hold("sale " + key);
        try
        {
            try
            {
                sale = await store.Add(sale, Series);
            }
            catch (JSException)
            {
                // No room. With the server there is no need for any; without it, nothing is sold that nobody keeps.
                return sender.IsAway ? throw new NoRoomException() : Made(await Send(sale, basket.Approval));
            }

            return await SendKept(sale, basket.Approval) ?? await StayKept(sale, basket, priced);
        }
        finally
        {
            await store.GiveBack(hold);
        }
    }

    /// <inheritdoc />
    public Task<PaymentTaken> Pay(long order, PaymentRequest payment, string key) =>
        session.Ask(client => client.Pay(order, payment, key));

    /// <inheritdoc />
    public async Task<IReadOnlyList<OrderView>> Unpaid()
    {
        try
        {
            List<OrderView> orders = [];
            foreach (var status in new[] { "unpaid", "partially_paid" })
                orders.AddRange((await session.Ask(client => client.GetOrders($"payment_status={status}&limit=100"))).Items);
            orders = [.. orders.Where(o => o.Status != "cancelled" && o.BalanceDue > 0).OrderByDescending(o => o.Id)];
            await store.PutFact("open_orders", orders);
            return orders;
        }
        catch (HttpRequestException)
        {
            sender.WentAway();
            return await store.Fact<List<OrderView>>("open_orders") ?? throw new HttpRequestException();
        }
    }

    /// <inheritdoc />
    public Task<OrderView> Resume(long order) => session.Ask(client => client.ResumeOrder(order));

    /// <inheritdoc />
    public Task<string> Receipt(long order) => session.Ask(client => client.GetReceipt(order));

    /// <inheritdoc />
    public Task<string?> ReceiptLink(long order) => session.Ask(client => client.GetReceiptLink(order));

    /// <inheritdoc />
    public string Shown(DateTimeOffset at) =>
        (prices?.Shown(at) ?? at).ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>
    /// Numbers without a gap are this browser's at its register; the register's own the server gives, when a sale comes. Two browsers at
    /// one register would have the same, so each has a letter or two of its own.
    /// </summary>
    private string Series => $"{rules?.Register ?? "till"}-{store.Mark}";

    private static ComandaException Refused(Refusal refusal) => new(
        refusal.Status,
        new(null, null, refusal.Status, refusal.Detail, refusal.Code, null, refusal.Errors?.ToDictionary(StringComparer.Ordinal)));

    private static ComandaException Refused(string code) => Refused(Refusal.Conflict(code, ""));

    /// <summary>Null where the server did not answer, or not for good.</summary>
    private async Task<SaleMade?> SendKept(KeptSale sale, ApprovalRequest? approval)
    {
        if (sender.IsAway)
            return null;
        try
        {
            var order = await Send(sale, approval);
            sender.CameBack();
            await store.Change(sale.Key, null);
            return Made(order);
        }
        catch (Exception away) when (away is HttpRequestException
            or TimeoutException
            or OperationCanceledException
            or ComandaException { Status: >= 500 or 401 or 408 or 429 })
        {
            sender.WentAway();
            return null;
        }
        catch (ComandaException)
        {
            await store.Change(sale.Key, null); // refused, and the guest is told why
            throw;
        }
    }

    private Task<OrderView> Send(KeptSale sale, ApprovalRequest? approval)
    {
        var order = sale.Order;
        if (approval is not null)
        {
            var with = JsonNode.Parse(order)!.AsObject(); // keeps every figure as it is written
            with["approval"] = new JsonObject { ["pin"] = approval.Pin };
            order = with.ToJsonString();
        }

        return session.Ask(client => client.PlaceKeptOrder(new StringContent(order, Encoding.UTF8, "application/json"), sale.Key))
            .WaitAsync(Patience, clock);
    }

    private async Task<SaleMade> StayKept(KeptSale sale, OrderRequest basket, PreviewView? priced)
    {
        var payments = basket.Payments ?? [];
        await store.Change(sale.Key, new { state = KeptSale.Waiting, handed_over = payments.Length > 0 });
        sender.Wake();
        if (priced is null || rules is null)
            return new(null, sale.Reference, 0, sale.Reference);
        var before = payments.SkipLast(1).Sum(p => p.Amount ?? 0);
        var last = payments.LastOrDefault();
        var due = last?.Method == "cash" ? CashDue(priced.TotalAmount, before) : priced.TotalAmount - before;
        var change = last?.Tendered is { } given ? Math.Max(0, given - due) : 0;
        return new(null, sale.Reference, change, new Slip(say, rules).Of(sale, basket, priced, due, change, Shown(server.Now)));
    }

    private static SaleMade Made(OrderView order) => new(order.Id, order.OrderNumber, order.Payments.Sum(p => p.Change))
    {
        Unpaid = order.BalanceDue > 0 ? order : null,
    };

    private async Task Keep(MenuView menu, TillRulesView known)
    {
        await store.PutFact("menu", menu);
        await store.PutFact("rules", known);
    }
}
