using Comanda.Data;
using Comanda.Kernel;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// What an order was, rate by rate, before it is changed. Where its drawer session is over by then, that session's figures stand,
/// and the difference counts in the current one: all sessions together are all sales.
/// </summary>
internal sealed class DrawerCorrection
{
    private readonly Dictionary<TaxRate, Figures> before;
    private readonly Money tip;

    private DrawerCorrection(Dictionary<TaxRate, Figures> before, Money tip) => (this.before, this.tip) = (before, tip);

    public static DrawerCorrection Of(Order order) => new(ByRate(order), order.Tip);

    /// <summary>Whether it costs otherwise than it did. Practice counts in no drawer, nor does an order that came from elsewhere.</summary>
    public bool HaveChanged(Order order)
    {
        if (order.DrawerId is null || order.Training)
            return false;
        var after = ByRate(order);
        return order.Tip != tip || before.Keys.Union(after.Keys).Any(r => before.GetValueOrDefault(r) != after.GetValueOrDefault(r));
    }

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
        var after = ByRate(order);
        foreach (var rate in before.Keys.Union(after.Keys))
        {
            var (was, becomes) = (before.GetValueOrDefault(rate), after.GetValueOrDefault(rate));
            await Write(
                rate,
                new(becomes.Amount - was.Amount, becomes.Tax - was.Tax, becomes.Discount - was.Discount, becomes.Service - was.Service),
                Money.Zero);
        }

        await Write(default, default, order.Tip - tip);

        async Task Write(TaxRate rate, Figures more, Money tips)
        {
            if (more != default || !tips.IsZero)
            {
                await connection.Execute(
                    "insert into drawer_corrections (drawer_id, shop_id, order_id, tax_rate, amount, tax, discount, tip, at, "
                        + "service_charge) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
                    cancel,
                    drawer,
                    order.ShopId,
                    order.Id,
                    rate.TenThousandths,
                    more.Amount.Minor,
                    more.Tax.Minor,
                    more.Discount.Minor,
                    tips.Minor,
                    now,
                    more.Service.Minor);
            }
        }
    }

    private static Dictionary<TaxRate, Figures> ByRate(Order order) => order.Items.GroupBy(l => l.TaxRate).ToDictionary(
        g => g.Key,
        g => g.Aggregate(
            default(Figures),
            (sum, l) => new(sum.Amount + l.Total, sum.Tax + l.Tax, sum.Discount + l.Discount, sum.Service + l.ServiceCharge)));

    private readonly record struct Figures(Money Amount, Money Tax, Money Discount, Money Service);
}
