using Comanda.Data;
using Comanda.Taxes;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// What an order was, tax by tax, before it is changed. Where its drawer session is over by then, that session's figures stand,
/// and the difference counts in the current one: all sessions together are all sales.
/// </summary>
internal sealed class DrawerCorrection
{
    private readonly Figures before;
    private readonly IReadOnlyList<BorneTax> taxes;

    private DrawerCorrection(Order order) => (before, taxes) = (FiguresOf(order), OrderView.BorneBy(order));

    public static DrawerCorrection Of(Order order) => new(order);

    /// <summary>Whether it costs otherwise than it did. Practice counts in no drawer, nor does an order that came from elsewhere.</summary>
    public bool HaveChanged(Order order) => order is { DrawerId: not null, Training: false }
        && (FiguresOf(order) != before || TaxesSince(order).Count > 0);

    /// <summary>
    /// Writes the difference between what the order was and what it is, in the current session of its register, which is held.
    /// </summary>
    public async Task Write(Order order, long drawer, DateTimeOffset now, NpgsqlConnection connection, CancellationToken cancel)
    {
        if (order.DrawerId == drawer)
            return;
        // A late session stays open beside the current one; its figures follow the order by themselves.
        if (await connection.Scalar("select closed_at is null from drawers where id = $1", cancel, order.DrawerId) is true)
            return;
        var after = FiguresOf(order);
        await connection.Execute(
            """
            insert into drawer_corrections (drawer_id, shop_id, order_id, amount, tax, discount, service_charge, tip, taxes, at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            cancel,
            drawer,
            order.ShopId,
            order.Id,
            (after.Amount - before.Amount).Minor,
            (after.Tax - before.Tax).Minor,
            (after.Discount - before.Discount).Minor,
            (after.Service - before.Service).Minor,
            (after.Tip - before.Tip).Minor,
            FrozenTaxes.Freeze(TaxesSince(order)),
            now);
    }

    private List<BorneTax> TaxesSince(Order order) =>
    [
        .. TaxedBasket.Merged(OrderView.BorneBy(order).Concat(taxes.Select(t => new BorneTax(t.Levy, -t.Base, -t.Tax))))
            .Where(t => !t.Base.IsZero || !t.Tax.IsZero),
    ];

    private static Figures FiguresOf(Order order) =>
        new(order.Total - order.Tip, order.Tax, order.Discount, order.ServiceCharge, order.Tip);

    private sealed record Figures(Money Amount, Money Tax, Money Discount, Money Service, Money Tip);
}
