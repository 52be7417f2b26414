using Comanda.Guests;
using Comanda.Kernel;
using Comanda.Orders;
using Comanda.Registers;

namespace Comanda.Client;

/// <summary>What a till does besides selling.</summary>
public sealed partial class ComandaClient
{
    /// <summary>Drawer sessions, the newest first; <paramref name="status"/> open, closed or null for all.</summary>
    public Task<PageOf<DrawerView>> GetDrawers(string? status = null, CancellationToken cancel = default) =>
        Ask<PageOf<DrawerView>>(HttpMethod.Get, "/api/drawers" + (status is null ? "" : "?status=" + status), cancel: cancel);

    /// <summary>One: its X report while it is open, its Z report then.</summary>
    public Task<DrawerView> GetDrawer(long id, CancellationToken cancel = default) =>
        Ask<DrawerView>(HttpMethod.Get, $"/api/drawers/{id}", cancel: cancel);

    public Task<DrawerView> OpenDrawer(decimal opening, string? idempotencyKey = null, CancellationToken cancel = default) =>
        Ask<DrawerView>(HttpMethod.Post, "/api/drawers/open", new OpenDrawerRequest(opening, null), KeyHeader(idempotencyKey), cancel);

    public Task<DrawerMovementView> MoveCash(long drawer, string type, decimal amount, string reason, string? idempotencyKey = null) =>
        Ask<DrawerMovementView>(
            HttpMethod.Post,
            $"/api/drawers/{drawer}/movements",
            new MovementRequest(type, amount, reason),
            KeyHeader(idempotencyKey));

    /// <summary>The Z report.</summary>
    public Task<DrawerView> CloseDrawer(long drawer, decimal counted, string? idempotencyKey = null, CancellationToken cancel = default) =>
        Ask<DrawerView>(
            HttpMethod.Post,
            $"/api/drawers/{drawer}/close",
            new CloseDrawerRequest(counted, null),
            KeyHeader(idempotencyKey),
            cancel);

    public Task<OrderRefundView> RefundOrder(
        long id,
        RefundRequest refund,
        string? idempotencyKey = null,
        CancellationToken cancel = default) =>
        Ask<OrderRefundView>(HttpMethod.Post, $"/api/orders/{id}/refund", refund, KeyHeader(idempotencyKey), cancel);

    public Task<EmailReceiptView> EmailReceipt(long id, string to, CancellationToken cancel = default) =>
        Ask<EmailReceiptView>(HttpMethod.Post, $"/api/orders/{id}/receipt/email", new EmailReceiptRequest(to), cancel: cancel);

    /// <summary>Whom the shop knows, by beginnings of names and addresses, or a part of a phone.</summary>
    public Task<PageOf<CustomerView>> GetCustomers(string wanted, CancellationToken cancel = default) =>
        Ask<PageOf<CustomerView>>(HttpMethod.Get, $"/api/customers?limit=20&q={Uri.EscapeDataString(wanted)}", cancel: cancel);

    /// <summary>What a customer must not eat.</summary>
    public Task<GuestAllergensView> GetGuestAllergens(long customer, CancellationToken cancel = default) =>
        Ask<GuestAllergensView>(HttpMethod.Get, $"/api/customers/{customer}/allergens", cancel: cancel);

    /// <summary>Divides an unpaid bill: items go to a bill of their own, or it is told what each of several guests pays.</summary>
    public Task<SplitView> SplitOrder(long id, SplitRequest split, string? idempotencyKey = null, CancellationToken cancel = default) =>
        Ask<SplitView>(HttpMethod.Post, $"/api/orders/{id}/split", split, KeyHeader(idempotencyKey), cancel);

    /// <summary>Another bill comes to this one.</summary>
    public Task<OrderView> MergeOrders(long id, long other, CancellationToken cancel = default) =>
        Ask<OrderView>(HttpMethod.Post, $"/api/orders/{id}/merge", new MergeRequest([other], null), cancel: cancel);

    public Task<OrderView> TransferOrder(long id, string table, CancellationToken cancel = default) =>
        Ask<OrderView>(HttpMethod.Post, $"/api/orders/{id}/transfer", new TransferOrderRequest(table), cancel: cancel);

    /// <summary>Another round for a table.</summary>
    public Task<OrderView> AddRound(long id, RoundRequest round, string? idempotencyKey = null, CancellationToken cancel = default) =>
        Ask<OrderView>(HttpMethod.Post, $"/api/orders/{id}/items", round, KeyHeader(idempotencyKey), cancel);
}
