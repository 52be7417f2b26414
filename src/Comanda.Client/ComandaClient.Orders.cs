using Comanda.Kernel;
using Comanda.Orders;
using Comanda.Payments;

namespace Comanda.Client;

public sealed partial class ComandaClient
{
    public Task<OrderView> PlaceOrder(OrderRequest order, string? idempotencyKey = null, CancellationToken cancel = default) =>
        Ask<OrderView>(HttpMethod.Post, "/api/orders", order, KeyHeader(idempotencyKey), cancel);

    public Task<PreviewView> PreviewOrder(OrderRequest order, CancellationToken cancel = default) =>
        Ask<PreviewView>(HttpMethod.Post, "/api/orders/preview", order, cancel: cancel);

    public Task<OrderView> GetOrder(long id, CancellationToken cancel = default) =>
        Ask<OrderView>(HttpMethod.Get, $"/api/orders/{id}", cancel: cancel);

    /// <summary><paramref name="query"/> as it stands behind the question mark.</summary>
    public Task<PageOf<OrderView>> GetOrders(string query = "", CancellationToken cancel = default) =>
        Ask<PageOf<OrderView>>(HttpMethod.Get, "/api/orders?" + query, cancel: cancel);

    public Task<OrderView> MoveOrder(long id, string status, CancellationToken cancel = default) =>
        Ask<OrderView>(HttpMethod.Put, $"/api/orders/{id}/status", new { status }, cancel: cancel);

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
