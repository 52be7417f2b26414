using Comanda.Data;
using Comanda.Guests;
using Microsoft.EntityFrameworkCore;

namespace Comanda.Orders;

/// <summary>Which orders the caller of a request may see: staff their shop's, a guest their own. What is another's is not there.</summary>
public sealed class OwnOrders(ComandaDb db, OwnRecord own, Here here)
{
    /// <summary>Of a guest without a record in this shop (a guest of another one): nobody's.</summary>
    private const long Nobody = -1;

    private long? customer;

    /// <summary>The caller asks as a guest.</summary>
    public bool IsGuest => here.Visitor is { IsCustomer: true };

    /// <summary>Whose orders alone the caller sees; null for who sees all.</summary>
    public async ValueTask<long?> Customer(CancellationToken cancel) =>
        IsGuest ? customer ??= await own.Id(cancel) ?? Nobody : null;

    public async ValueTask<IQueryable<Order>> Visible(CancellationToken cancel) =>
        await Customer(cancel) is { } id ? db.Orders.Where(o => o.CustomerId == id) : db.Orders;

    public async Task<Order?> Find(long id, CancellationToken cancel) =>
        await (await Visible(cancel)).Whole().AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, cancel);

    /// <summary>As the caller may read it: who took it is not for guests.</summary>
    public OrderView Show(Order order) => Show(OrderView.From(order));

    /// <inheritdoc cref="Show(Order)"/>
    public OrderView Show(OrderView order) => IsGuest ? order with { CashierId = null, CashierName = null } : order;
}
