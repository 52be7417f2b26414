using Comanda.Shops;

namespace Comanda.Client;

public sealed partial class ComandaClient
{
    public Task<ShopView> GetShop(long id, CancellationToken cancel = default) =>
        Ask<ShopView>(HttpMethod.Get, $"/api/shops/{id}", cancel: cancel);
}
