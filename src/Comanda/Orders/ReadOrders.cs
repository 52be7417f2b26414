using Comanda.Data;
using Comanda.Menu;
using Comanda.Shops;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Comanda.Orders;

/// <summary>The filters of GET /api/orders. Days are the shop's business days.</summary>
public sealed record OrderFilter
{
    [FromQuery(Name = "status")]
    [Words<OrderStatus>]
    public string? Status { get; init; }

    [FromQuery(Name = "type")]
    [Words<OrderType>]
    public string? Type { get; init; }

    [FromQuery(Name = "payment_status")]
    [Words("unpaid", "partially_paid", "paid", "refunded", "pending", "completed")]
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
    public static async Task<Answer<PageOf<OrderView>>> List(
        [AsParameters] OrderFilter filter, OwnOrders own, Here here, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var status = errors.OneOf("status", filter.Status, OrderStatus.Pending);
        var type = errors.OneOf("type", filter.Type, OrderType.DineIn);
        errors.Check(
            filter.PaymentStatus is null or "unpaid" or "partially_paid" or "paid" or "refunded" or "pending" or "completed",
            "payment_status",
            "must be unpaid, partially_paid, paid, refunded; or pending (either of the first two) or completed (paid)");
        var page = AskedPage.Read(filter.Limit, filter.Cursor, errors);
        if (errors.Any)
            return errors.ToRefusal();
        if (filter.CustomerId is not null && !own.IsGuest && !here.Caller.May(Permission.ReadCustomers))
            return Refusal.Forbidden($"Your role '{here.Caller.Role}' may not read what a customer ordered.");

        var orders = (await own.Visible(cancel)).Where(o => o.Id < page.Before);
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
            "partially_paid" => orders.Where(o => o.Paid > Money.Zero && o.Paid < o.Total && o.Refunded < o.Paid),
            // Two of the documents know no other words.
            "pending" => orders.Where(o => (o.Paid == Money.Zero && (o.Total != Money.Zero || o.Status == OrderStatus.Cancelled))
                || (o.Paid > Money.Zero && o.Paid < o.Total && o.Refunded < o.Paid)),
            // Of what was paid out (deposits that came back) nothing goes back but with the order itself.
            "paid" or "completed" => orders.Where(o => o.Paid >= o.Total
                && (o.Refunded < o.Paid || o.Paid == Money.Zero || (o.Paid < Money.Zero && o.Refunded > o.Paid))
                && (o.Paid != Money.Zero || o.Status != OrderStatus.Cancelled)),
            "refunded" => orders.Where(o => (o.Paid > Money.Zero && o.Refunded >= o.Paid)
                || (o.Paid < Money.Zero && o.Refunded <= o.Paid)),
            _ => orders,
        };

        var found = await orders.OrderByDescending(o => o.Id)
            .Skip(page.Skip)
            .Take(page.Limit + 1)
            .Whole()
            .AsNoTracking()
            .ToListAsync(cancel);
        page = page with { Skip = 0 };
        return page.Of(found.ConvertAll(own.Show), o => o.Id);
    }

    public static async Task<Answer<OrderView>> One(
        long id,
        OwnOrders own,
        CancellationToken cancel)
    {
        if (await own.Find(id, cancel) is not { } order)
            return Refusal.NotFound("order");
        return own.Show(order);
    }

    private static string Like(string part) => "%" + part.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("%", "\\%", StringComparison.Ordinal)
        .Replace("_", "\\_", StringComparison.Ordinal) + "%";
}
