using Comanda.Audit;
using Comanda.Data;
using Comanda.Guests;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// PUT /api/cake-orders/{id}: what is asked for, when and by whom, while nobody has begun with it and as long as its rules allow; whoever
/// may give money back may change it later too. Prices stay as they were agreed, of what is changed too.
/// </summary>
public sealed class ChangeCake(
    ReadCakeOrders read, ReadCakes cakes, PriceCake pricing, OrderCake order, CakeBook book, OwnOrders own, Moment moment)
{
    public async Task<Answer<CakeOrderView>> Handle(long id, CakeOrderChange input, RequestHead head, CancellationToken cancel)
    {
        if (await read.Find(id, cancel) is not { } known)
            return CakeRefusals.NoCake;
        if (head.Check(known.Version, input) is { } stale)
            return stale;
        var errors = new FieldErrors();
        errors.Check(
            !own.IsGuest || input.CustomerId is null || input.CustomerId == known.Asked.CustomerId, "customer_id", "stays as it is");
        var at = CakeRules.TimeOf(input, known.CollectAt, moment.Shop.Settings.BusinessDay, errors);
        errors.Check(input.CustomerName is null || input.CustomerName.Trim().Length > 0, "customer_name", "must not be empty");
        if (errors.Any)
            return errors.ToRefusal();
        if (CannotChange(known) is { } tooLate)
            return tooLate;
        var asked = Merge(known, input);
        var priced = await pricing.Price(known.Of, asked, cancel);
        if (priced.Refusal is { } refusal)
            return refusal;
        var cake = priced.Value;
        if (Unpaid(known, cake) is { } not)
            return not;
        var now = (await cakes.Find(known.Of.Item.Id, cancel))?.Cake ?? known.Of.Cake;
        var time = at is null || at == known.CollectAt
            ? new CakeTime(known.CollectAt, known.Day)
            : order.TimeOf(at, now, cake.Lead);
        if (time.Refusal is { } notThen)
            return notThen;
        return await Write(known, new(asked, cake, time.Value!, now), cancel);
    }

    private Refusal? CannotChange(CakeOrder known)
    {
        if (known.Stage is not (CakeStage.Requested or CakeStage.Accepted))
            return Refusal.Conflict("invalid_transition", $"The cake is {known.Stage.ToWire()}; it is changed no more.");
        return moment.Now <= known.ChangeUntil || moment.Caller.May(Permission.RefundOrders)
            ? null
            : Refusal.Conflict(
                "too_late_to_change",
                $"It may be changed until {known.Of.Cake.ChangeHours} hours before it is collected; ask the shop.");
    }

    private Refusal? Unpaid(CakeOrder known, PricedCake cake)
    {
        if (cake.Total < known.DepositPaid)
            return Refusal.Conflict("below_paid", $"{known.DepositPaid.ToText(moment.Currency)} were paid ahead; it must cost as much.");
        return !known.DepositPaid.IsZero && cake.IsTaxedAhead && cake.Line.TaxClass != known.TaxClass
            ? Refusal.Conflict("voucher_not_for_this", "Its deposit was taxed as other goods; cancel it and order it anew.")
            : null;
    }

    private static CakeOrderInput Merge(CakeOrder known, CakeOrderChange input) => known.Asked with
    {
        Quantity = input.Quantity ?? known.Quantity,
        Servings = input.Servings ?? known.Asked.Servings,
        Options = input.Options ?? known.Asked.Options,
        Inscription = OrderCake.TextOf(input.Inscription ?? known.Asked.Inscription),
        PictureUrl = OrderCake.TextOf(input.PictureUrl ?? known.Asked.PictureUrl),
        CustomerId = input.CustomerId ?? known.Asked.CustomerId,
        CustomerName = OrderCake.TextOf(input.CustomerName ?? known.Asked.CustomerName),
        Phone = OrderCake.TextOf(input.Phone ?? known.Asked.Phone),
        Notes = OrderCake.TextOf(input.Notes ?? known.Asked.Notes),
    };

    private sealed record Changed(CakeOrderInput Asked, PricedCake Cake, CakeTime Time, CakeView Now);

    private async Task<Answer<CakeOrderView>> Write(CakeOrder known, Changed to, CancellationToken cancel)
    {
        var guest = await own.Customer(cancel);
        await using var change = await book.Begin(known.Id, guest, cancel);
        if (change.Order is not { } order || order.Version != known.Version)
            return Refusal.Stale(change.Order?.Version);
        var (asked, connection) = (to.Asked, change.Connection);
        var before = await read.View(connection, order, cancel);
        var place = new CakePlace(moment.Shop.Id, to.Time.Day, asked.Quantity!.Value, order.Id);
        if ((to.Time.Day != order.Day || asked.Quantity > order.Quantity || order.HeldUntil <= moment.Now)
            && await CakePlaces.Take(connection, to.Now, place, moment.Now, cancel) is { } full)
            return full;
        await connection.Execute(
            """
            update cake_orders set quantity = $2, servings = $3::int, options = $4, inscription = $5::text, picture_url = $6::text,
                customer_id = $7::bigint, customer_name = $8::text, phone = $9::text, notes = $10::text, collect_at = $11, day = $12,
                tax_class = $13, total = $14, deposit = $15, updated_at = $16, version = version + 1
            where id = $1
            """,
            cancel,
            order.Id,
            asked.Quantity,
            asked.Servings,
            Json.Write(asked.Options ?? []),
            asked.Inscription,
            asked.PictureUrl,
            asked.CustomerId,
            asked.CustomerName,
            asked.Phone,
            asked.Notes,
            to.Time.At,
            to.Time.Day,
            to.Cake.Line.TaxClass,
            to.Cake.Total.Minor,
            (order.Stage == CakeStage.Requested ? to.Cake.Deposit : Money.Min(order.Deposit, to.Cake.Total)).Minor,
            moment.Now);
        var view = await book.Tell(connection, order.Id, cancel, changed: true);
        await new AuditEntry(AuditActions.CakeOrderChanged, "cake_order", order.Id, before, view)
            .Write(connection, moment.Here, moment.Now, cancel);
        await change.Commit(cancel);
        book.Ring();
        return view;
    }
}
