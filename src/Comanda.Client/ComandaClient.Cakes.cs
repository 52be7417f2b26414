using Comanda.Kernel;
using Comanda.Menu;
using Comanda.Orders;
using Comanda.Reports;

namespace Comanda.Client;

/// <summary>Cakes to order.</summary>
public sealed partial class ComandaClient
{
    public Task<PageOf<CakeView>> GetCakes(CancellationToken cancel = default) =>
        Ask<PageOf<CakeView>>(HttpMethod.Get, "/api/cakes", cancel: cancel);

    public Task<CakeView> GetCake(long item, CancellationToken cancel = default) =>
        Ask<CakeView>(HttpMethod.Get, $"/api/cakes/{item}", cancel: cancel);

    public Task<PageOf<CakeDayView>> GetCakeDays(long item, string query = "", CancellationToken cancel = default) =>
        Ask<PageOf<CakeDayView>>(HttpMethod.Get, $"/api/cakes/{item}/days?{query}", cancel: cancel);

    public Task<CakeView> DefineCake(long item, CakeInput cake, CancellationToken cancel = default) =>
        Ask<CakeView>(HttpMethod.Put, $"/api/cakes/{item}", cake, cancel: cancel);

    public async Task EndCake(long item, CancellationToken cancel = default) =>
        (await Send(HttpMethod.Delete, $"/api/cakes/{item}", cancel: cancel)).Dispose();

    public Task<CakeQuoteView> QuoteCake(long item, CakeOrderInput asked, CancellationToken cancel = default) =>
        Ask<CakeQuoteView>(HttpMethod.Post, $"/api/cakes/{item}/quote", asked, cancel: cancel);

    public Task<PageOf<CakeOrderView>> GetCakeOrders(string query = "", CancellationToken cancel = default) =>
        Ask<PageOf<CakeOrderView>>(HttpMethod.Get, "/api/cake-orders?" + query, cancel: cancel);

    public Task<CakeOrderView> GetCakeOrder(long id, CancellationToken cancel = default) =>
        Ask<CakeOrderView>(HttpMethod.Get, $"/api/cake-orders/{id}", cancel: cancel);

    public Task<CakeOrderView> OrderCake(CakeOrderInput asked, string? idempotencyKey = null, CancellationToken cancel = default) =>
        Ask<CakeOrderView>(HttpMethod.Post, "/api/cake-orders", asked, KeyHeader(idempotencyKey), cancel);

    public Task<CakeOrderView> ChangeCakeOrder(long id, CakeOrderChange change, CancellationToken cancel = default) =>
        Ask<CakeOrderView>(HttpMethod.Put, $"/api/cake-orders/{id}", change, cancel: cancel);

    public Task<CakeOrderView> TakeCakeDeposit(
        long id, CakeDeposit deposit, string? idempotencyKey = null, CancellationToken cancel = default) =>
        Ask<CakeOrderView>(HttpMethod.Post, $"/api/cake-orders/{id}/deposit", deposit, KeyHeader(idempotencyKey), cancel);

    public Task<CakeOrderView> MoveCake(long id, CakeStageRequest stage, CancellationToken cancel = default) =>
        Ask<CakeOrderView>(HttpMethod.Post, $"/api/cake-orders/{id}/stage", stage, cancel: cancel);

    public Task<CakeOrderView> CollectCake(long id, CollectCakeRequest request, CancellationToken cancel = default) =>
        Ask<CakeOrderView>(HttpMethod.Post, $"/api/cake-orders/{id}/collect", request, cancel: cancel);

    public Task<CakeOrderView> CancelCake(long id, CancelCakeRequest request, CancellationToken cancel = default) =>
        Ask<CakeOrderView>(HttpMethod.Post, $"/api/cake-orders/{id}/cancel", request, cancel: cancel);

    /// <summary>A picture for a cake, or a photograph of one.</summary>
    public Task<UploadedImage> UploadCakePicture(byte[] picture, string name, CancellationToken cancel = default) => Ask<UploadedImage>(
        HttpMethod.Post,
        "/api/cake-orders/pictures",
        new MultipartFormDataContent { { new ByteArrayContent(picture), "file", name } },
        cancel: cancel);

    public Task<CakesReportView> GetCakesReport(string query, CancellationToken cancel = default) =>
        Ask<CakesReportView>(HttpMethod.Get, "/api/reports/cakes?" + query, cancel: cancel);
}
