using Comanda.Data;
using Comanda.Kernel;
using Comanda.Menu;
using Comanda.Shops;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Comanda.Orders;

/// <summary>The filters of GET /api/orders. Days are the shop's business days.</summary>
public sealed record OrderFilter
{
    [FromQuery(Name = "status")]
    public string? Status { get; init; }

    [FromQuery(Name = "type")]
    public string? Type { get; init; }

    /// <summary>unpaid, partially_paid, paid or refunded.</summary>
    [FromQuery(Name = "payment_status")]
    public string? PaymentStatus { get; init; }

    [FromQuery(Name = "date")]
    public DateOnly? Date { get; init; }

    [FromQuery(Name = "from")]
    public DateOnly? From { get; init; }

    [FromQuery(Name = "to")]
    public DateOnly? To { get; init; }

    [FromQuery(Name = "cashier_id")]
    public long? CashierId { get; init; }

    [FromQuery(Name = "customer_id")]
    public long? CustomerId { get; init; }

    /// <summary>true: only orders that are held; false: only others.</summary>
    [FromQuery(Name = "held")]
    public bool? Held { get; init; }

    /// <summary>true: only orders that are neither completed nor cancelled, such as open tabs; false: only others.</summary>
    [FromQuery(Name = "open")]
    public bool? Open { get; init; }

    [FromQuery(Name = "table")]
    public string? Table { get; init; }

    /// <summary>Part of an order number or of a guest's name.</summary>
    [FromQuery(Name = "q")]
    public string? Q { get; init; }

    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }
}

/// <summary>Finds orders, newest first, and one order.</summary>
public static class ReadOrders
{
    public static async Task<Results<Ok<PageOf<OrderView>>, ProblemHttpResult>> List(
        [AsParameters] OrderFilter filter, ComandaDb db, Here here, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var (status, type) = (OrderStatus.Pending, OrderType.DineIn);
        errors.Check(
            filter.Status is null || WireName<OrderStatus>.TryParse(filter.Status, out status),
            "status",
            "must be " + string.Join(", ", WireName<OrderStatus>.All));
        errors.Check(
            filter.Type is null || WireName<OrderType>.TryParse(filter.Type, out type),
            "type",
            "must be " + string.Join(", ", WireName<OrderType>.All));
        errors.Check(
            filter.PaymentStatus is null or "unpaid" or "partially_paid" or "paid" or "refunded",
            "payment_status",
            "must be unpaid, partially_paid, paid, refunded");
        var page = AskedPage.Read(filter.Limit, filter.Cursor, errors);
        if (errors.Any)
            return errors.ToRefusal().ToProblem();
        if (filter.CustomerId is not null && !here.Caller.May(Permission.ReadCustomers))
            return Refusal.Forbidden($"Your role '{here.Caller.Role}' may not read what a customer ordered.").ToProblem();

        var orders = db.Orders.Where(o => o.Id < page.Before);
        if (filter.Status is not null)
            orders = orders.Where(o => o.Status == status);
        if (filter.Held is { } held)
            orders = orders.Where(o => o.Held == held);
        if (filter.Open is { } open)
            orders = orders.Where(o => (o.Status != OrderStatus.Completed && o.Status != OrderStatus.Cancelled) == open);
        if (filter.Table is { } table)
            orders = orders.Where(o => o.Table == table);
        if (filter.Type is not null)
            orders = orders.Where(o => o.Type == type);
        if ((filter.Date ?? filter.From) is { } from)
            orders = orders.Where(o => o.BusinessDay >= from);
        if ((filter.Date ?? filter.To) is { } to)
            orders = orders.Where(o => o.BusinessDay <= to);
        if (filter.CashierId is { } cashier)
            orders = orders.Where(o => o.CashierId == cashier);
        if (filter.CustomerId is { } customer)
            orders = orders.Where(o => o.CustomerId == customer);
        if (!string.IsNullOrEmpty(filter.Q))
            orders = orders.Where(o => EF.Functions.ILike(o.OrderNumber, Like(filter.Q), "\\")
                || EF.Functions.ILike(o.CustomerName!, Like(filter.Q), "\\"));
        orders = filter.PaymentStatus switch
        {
            "unpaid" => orders.Where(o => o.Paid == Money.Zero && (o.Total != Money.Zero || o.Status == OrderStatus.Cancelled)),
            "partially_paid" => orders.Where(o => o.Paid != Money.Zero && o.Paid < o.Total && o.Refunded < o.Paid),
            "paid" => orders.Where(o => o.Paid >= o.Total
                && (o.Refunded < o.Paid || o.Paid == Money.Zero)
                && (o.Paid != Money.Zero || o.Status != OrderStatus.Cancelled)),
            "refunded" => orders.Where(o => o.Paid != Money.Zero && o.Refunded >= o.Paid),
            _ => orders,
        };

        var found = await orders.OrderByDescending(o => o.Id).Take(page.ToRead).Whole().AsNoTracking().ToListAsync(cancel);
        return TypedResults.Ok(page.Of(found.ConvertAll(OrderView.From), o => o.Id));
    }

