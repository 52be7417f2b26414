using Comanda.Kernel;
using Comanda.Shops;

namespace Comanda.Client;

public sealed partial class ComandaClient
{
    public Task<ShopView> GetShop(long id, CancellationToken cancel = default) =>
        Ask<ShopView>(HttpMethod.Get, $"/api/shops/{id}", cancel: cancel);

    public Task<ShopView> ChangeShop(long id, object change, CancellationToken cancel = default) =>
        Ask<ShopView>(HttpMethod.Put, $"/api/shops/{id}", change, cancel: cancel);

    /// <summary>Every setting with what it means.</summary>
    public Task<PageOf<ConfigRow>> GetConfig(CancellationToken cancel = default) =>
        Ask<PageOf<ConfigRow>>(HttpMethod.Get, "/api/config", cancel: cancel);

    /// <summary>Several settings at once, all or none; answers all there are.</summary>
    public Task<Dictionary<string, object>> ChangeSettings(
        long shop,
        IReadOnlyDictionary<string, object?> values,
        CancellationToken cancel = default) =>
        Ask<Dictionary<string, object>>(HttpMethod.Put, $"/api/shops/{shop}/settings", values, cancel: cancel);

    public Task<TaxesView> GetTaxes(CancellationToken cancel = default) => Ask<TaxesView>(HttpMethod.Get, "/api/taxes", cancel: cancel);

    public Task<TaxesView> ChangeTaxes(TaxesInput table, CancellationToken cancel = default) =>
        Ask<TaxesView>(HttpMethod.Put, "/api/taxes", table, cancel: cancel);
}
