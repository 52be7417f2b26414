using System.Globalization;
using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>
/// GET /api/reports/lost-sales: what of a period may be missing in the books, found by comparing what devices handed over, what the server
/// has, what the card provider settled and what lay in the drawer.
/// </summary>
public static class LostSales
{
    /// <summary>Of each kind; the count says how many there are.</summary>
    private const int MostOfAKind = 100;

    public static async Task<Answer<LostSalesView>> Handle(
        [AsParameters] AskedPeriod period, NpgsqlDataSource database, Moment moment, CancellationToken cancel)
    {
        var shop = moment.Shop;
        var errors = new FieldErrors();
        var (start, end) = period.Read(moment.Today, errors);
        if (errors.Any)
            return errors.ToRefusal();

        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await DayBook.OneMoment(connection, cancel);
        var (kinds, items) = (new List<LostKindView>(), new List<LostSaleView>());
        foreach (var kind in LostKinds.All)
        {
            await using var command = connection.Command(
                $"""
                with found as (
                {kind.Found}
                )
                select f.id, f.order_id, o.order_number, r.name, u.name, f.at, f.amount, count(*) over (),
                    (sum(f.amount) over ())::bigint
                from found f left join orders o on o.id = f.order_id and o.shop_id = $1 left join registers r on r.id = f.register_id
                    left join users u on u.id = f.person
                order by f.at desc nulls last, f.id desc limit $7
                """,
                shop.Id,
                start,
                end,
                shop.Settings.BusinessDay.StartOf(start),
                shop.Settings.BusinessDay.EndOf(end),
                moment.Now,
                (long)MostOfAKind);
            var (count, sum) = (0L, Money.Zero);
            items.AddRange(await command.List(
                r =>
                {
                    (count, sum) = (r.GetInt64(7), new(r.ValueOrNull<long>(8) ?? 0));
                    return new LostSaleView(
                        kind.Name,
                        kind.Certainty.ToWire(),
                        r.GetInt64(0).ToString(CultureInfo.InvariantCulture),
                        r.ValueOrNull<long>(1),
                        r.TextOrNull(2),
                        r.TextOrNull(3),
                        r.TextOrNull(4),
                        r.ValueOrNull<DateTimeOffset>(5),
                        r.ValueOrNull<long>(6) is { } amount ? new Money(amount).In(shop.Currency) : null,
                        kind.Why,
                        kind.WhatToDo);
                },
                cancel));
            if (count > 0)
                kinds.Add(new(kind.Name, kind.Certainty.ToWire(), count, sum.In(shop.Currency)));
        }

        return new LostSalesView(start, end, shop.Currency.Code, kinds, items);
    }
}
