using Comanda.Data;
using Comanda.Shops;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Comanda.Stock;

/// <summary>What GET /api/purchase-orders is asked.</summary>
public sealed record PurchaseFilter
{
    [FromQuery(Name = "status")]
    [Words<PurchaseStatus>]
    public string? Status { get; init; }

    /// <summary>Something of it is still to come.</summary>
    [FromQuery(Name = "open")]
    public bool? Open { get; init; }

    [FromQuery(Name = "supplier_id")]
    public long? SupplierId { get; init; }

    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }
}

/// <summary>GET /api/purchase-orders and /api/purchase-orders/{id}.</summary>
public sealed class ReadPurchases(NpgsqlDataSource database, Moment moment)
{
    public async Task<Answer<PageOf<PurchaseOrderView>>> List(PurchaseFilter asked, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(asked.Limit, asked.Cursor, errors);
        errors.OneOf("status", asked.Status, PurchaseStatus.Draft);
        if (errors.Any)
            return errors.ToRefusal();
        var shop = moment.Shop;
        await using var connection = await database.OpenConnectionAsync(cancel);
        var orders = await PurchaseOrder.List(
            connection,
            """
            and p.id < $2 and ($3 = '' or p.status = $3)
            and ($4::boolean is null or (p.status in ('draft', 'ordered', 'partly_received')) = $4)
            and ($5::bigint is null or p.supplier_id = $5)
            order by p.id desc limit $6
            """,
            cancel, shop.Id, page.Before, asked.Status ?? "", asked.Open, asked.SupplierId, page.ToRead);
        return page.Of(orders.ConvertAll(o => o.View(shop.Currency)), o => o.Id);
    }

    public async Task<Answer<PurchaseOrderView>> One(long id, CancellationToken cancel)
    {
        var shop = moment.Shop;
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (await PurchaseOrder.Find(connection, shop.Id, id, cancel) is not { } order)
            return Refusal.NotFound("purchase order");
        return order.View(shop.Currency);
    }
}
