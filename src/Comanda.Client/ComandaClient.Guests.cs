using Comanda.Guests;
using Comanda.Kernel;
using Comanda.Orders;
using Comanda.Promotions;

namespace Comanda.Client;

/// <summary>Whom the shop knows, and what it promises them. A <c>query</c> is as it stands behind the question mark.</summary>
public sealed partial class ComandaClient
{
    public Task<PageOf<CustomerView>> ListCustomers(string query = "", CancellationToken cancel = default) =>
        Ask<PageOf<CustomerView>>(HttpMethod.Get, "/api/customers?" + query, cancel: cancel);

    public Task<CustomerView> GetCustomer(long id, CancellationToken cancel = default) =>
        Ask<CustomerView>(HttpMethod.Get, $"/api/customers/{id}", cancel: cancel);

    public Task<CustomerView> AddCustomer(CustomerInput customer, string? idempotencyKey = null, CancellationToken cancel = default) =>
        Ask<CustomerView>(HttpMethod.Post, "/api/customers", customer, KeyHeader(idempotencyKey), cancel);

    public Task<CustomerView> ChangeCustomer(long id, CustomerInput change, CancellationToken cancel = default) =>
        Ask<CustomerView>(HttpMethod.Put, $"/api/customers/{id}", change, cancel: cancel);

    public Task<PageOf<OrderView>> GetCustomerOrders(long id, string query = "", CancellationToken cancel = default) =>
        Ask<PageOf<OrderView>>(HttpMethod.Get, $"/api/customers/{id}/orders?{query}", cancel: cancel);

    public Task<PageOf<PointsEntryView>> GetPoints(long id, string query = "", CancellationToken cancel = default) =>
        Ask<PageOf<PointsEntryView>>(HttpMethod.Get, $"/api/customers/{id}/points?{query}", cancel: cancel);

    public Task<PointsAdjusted> AdjustPoints(
        long id,
        PointsAdjustment points,
        string? idempotencyKey = null,
        CancellationToken cancel = default) =>
        Ask<PointsAdjusted>(HttpMethod.Post, $"/api/customers/{id}/points", points, KeyHeader(idempotencyKey), cancel);

    public Task<GuestAllergensView> ChangeAllergens(long customer, string[] allergens, CancellationToken cancel = default) =>
        Ask<GuestAllergensView>(HttpMethod.Put, $"/api/customers/{customer}/allergens", new GuestAllergensInput(allergens), cancel: cancel);

    /// <summary>The other record becomes a part of this one.</summary>
    public Task<CustomerView> MergeCustomers(long stays, long other, CancellationToken cancel = default) =>
        Ask<CustomerView>(HttpMethod.Post, $"/api/customers/{stays}/merge", new MergeCustomersRequest(other), cancel: cancel);

    public async Task EraseCustomer(long id, CancellationToken cancel = default)
    {
        using var response = await Send(HttpMethod.Delete, $"/api/customers/{id}", cancel: cancel);
        await ThrowIfRefused(response, cancel);
    }

    public Task<PageOf<PromotionView>> GetPromotions(string query = "", CancellationToken cancel = default) =>
        Ask<PageOf<PromotionView>>(HttpMethod.Get, "/api/admin/promotions?" + query, cancel: cancel);

    public Task<PromotionView> GetPromotion(long id, CancellationToken cancel = default) =>
        Ask<PromotionView>(HttpMethod.Get, $"/api/admin/promotions/{id}", cancel: cancel);

    public Task<PromotionView> AddPromotion(PromotionInput promotion, string? idempotencyKey = null, CancellationToken cancel = default) =>
        Ask<PromotionView>(HttpMethod.Post, "/api/admin/promotions", promotion, KeyHeader(idempotencyKey), cancel);

    public Task<PromotionView> ChangePromotion(long id, PromotionInput change, CancellationToken cancel = default) =>
        Ask<PromotionView>(HttpMethod.Put, $"/api/admin/promotions/{id}", change, cancel: cancel);

    /// <summary>What it would have cost on past business days.</summary>
    public Task<RehearsalView> RehearsePromotion(long id, DateOnly from, DateOnly to, CancellationToken cancel = default) =>
        Ask<RehearsalView>(HttpMethod.Post, $"/api/promotions/{id}/rehearse", new RehearseRequest(from, to), cancel: cancel);
}
