using System.Text.Json;
using Comanda.Data;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// POST /api/orders/{id}/delivery/partner: somebody else brings it. They are asked with no transaction open; what they answer is written as
/// if the shop had said it, so that devices and the guest hear of it as of any other delivery.
/// </summary>
public sealed class SendByPartner(
    IEnumerable<IDeliveryPartner> partners, OwnOrders orders, TrackOrder track, NpgsqlDataSource database, Moment moment)
{
    public async Task<Answer<TrackView>> Handle(long id, PartnerRequest request, CancellationToken cancel)
    {
        if (await orders.Find(id, cancel) is not { } order)
            return Refusal.NotFound("order");
        var names = string.Join(", ", partners.Select(p => p.Name));
        if (partners.FirstOrDefault(p => p.Name == request.Partner) is not { } partner)
            return Refusal.OfField("partner", names.Length == 0 ? "is nobody: this shop has no delivery partner" : "must be " + names);
        if (TrackOrder.Refuse(order) is { } not)
            return not;
        const string sentBy = "select partner from deliveries where order_id = $1 and partner_ref is not null";
        if (await database.Scalar(sentBy, cancel, id) is string by)
            return by == partner.Name
                ? await track.Show(id, cancel)
                : Refusal.Conflict("has_partner", $"The order is with the partner {by} already.");
        try
        {
            var state = await partner.Send(ErrandOf(order), moment.Now, cancel);
            return await track.Update(id, InputOf(state, withCourier: true), new(partner.Name, state.Reference), cancel);
        }
        catch (DeliveryPartnerException failure)
        {
            return new Refusal(503, "delivery_partner_unavailable", $"The partner {partner.Name} did not take it: {failure.Message}");
        }
    }

    /// <summary>Asks where a partner is with an order that is under way, and tells of it.</summary>
    internal async Task Follow(long id, string name, string reference, CancellationToken cancel)
    {
        if (partners.FirstOrDefault(p => p.Name == name) is not { } partner
            || await orders.Find(id, cancel) is not { Status: OrderStatus.OutForDelivery } order)
            return;
        var state = await partner.Look(reference, ErrandOf(order), moment.Now, cancel);
        await track.Update(id, InputOf(state, withCourier: false), null, cancel);
    }

    private Errand ErrandOf(Order order) => new(
        order.Id,
        order.OrderNumber,
        moment.Shop.Address,
        order.DeliveryAddress is { } address ? JsonSerializer.Deserialize<DeliveryAddress>(address, Json.Options) : null,
        order.DeliveryMinutes);

    private static DeliveryInput InputOf(ErrandState state, bool withCourier) =>
        new(withCourier ? state.Courier : null, state.Location, state.Arrives);
}

/// <summary>
/// Asks partners where they are with what is under way, every few seconds, on any number of processes at once: whoever notes that they ask
/// does so.
/// </summary>
public sealed class FollowPartners(IServiceScopeFactory scopes, NpgsqlDataSource database, ILogger<FollowPartners> log)
    : Rounds(log, "deliveries by partners", TimeSpan.FromSeconds(BetweenAsks))
{
    private const int AtOnce = 50;

    private const int BetweenAsks = 5;

    protected override async Task Round(CancellationToken cancel)
    {
        await using var command = database.Command(
            """
            with due as (
                select d.order_id from deliveries d join orders o on o.id = d.order_id
                where d.partner_ref is not null and o.status = 'out_for_delivery'
                    and (d.asked_at is null or d.asked_at < now() - make_interval(secs => $1))
                order by d.asked_at nulls first limit $2 for update of d skip locked
            )
            update deliveries d set asked_at = now() from due where d.order_id = due.order_id
            returning d.shop_id, d.order_id, d.partner, d.partner_ref
            """,
            (double)BetweenAsks,
            AtOnce);
        var due = await command.List(r => (Shop: r.GetInt64(0), Id: r.GetInt64(1), Partner: r.GetString(2), Ref: r.GetString(3)), cancel);
        foreach (var (shop, id, partner, reference) in due)
        {
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                scope.ServiceProvider.GetRequiredService<Here>().ShopId = shop;
                await scope.ServiceProvider.GetRequiredService<Moment>().Enter(cancel);
                await scope.ServiceProvider.GetRequiredService<SendByPartner>().Follow(id, partner, reference, cancel);
            }
            catch (DeliveryPartnerException failure)
            {
                log.LogWarning("partner {Partner} does not tell where order {Order} is: {Why}", partner, id, failure.Message);
            }
        }
    }
}
