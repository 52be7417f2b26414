using Comanda.Orders;

namespace Comanda.Storefront;

/// <summary>GET /order/{id}: where a guest's own order stands, live with script; cancelled and ordered again from here.</summary>
public sealed class FollowOrder(OwnOrders own, TrackOrder track, ChangeStatus status, OrderAgain again)
{
    public async Task<IResult> Show(StoreDesk desk, long id) =>
        desk.Ask(Permission.ReadOwnOrders) ?? await Page(desk, id, null, StatusCodes.Status200OK);

    public async Task<IResult> Cancel(StoreDesk desk, long id)
    {
        if (desk.Ask(Permission.CancelOwnOrders) is { } asked)
            return asked;
        var cancelled = await status.Cancel(id, null, desk.Cancel);
        return cancelled.Refusal is not { } refusal
            ? desk.Go($"/order/{id}")
            : await Page(desk, id, desk.Say.Why(refusal), refusal.Status);
    }

    /// <summary>What was ordered goes into the basket, as far as it can be had today.</summary>
    public async Task<IResult> Again(StoreDesk desk, long id)
    {
        if (desk.Ask(Permission.ReadOwnOrders) is { } asked)
            return asked;
        var lines = await again.Of(id, desk.Cancel);
        if (lines.Refusal is not null)
            return await desk.Note("order", StatusCodes.Status404NotFound);
        await desk.Change(b => lines.Value.Items.Aggregate(b, (basket, line) =>
            basket.Lines.Count < StoreBasket.MostLines && line.Quantity is >= 1 ? basket.With(line) : basket));
        return desk.Go(lines.Value.Missing.Count == 0 ? "/basket" : "/basket?missing=" + lines.Value.Missing.Count);
    }

    private async Task<IResult> Page(StoreDesk desk, long id, string? wrong, int statusCode)
    {
        var order = await ReadOrders.One(id, own, desk.Cancel);
        var known = await track.Show(id, desk.Cancel);
        return order.Refusal is not null || known.Refusal is not null
            ? await desk.Note("order", StatusCodes.Status404NotFound)
            : await desk.Show<OrderPage>(
                new() { ["Order"] = order.Value, ["Track"] = known.Value, ["Wrong"] = wrong }, statusCode);
    }
}
