using Comanda.Kernel;
using Comanda.Stock;

namespace Comanda.Client;

/// <summary>What there is of each ingredient, and what is bought. A <c>query</c> is as it stands behind the question mark.</summary>
public sealed partial class ComandaClient
{
    public Task<PageOf<StockItemView>> GetStock(string query = "", CancellationToken cancel = default) =>
        Ask<PageOf<StockItemView>>(HttpMethod.Get, "/api/inventory?" + query, cancel: cancel);

    public Task<StockItemView> GetStockItem(long id, CancellationToken cancel = default) =>
        Ask<StockItemView>(HttpMethod.Get, $"/api/inventory/{id}", cancel: cancel);

    public Task<StockItemView> AddStockItem(StockItemInput item, string? idempotencyKey = null, CancellationToken cancel = default) =>
        Ask<StockItemView>(HttpMethod.Post, "/api/inventory", item, KeyHeader(idempotencyKey), cancel);

    public Task<StockItemView> ChangeStockItem(long id, StockItemInput change, CancellationToken cancel = default) =>
        Ask<StockItemView>(HttpMethod.Put, $"/api/inventory/{id}", change, cancel: cancel);

    public Task<PageOf<MovementView>> GetStockMovements(long id, string query = "", CancellationToken cancel = default) =>
        Ask<PageOf<MovementView>>(HttpMethod.Get, $"/api/inventory/{id}/movements?{query}", cancel: cancel);

    /// <summary>A delivery, waste, a count or a correction, once for its key.</summary>
    public Task<AdjustmentView> AdjustStock(
        long id,
        AdjustmentRequest adjustment,
        string? idempotencyKey = null,
        CancellationToken cancel = default) =>
        Ask<AdjustmentView>(HttpMethod.Post, $"/api/inventory/{id}/adjust", adjustment, KeyHeader(idempotencyKey), cancel);

    public Task<PageOf<SupplierView>> GetSuppliers(CancellationToken cancel = default) =>
        Ask<PageOf<SupplierView>>(HttpMethod.Get, "/api/suppliers?limit=200", cancel: cancel);

    /// <summary>The stock items that a menu item is made of.</summary>
    public Task<IReadOnlyList<RecipeLineView>> GetRecipe(long menuItem, CancellationToken cancel = default) =>
        Ask<IReadOnlyList<RecipeLineView>>(HttpMethod.Get, $"/api/menu/items/{menuItem}/recipe", cancel: cancel);

    public Task<ReordersView> GetReorders(string query = "", CancellationToken cancel = default) =>
        Ask<ReordersView>(HttpMethod.Get, "/api/inventory/reorder?" + query, cancel: cancel);

    /// <summary>A draft for each supplier of what is to be ordered now.</summary>
    public Task<PageOf<PurchaseOrderView>> OrderSuggested(string? idempotencyKey = null, CancellationToken cancel = default) =>
        Ask<PageOf<PurchaseOrderView>>(
            HttpMethod.Post, "/api/purchase-orders/suggested", new OrderSuggestedRequest(), KeyHeader(idempotencyKey), cancel);

    public Task<PageOf<PurchaseOrderView>> GetPurchases(string query = "", CancellationToken cancel = default) =>
        Ask<PageOf<PurchaseOrderView>>(HttpMethod.Get, "/api/purchase-orders?" + query, cancel: cancel);

    public Task<PurchaseOrderView> GetPurchase(long id, CancellationToken cancel = default) =>
        Ask<PurchaseOrderView>(HttpMethod.Get, $"/api/purchase-orders/{id}", cancel: cancel);

    public Task<PurchaseOrderView> AddPurchase(
        PurchaseOrderInput order,
        string? idempotencyKey = null,
        CancellationToken cancel = default) =>
        Ask<PurchaseOrderView>(HttpMethod.Post, "/api/purchase-orders", order, KeyHeader(idempotencyKey), cancel);

    public Task<PurchaseOrderView> MovePurchase(long id, PurchaseStatusRequest status, CancellationToken cancel = default) =>
        Ask<PurchaseOrderView>(HttpMethod.Put, $"/api/purchase-orders/{id}/status", status, cancel: cancel);

    public Task<ReceivedView> ReceivePurchase(
        long id,
        ReceiveRequest delivery,
        string? idempotencyKey = null,
        CancellationToken cancel = default) =>
        Ask<ReceivedView>(HttpMethod.Post, $"/api/purchase-orders/{id}/receive", delivery, KeyHeader(idempotencyKey), cancel);
}
