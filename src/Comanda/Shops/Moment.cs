namespace Comanda.Shops;

/// <summary>
/// Where, when and by whom something is done (a scoped service): the shop and the caller of the request, and an instant with its
/// business day, which is taken when it is first asked for and is the same from then on. The gate has the shop at hand before any slice
/// runs.
/// </summary>
public sealed class Moment(Here here, RequestHead head, ShopDirectory shops, TimeProvider clock)
{
    private Shop? shop;
    private DateTimeOffset? now;

    public Here Here => here;

    public Shop Shop => shop ?? throw new InvalidOperationException("This request is nobody's shop's.");

    public Currency Currency => Shop.Currency;

    /// <summary>The signed-in person; endpoints that ask for a permission always have one.</summary>
    public Caller Caller => here.Caller;

    public DateTimeOffset Now => now ??= Clock.Now(clock);

    public DateOnly Today => Shop.Settings.BusinessDay.Of(Now);

    /// <summary>
    /// The register of the till that asks, by its device token; null where it sends none, or the device has none.
    /// </summary>
    public Outcome<long?> Till => Shop.TillOf(head.DeviceToken);

    /// <summary>The token of the device that asks; empty where it says none.</summary>
    public string DeviceToken => head.DeviceToken;

    /// <summary>Takes the shop to hand.</summary>
    public async ValueTask Enter(CancellationToken cancel) => shop = await shops.Find(here.ShopId, cancel);
}
