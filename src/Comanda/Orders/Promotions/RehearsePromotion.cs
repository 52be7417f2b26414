using Comanda.Data;
using Comanda.Menu;
using Comanda.Promotions;
using Comanda.Shops;
using Comanda.Taxes;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// POST /api/promotions/{id}/rehearse: what a promotion would have cost on the baskets of past days, by the same rules that price orders.
/// Its dates and whether it is active do not count; its hours, limits and all else do, in the order in which the baskets came. What it
/// took off itself at that time is put back first. A few at once, and so many baskets at most.
/// </summary>
public sealed class RehearsePromotion(PromotionsOfShop board, MenuBoard menus, NpgsqlDataSource database, Moment moment)
{
    private const int MostBaskets = 20_000, MostDays = 366, MostSamples = 10;

    private static readonly FairSeats Rehearsing = new(seats: 2, mostWaitingAtOnePlace: 10);

    public async Task<Answer<RehearsalView>> Handle(long id, RehearseRequest request, CancellationToken cancel)
    {
        if ((await board.Of(moment.Here, cancel)).All.FirstOrDefault(p => p.Promotion.Id == id) is not { } kept)
            return Refusal.NotFound("promotion");
        var errors = new FieldErrors();
        errors.Check(request.From is not null, "from", "is required: the first business day");
        errors.Check(request.To is not null, "to", "is required: the last business day");
        errors.Check(!(request.To < request.From), "to", "is before from");
        errors.Check(
            !(request.To?.DayNumber - request.From?.DayNumber >= MostDays), "to", $"must be at most {MostDays} days after from");
        if (errors.Any)
            return errors.ToRefusal();
        var promotion = kept.Promotion with { IsActive = true, Begins = null, Ends = null };
        var menu = await menus.Of(moment.Here, cancel);
        await Rehearsing.Take($"{moment.Shop.Id}", cancel);
        try
        {
            return await Rehearse(promotion, menu, request, cancel);
        }
        finally
        {
            Rehearsing.Release();
        }
    }

    private async Task<RehearsalView> Rehearse(Promotion promotion, MenuSnapshot menu, RehearseRequest request, CancellationToken cancel)
    {
        var (run, baskets) = (new Rehearsal(promotion, moment.Shop.Settings.BusinessDay.Zone), 0L);
        await foreach (var basket in Baskets(promotion, menu, request, cancel))
        {
            if (++baskets > MostBaskets)
                break;
            run.Try(basket);
        }

        var currency = moment.Currency;
        return new(
            run.Given.Count,
            run.Discount.In(currency),
            run.Before.In(currency),
            (run.Before - run.Discount).In(currency),
            [.. run.Given.OrderByDescending(g => g.Off.Minor).ThenBy(g => g.Basket.Id).Take(MostSamples).Select(g => new RehearsedOrder(
                g.Basket.Id,
                g.Basket.Number,
                g.Basket.Day,
                g.Basket.Amount.In(currency),
                g.Off.In(currency),
                (g.Basket.Amount - g.Off).In(currency)))],
            Math.Min(baskets, MostBaskets),
            baskets <= MostBaskets);
    }

    private async IAsyncEnumerable<PastBasket> Baskets(
        Promotion promotion,
        MenuSnapshot menu,
        RehearseRequest request,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var categories = menu.Sections.ToLookup(s => s.Name, s => s.Id, StringComparer.OrdinalIgnoreCase);
        await using var command = database.Command(
            """
            with past as (
                select id, order_number, business_day, customer_id, coalesce(scheduled_for, created_at) as at, prices_include_tax
                from orders where shop_id = $1 and business_day between $2 and $3 and not training and status <> 'cancelled'
                order by business_day, id limit $4
            )
            select o.id, o.order_number, o.business_day, o.customer_id, o.at,
                $5 and o.customer_id is not null and not exists (select 1 from orders e where e.shop_id = $1
                    and e.customer_id = o.customer_id and e.id < o.id and not e.training and e.status <> 'cancelled'),
                i.menu_item_id, i.category, i.way, case when i.unit is null and i.combo is null then i.quantity else 0 end, i.combo_id,
                i.total - i.service_charge - case when o.prices_include_tax then 0 else i.tax end, i.promotions,
                case when i.combo is null then coalesce(i.weight, i.quantity * 1000) else 0 end
            from past o join order_items i on i.order_id = o.id order by o.business_day, o.id, i.position
            """,
            moment.Shop.Id,
            request.From!.Value,
            request.To!.Value,
            MostBaskets + 1,
            promotion.FirstOrder);
        await using var reader = await command.Read(cancel);
        PastBasket? basket = null;
        while (await reader.ReadAsync(cancel))
        {
            if (basket?.Id != reader.GetInt64(0))
            {
                if (basket is not null)
                    yield return basket;
                basket = PastBasket.Read(reader);
            }

            var item = reader.ValueOrNull<long>(10) ?? reader.GetInt64(6);
            if (menu.Find(item) is { IsDeposit: true })
                continue;
            var own = FrozenPromotions.Thaw(reader.TextOrNull(12)).Where(p => p.Id == promotion.Id);
            basket.Lines.Add(new(
                item,
                menu.Find(item)?.CategoryId ?? categories[reader.GetString(7)].FirstOrDefault(),
                WireName<Way>.Parse(reader.GetString(8)),
                reader.GetInt32(9),
                own.Aggregate(new Money(reader.GetInt64(11)), (sum, p) => sum + p.Amount))
            {
                Quantity = new(reader.GetInt64(13)),
            });
        }

        if (basket is not null)
            yield return basket;
    }

    /// <summary>What was ordered once, at what it cost without the promotion.</summary>
    private sealed record PastBasket(long Id, string Number, DateOnly Day, long? Customer, DateTimeOffset At, bool IsFirst)
    {
        public List<PromotableLine> Lines { get; } = [];

        public Money Amount => Lines.Aggregate(Money.Zero, (sum, l) => sum + l.Amount);

        public static PastBasket Read(NpgsqlDataReader row) => new(
            row.GetInt64(0),
            row.GetString(1),
            row.GetFieldValue<DateOnly>(2),
            row.ValueOrNull<long>(3),
            row.GetFieldValue<DateTimeOffset>(4),
            row.GetBoolean(5));
    }

    /// <summary>One run over past baskets, with the uses that it would have had so far.</summary>
    private sealed class Rehearsal(Promotion promotion, TimeZoneInfo zone)
    {
        private readonly Dictionary<long, int> byCustomer = [];

        public List<(PastBasket Basket, Money Off)> Given { get; } = [];

        public Money Before { get; private set; }

        public Money Discount { get; private set; }

        public void Try(PastBasket basket)
        {
            var hour = new PromotionHour(basket.At, zone)
            {
                HasCustomer = basket.Customer is not null,
                IsFirstOrder = basket.IsFirst,
                Uses = new Dictionary<long, UsesSoFar>
                {
                    [promotion.Id] = new(Given.Count, basket.Customer is { } who ? byCustomer.GetValueOrDefault(who) : 0),
                },
            };
            var offer = PromotionOffer.Of([], promotion, hour);
            if (offer.Refusal is not null || ApplyPromotions.To(basket.Lines, offer.Value) is not { Amount.IsZero: false } given)
                return;
            Given.Add((basket, given.Amount));
            (Before, Discount) = (Before + basket.Amount, Discount + given.Amount);
            if (basket.Customer is { } customer)
                byCustomer[customer] = byCustomer.GetValueOrDefault(customer) + 1;
        }
    }
}
