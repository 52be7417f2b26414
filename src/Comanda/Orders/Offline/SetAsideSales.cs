using Comanda.Audit;
using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// Sales of tills' queues that could not be placed as they came: kept, with why, until somebody who may give money back places
/// them, changed or as they are, or discards them.
/// </summary>
public sealed class SetAsideSales(
    NpgsqlDataSource database, IdempotentWrite retries, PlaceOrder place, BodyRules rules, Moment moment)
{
    public static readonly Refusal IsResolved = Refusal.Conflict("already_resolved", "Somebody decided about this sale already.");

    /// <summary>GET /api/orders/set-aside: the newest first.</summary>
    public async Task<Answer<PageOf<SetAsideView>>> List(string? status, int? limit, string? cursor, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(limit, cursor, errors);
        errors.OneOf("status", status, "open", "resolved");
        if (errors.Any)
            return errors.ToRefusal();
        await using var command = database.Command(
            SetAsideRows.Select + " and s.id < $2 and ($3 = '' or (s.resolved_at is null) = ($3 = 'open')) order by s.id desc limit $4",
            moment.Shop.Id,
            page.Before,
            status ?? "",
            page.ToRead);
        return page.Of((await command.List(SetAsideRow.Read, cancel)).ConvertAll(r => r.View), v => v.Id);
    }

    /// <summary>POST …/{id}/place: it was sold, and here is how.</summary>
    public async Task<Answer<OrderView>> Place(long id, PlaceSetAsideRequest? request, CancellationToken cancel)
    {
        if (await Find(id, cancel) is not { } row)
            return Refusal.NotFound("sale");
        var order = request?.Order;
        if (order is null)
        {
            var read = await SyncOrders.OrderOf(SentSale.From(row.Sent), rules, cancel);
            if (read.Refusal is { } unreadable)
                return unreadable;
            order = read.Value;
        }

        // The same for whoever presses it how often: the first who places it is answered, and all others alike.
        var key = retries.KeyOf($"set-aside:{id}", RetryKey.Header, "place_set_aside", id).Value with { Scope = "set-aside" };
        if (row.View.ResolvedAt is not null)
            return await retries.FirstAnswer(key, cancel) ?? IsResolved;
        var seller = moment.Caller with
        {
            UserId = row.SellerId ?? moment.Caller.UserId,
            Name = row.View.CashierName,
            Role = row.SellerId is null ? moment.Caller.Role : await RoleOf(row.SellerId.Value, cancel)
        };
        var earlier = new EarlierSale
        {
            At = row.View.SoldAt,
            TillClock = row.View.TillClock,
            ReceivedAt = row.View.ReceivedAt,
            HandedOver = row.HandedOver,
            Seller = seller,
            Total = null,
            Register = row.RegisterId,
            SetAside = id,
        };
        return await place.Run(order, key, earlier, cancel);
    }

    /// <summary>POST …/{id}/discard: there was no such sale, or it is here already.</summary>
    public async Task<Answer<SetAsideView>> Discard(long id, DiscardSaleRequest request, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var reason = errors.Text("reason", request.Reason, 500);
        if (errors.Any)
            return errors.ToRefusal();
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var done = await connection.Execute(
            "update sales_set_aside set resolved_at = $3, resolved_by = $4, note = $5 where shop_id = $1 and id = $2 and resolved_at is "
                + "null",
            cancel,
            moment.Shop.Id,
            id,
            moment.Now,
            moment.Caller.UserId,
            reason);
        var row = await SetAsideRows.Find(connection, "s.id = $2", [moment.Shop.Id, id], cancel);
        if (row is null)
            return Refusal.NotFound("sale");
        if (done == 0)
            return IsResolved;
        await new AuditEntry(
            AuditActions.SetAsideSaleDiscarded,
            "set_aside_sale",
            id,
            new { key = row.View.Key, code = row.View.Code, sold_at = row.View.SoldAt },
            new { reason })
            .Write(connection, moment.Here, moment.Now, cancel);
        await transaction.CommitAsync(cancel);
        return row.View;
    }

    private async Task<string> RoleOf(long user, CancellationToken cancel)
    {
        await using var command = database.Command(
            "select role from shop_members where shop_id = $1 and user_id = $2", moment.Shop.Id, user);
        return (await command.List(r => r.GetString(0), cancel)).FirstOrDefault() ?? moment.Caller.Role;
    }

    private async Task<SetAsideRow?> Find(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        return await SetAsideRows.Find(connection, "s.id = $2", [moment.Shop.Id, id], cancel);
    }
}
