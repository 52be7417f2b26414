using Comanda.Kernel;
using Comanda.Orders;
using Comanda.Payments;

namespace Comanda.Client;

public sealed partial class ComandaClient
{
    public Task<OrderView> PlaceOrder(OrderRequest order, string? idempotencyKey = null, CancellationToken cancel = default) =>
        Ask<OrderView>(HttpMethod.Post, "/api/orders", order, KeyHeader(idempotencyKey), cancel);

    /// <summary>The same with the order as JSON, as it was kept: what is sent again must be the same to the letter.</summary>
    public Task<OrderView> PlaceKeptOrder(HttpContent order, string idempotencyKey, CancellationToken cancel = default) =>
        Ask<OrderView>(HttpMethod.Post, "/api/orders", order, KeyHeader(idempotencyKey), cancel);

    public Task<PreviewView> PreviewOrder(OrderRequest order, CancellationToken cancel = default) =>
        Ask<PreviewView>(HttpMethod.Post, "/api/orders/preview", order, cancel: cancel);

    /// <summary>All that a till prices by besides the menu.</summary>
    public Task<TillRulesView> GetTillRules(CancellationToken cancel = default) =>
        Ask<TillRulesView>(HttpMethod.Get, "/api/till/rules", cancel: cancel);

    /// <summary>Sends what a till sold without the server: a <see cref="SyncRequest"/> as JSON.</summary>
    public Task<SyncResult> SyncOrders(HttpContent queue, CancellationToken cancel = default) =>
        Ask<SyncResult>(HttpMethod.Post, "/api/orders/sync", queue, cancel: cancel);

    public Task<OrderView> GetOrder(long id, CancellationToken cancel = default) =>
        Ask<OrderView>(HttpMethod.Get, $"/api/orders/{id}", cancel: cancel);

    /// <summary><paramref name="query"/> as it stands behind the question mark.</summary>
    public Task<PageOf<OrderView>> GetOrders(string query = "", CancellationToken cancel = default) =>
        Ask<PageOf<OrderView>>(HttpMethod.Get, "/api/orders?" + query, cancel: cancel);

    public Task<OrderView> MoveOrder(long id, string status, CancellationToken cancel = default) =>
        Ask<OrderView>(HttpMethod.Put, $"/api/orders/{id}/status", new { status }, cancel: cancel);

    /// <summary>Goes on with an order that was on hold.</summary>
    public Task<OrderView> ResumeOrder(long id, CancellationToken cancel = default) =>
        Ask<OrderView>(HttpMethod.Post, $"/api/orders/{id}/resume", cancel: cancel);

    /// <summary>Calls an order that is ready back to the kitchen.</summary>
    public Task<OrderView> RecallOrder(long id, CancellationToken cancel = default) =>
        Ask<OrderView>(HttpMethod.Post, $"/api/orders/{id}/recall", cancel: cancel);

    /// <summary>The receipt as text, as a printer has it.</summary>
    public async Task<string> GetReceipt(long id, CancellationToken cancel = default)
    {
        using var response = await Send(HttpMethod.Get, $"/api/orders/{id}/receipt?format=text", cancel: cancel);
        await ThrowIfRefused(response, cancel);
        return await response.Content.ReadAsStringAsync(cancel);
    }

    /// <summary>The address in the receipt's QR code; null where it has none.</summary>
    public async Task<string?> GetReceiptLink(long id, CancellationToken cancel = default) =>
        (await Ask<ReceiptLinkView>(HttpMethod.Get, $"/api/orders/{id}/receipt/link", cancel: cancel)).Url;

    public Task<OrderView> CancelOrder(long id, string? reason = null, CancellationToken cancel = default) =>
        Ask<OrderView>(HttpMethod.Post, $"/api/orders/{id}/cancel", new { reason }, cancel: cancel);

    public Task<PaymentTaken> Pay(
        long orderId,
        PaymentRequest payment,
        string? idempotencyKey = null,
        CancellationToken cancel = default) =>
        Ask<PaymentTaken>(
            HttpMethod.Post,
            "/api/payments",
            new TakePaymentRequest(orderId, payment.Method, payment.Amount, payment.Tendered, payment.Reference),
            KeyHeader(idempotencyKey),
            cancel);
}