    public static async Task<Results<Ok<OrderView>, ProblemHttpResult>> One(
        long id,
        HttpContext http,
        ComandaDb db,
        CancellationToken cancel)
    {
        if (await db.Orders.Whole().AsNoTracking().SingleOrDefaultAsync(o => o.Id == id, cancel) is not { } order)
            return Refusal.NotFound("order").ToProblem();
        http.Response.Headers.ETag = VersionTag.Of(order.Version);
        return TypedResults.Ok(OrderView.From(order));
    }

    private static string Like(string part) => "%" + part.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal) + "%";
}

/// <summary>POST /api/orders/preview: what would it cost, and why?</summary>
public static class PreviewOrder
{
    public static async Task<Results<Ok<PreviewView>, ProblemHttpResult>> Handle(
        OrderRequest request,
        MenuBoard menus,
        ShopDirectory shops,
        KitchenLoad kitchen,
        NpgsqlDataSource database,
        Here here,
        TimeProvider clock,
        CancellationToken cancel)
    {
        var shop = await shops.Of(here, cancel);
        var menu = await menus.Of(here, cancel);
        var errors = new FieldErrors();
        var type = BasketRules.TypeOf(request, clock.GetUtcNow(), errors);
        BasketRules.CheckWhatIsNotThereYet(request, errors);
        await OrderPoints.Check(request, shop.Settings, database, shop.Id, errors, cancel);
        if (errors.Any)
            return errors.ToRefusal().ToProblem();
        // What a discount would come to, anybody may see: it is given when the order is placed.
        var outcome = Pricing.Price(menu, shop.Settings, request, type);
        if (outcome.Refusal is { } refusal)
            return refusal.ToProblem();

        if (BasketRules.NotSoldThen(outcome.Value.Lines, shop.Settings, request.ScheduledFor ?? clock.GetUtcNow()) is { } notNow)
            return notNow.ToProblem();

        var (priced, currency) = (outcome.Value, shop.Currency);
        return TypedResults.Ok(new PreviewView(
            type.ToWire(),
            currency.Code,
            [.. priced.Lines.Select(l => new PreviewLine(
                l.Item.Id, l.Item.Name, l.Quantity, l.Item.PriceNow.In(currency),
                [.. l.Modifiers.Select(m => new ModifierView(m.Key, m.Name, m.Price.In(currency), m.Quantity))],
                l.Discount.In(currency), l.ServiceCharge.In(currency), l.TaxRate.Percent, l.Tax.In(currency), l.Total.In(currency)))],
            priced.Subtotal.In(currency),
            priced.Discount.In(currency),
            priced.ServiceCharge.In(currency),
            priced.Tax.In(currency),
            priced.DeliveryFee.In(currency),
            priced.Tip.In(currency),
            priced.Total.In(currency),
            priced.Total.ToStep(shop.Settings.CashStep).In(currency),
            await kitchen.Estimate(priced, request.ScheduledFor, shop, clock.GetUtcNow()),
            [.. priced.Explanation.Select(r => new ReasonView(r.Text, r.Amount?.In(currency)))]));
    }
}
