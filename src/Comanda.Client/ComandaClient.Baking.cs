using Comanda.Baking;
using Comanda.Kernel;

namespace Comanda.Client;

/// <summary>How things are baked, and when.</summary>
public sealed partial class ComandaClient
{
    public Task<IReadOnlyList<StationView>> GetBakeStations(CancellationToken cancel = default) =>
        Ask<IReadOnlyList<StationView>>(HttpMethod.Get, "/api/bakery/stations", cancel: cancel);

    public Task<IReadOnlyList<StationView>> ChangeBakeStations(
        IReadOnlyList<StationInput> stations, CancellationToken cancel = default) =>
        Ask<IReadOnlyList<StationView>>(HttpMethod.Put, "/api/bakery/stations", stations, cancel: cancel);

    public Task<PageOf<MethodView>> GetBakeMethods(CancellationToken cancel = default) =>
        Ask<PageOf<MethodView>>(HttpMethod.Get, "/api/bakery/methods", cancel: cancel);

    public Task<MethodView> GetMenuItemSteps(long id, CancellationToken cancel = default) =>
        Ask<MethodView>(HttpMethod.Get, $"/api/menu/items/{id}/steps", cancel: cancel);

    public Task<MethodView> ChangeMenuItemSteps(long id, MethodInput method, CancellationToken cancel = default) =>
        Ask<MethodView>(HttpMethod.Put, $"/api/menu/items/{id}/steps", method, cancel: cancel);

    public Task<MethodView> GetStockItemSteps(long id, CancellationToken cancel = default) =>
        Ask<MethodView>(HttpMethod.Get, $"/api/inventory/{id}/steps", cancel: cancel);

    public Task<MethodView> ChangeStockItemSteps(long id, MethodInput method, CancellationToken cancel = default) =>
        Ask<MethodView>(HttpMethod.Put, $"/api/inventory/{id}/steps", method, cancel: cancel);

    /// <summary>The plan in hand, or a day's.</summary>
    public Task<BakePlanView> GetBakePlan(string query = "", CancellationToken cancel = default) =>
        Ask<BakePlanView>(HttpMethod.Get, "/api/bakery/plan?" + query, cancel: cancel);

    public Task<BakePlanView> KeepBakePlan(DateOnly date, BakePlanInput plan, CancellationToken cancel = default) =>
        Ask<BakePlanView>(HttpMethod.Post, $"/api/bakery/plan/{date:yyyy-MM-dd}", plan, cancel: cancel);

    public Task<BakePlanView> StartBakeTask(long id, CancellationToken cancel = default) =>
        Ask<BakePlanView>(HttpMethod.Post, $"/api/bakery/tasks/{id}/start", new { }, cancel: cancel);

    public Task<BakePlanView> FinishBakeTask(
        long id, BakeDoneRequest? done = null, string? idempotencyKey = null, CancellationToken cancel = default) =>
        Ask<BakePlanView>(HttpMethod.Post, $"/api/bakery/tasks/{id}/done", done ?? new(), KeyHeader(idempotencyKey), cancel);

    public Task<BakePlanView> TakeBackBakeTask(long id, CancellationToken cancel = default) =>
        Ask<BakePlanView>(HttpMethod.Post, $"/api/bakery/tasks/{id}/back", new { }, cancel: cancel);

    public Task<BakingReportView> GetBakingReport(string query = "", CancellationToken cancel = default) =>
        Ask<BakingReportView>(HttpMethod.Get, "/api/reports/baking?" + query, cancel: cancel);
}
