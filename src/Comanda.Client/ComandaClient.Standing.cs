using Comanda.Kernel;
using Comanda.Orders;

namespace Comanda.Client;

/// <summary>Standing orders.</summary>
public sealed partial class ComandaClient
{
    public Task<PageOf<StandingOrderView>> GetStandingOrders(string query = "", CancellationToken cancel = default) =>
        Ask<PageOf<StandingOrderView>>(HttpMethod.Get, "/api/standing-orders?" + query, cancel: cancel);

    public Task<StandingOrderView> GetStandingOrder(long id, CancellationToken cancel = default) =>
        Ask<StandingOrderView>(HttpMethod.Get, $"/api/standing-orders/{id}", cancel: cancel);

    /// <summary>One list for the morning.</summary>
    public Task<StandingMorningView> GetStandingMorning(string query = "", CancellationToken cancel = default) =>
        Ask<StandingMorningView>(HttpMethod.Get, "/api/standing-orders/day?" + query, cancel: cancel);

    public Task<StandingOrderView> AddStandingOrder(
        StandingOrderInput order, string? idempotencyKey = null, CancellationToken cancel = default) =>
        Ask<StandingOrderView>(HttpMethod.Post, "/api/standing-orders", order, KeyHeader(idempotencyKey), cancel);

    public Task<StandingOrderView> ChangeStandingOrder(long id, StandingOrderInput change, CancellationToken cancel = default) =>
        Ask<StandingOrderView>(HttpMethod.Put, $"/api/standing-orders/{id}", change, cancel: cancel);

    public async Task EndStandingOrder(long id, CancellationToken cancel = default) =>
        (await Send(HttpMethod.Delete, $"/api/standing-orders/{id}", cancel: cancel)).Dispose();
}
