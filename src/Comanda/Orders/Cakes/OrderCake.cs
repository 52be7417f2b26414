using Comanda.Data;
using Comanda.GiftCards;
using Comanda.Guests;
using Comanda.Menu;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>When a cake is to be collected, by its rules.</summary>
internal sealed record CakeTime(DateTimeOffset At, DateOnly Day);

/// <summary>
/// POST /api/cakes/{id}/quote and POST /api/cake-orders. Place, order, deposit, journal and event commit together. Staff take the deposit
/// with it and the cake is accepted; without it, it is requested, and its place is kept for a day.
/// </summary>
public sealed class OrderCake(
    ReadCakes cakes, PriceCake pricing, CakeBook book, OwnOrders own, IdempotentWrite retries, NpgsqlDataSource database, Moment moment)
{
    /// <summary>So many of a guest's cakes wait for their deposit at once.</summary>
    private const int MostWaiting = 3;

    public async Task<Answer<CakeQuoteView>> Quote(long id, CakeOrderInput asked, CancellationToken cancel)
    {
        if (await cakes.Find(id, cancel) is not { } known)
            return Refusal.NotFound("cake");
        var errors = new FieldErrors();
        asked = asked with
        {
            CustomerId = await own.Customer(cancel) ?? asked.CustomerId,
            CollectAt = CakeRules.TimeOf(asked, moment.Shop.Settings.BusinessDay, errors),
        };
        if (errors.Any)
            return errors.ToRefusal();
        var priced = await pricing.Price(known, asked, cancel);
        if (priced.Refusal is { } refusal)
            return refusal;
        var cake = priced.Value;
        var time = asked.CollectAt is null ? (CakeTime?)null : TimeOf(asked.CollectAt, known.Cake, cake.Lead);
        if (time.Refusal is { } notThen)
            return notThen;
        var (currency, deposit) = (moment.Currency, cake.Deposit);
        return new CakeQuoteView(
            cake.Total.In(currency),
            cake.Priced.Tax.In(currency),
            deposit.In(currency),
            (cake.Total - deposit).In(currency),
            (cake.PurposeOf(deposit, moment.Today, moment.Shop.Settings)?.Tax ?? Money.Zero).In(currency),
            known.Cake.DepositTaxed,
            currency.Code,
            [.. cake.Chosen.Select(
                c => new ModifierView(c.Option.Key, c.Option.Name, c.Option.Option.Price.In(currency), c.Option.Quantity))],
            await cakes.Earliest(known.Cake, cake.Lead, asked.Quantity ?? 1, cancel),
            time.Value?.At.AddHours(-known.Cake.ChangeHours),
            time.Value?.At.AddHours(-known.Cake.CancelHours));
    }

    public async Task<Answer<CakeOrderView>> Place(CakeOrderInput asked, CancellationToken cancel)
    {
        var key = retries.KeyOf(asked);
        if (key.Refusal is { } badKey)
            return badKey;
        // What needs a connection of its own comes before the order's is taken.
        if (await retries.FirstAnswer(key.Value, cancel) is { } done)
            return done;
        var filled = await Fill(asked, cancel);
        if (filled.Refusal is { } wrong)
            return wrong;
        asked = filled.Value;
        if (await cakes.Find(asked.MenuItemId!.Value, cancel) is not { } known)
            return Refusal.OfField("menu_item_id", "is no cake that is made to order");
        var priced = await pricing.Price(known, asked, cancel);
        if (priced.Refusal is { } refusal)
            return refusal;
        var cake = priced.Value;
        var time = TimeOf(asked.CollectAt, known.Cake, cake.Lead);
        if (time.Refusal is { } notThen)
            return notThen;
        if (asked.Total is { } shown && shown != cake.Total.In(moment.Currency))
            return OrderRefusals.TotalDiffers(shown, cake.Total, moment.Currency);
        var paid = asked.Deposit is { } given ? book.ReadDeposit(given, cake.Deposit, cake.Total, "deposit.") : default;
        if (paid.Refusal is { } notPaid)
            return notPaid;
        if (moment.Till.Refusal is { } stranger)
            return stranger;
        var made = new NewCake(asked, cake, time.Value!, asked.Deposit is null ? null : paid.Value);
        var answer = await retries.Once(key.Value, connection => Write(connection, made, cancel), cancel);
        book.Ring();
        return answer;
    }

    /// <summary>Whose it is, and that all is said which is needed.</summary>
    private async Task<Outcome<CakeOrderInput>> Fill(CakeOrderInput asked, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Check(asked.MenuItemId is not null, "menu_item_id", "is required");
        var collectAt = CakeRules.TimeOf(asked, moment.Shop.Settings.BusinessDay, errors);
        if (await own.Customer(cancel) is { } guest)
        {
            errors.Check(asked.Deposit is null, "deposit", "is taken by the shop");
            errors.Check(asked.CustomerId is null || asked.CustomerId == guest, "customer_id", "is no customer of this shop");
            asked = asked with { CustomerId = guest };
        }
        else
        {
            errors.Check(
                asked.CustomerId is not null || !string.IsNullOrWhiteSpace(asked.CustomerName),
                "customer_name",
                "is required, or customer_id");
        }

        var customer = asked.CustomerId is { } id ? await KnownCustomer.Find(database, moment.Shop.Id, id, cancel) : null;
        errors.Check(asked.CustomerId is null || customer is not null, "customer_id", "is no customer of this shop");
        return errors.Any ? errors.ToRefusal() : asked with
        {
            CustomerId = customer?.Id,
            CustomerName = string.IsNullOrWhiteSpace(asked.CustomerName) ? customer?.Name : asked.CustomerName.Trim(),
            Phone = Contact.PhoneOrText(asked.Phone, moment.Shop.Settings.Country),
            Quantity = asked.Quantity ?? 1,
            CollectAt = collectAt,
        };
    }

    /// <summary>The time that is asked for; or why a cake cannot be had then.</summary>
    internal Outcome<CakeTime?> TimeOf(DateTimeOffset? collectAt, CakeView cake, int lead)
    {
        const string field = "collect_at";
        if (collectAt is not { } at)
            return Refusal.OfField(field, "is required: when it will be collected");
        var (settings, now) = (moment.Shop.Settings, moment.Now);
        var day = settings.BusinessDay.Of(at);
        var offered = CakeRules.Days(cake, lead, settings, now).Select(d => d.Day).ToList();
        if (offered.Count == 0)
            return Refusal.OfField(field, "cannot be told: none are made on any day of the coming year");
        if (day < offered[0] || at <= now)
            return Refusal.OfField(field, $"is too soon: the earliest day is {offered[0]:yyyy-MM-dd}");
        if (!offered.Contains(day))
            return Refusal.OfField(
                field, day > offered[^1] ? "is too far ahead" : $"is on a day ({day:yyyy-MM-dd}) for which none are made");
        return settings.Opening.IsOpen(at, settings.BusinessDay.Zone)
            ? new CakeTime(at, day)
            : Refusal.OfField(field, "is at an hour when the shop is closed");
    }

    private sealed record NewCake(CakeOrderInput Asked, PricedCake Cake, CakeTime Time, SellGiftCard.Takings? Paid);

    private async Task<Answer<CakeOrderView>> Write(NpgsqlConnection connection, NewCake made, CancellationToken cancel)
    {
        var (asked, cake, time, now) = (made.Asked, made.Cake, made.Time, moment.Now);
        var place = new CakePlace(moment.Shop.Id, time.Day, asked.Quantity!.Value);
        if (await CakePlaces.Take(connection, cake.Of.Cake, place, now, cancel) is { } full)
            return full;
        if (own.IsGuest && (long)(await connection.Scalar(
            "select count(*) from cake_orders where customer_id = $1 and stage = 'requested' and held_until > $2",
            cancel,
            asked.CustomerId,
            now))! >= MostWaiting)
            return Refusal.Conflict("too_many_unpaid", $"{MostWaiting} of your cakes wait for their deposit; pay or cancel them first.");
        // Staff who ask for no deposit accept it as they write it down.
        var isAccepted = !own.IsGuest && cake.Deposit.IsZero && made.Paid is null;
        var id = (long)(await connection.Scalar(
            """
            insert into cake_orders (shop_id, menu_item_id, name, item, cake, quantity, servings, options, inscription, picture_url,
                customer_id, customer_name, phone, notes, collect_at, day, stage, tax_class, total, deposit, held_until, created_by,
                created_at, updated_at)
            values ($1, $2, $3, $4, $5, $6, $7::int, $8, $9::text, $10::text, $11::bigint, $12::text, $13::text, $14::text, $15, $16, $17,
                $18, $19, $20, $21::timestamptz, $22, $23, $23)
            returning id
            """,
            cancel,
            moment.Shop.Id,
            cake.Of.Item.Id,
            cake.Of.Item.Name,
            PriceCake.Freeze(cake.Of.Item, moment.Currency),
            Json.Write(cake.Of.Cake),
            asked.Quantity,
            asked.Servings,
            Json.Write(asked.Options ?? []),
            TextOf(asked.Inscription),
            TextOf(asked.PictureUrl),
            asked.CustomerId,
            asked.CustomerName,
            TextOf(asked.Phone),
            TextOf(asked.Notes),
            time.At,
            time.Day,
            (isAccepted ? CakeStage.Accepted : CakeStage.Requested).ToWire(),
            cake.Line.TaxClass,
            cake.Total.Minor,
            cake.Deposit.Minor,
            cake.Deposit.IsZero ? null : now + CakePlaces.Kept,
            moment.Caller.UserId,
            now))!;
        if (made.Paid is null)
            await book.Sign(connection, id, new(isAccepted ? CakeStage.Accepted : CakeStage.Requested), cancel);
        else
            await book.TakeDeposit(connection, id, cake, made.Paid, cancel);
        return Answer.Created(await book.Tell(connection, id, cancel), $"/api/cake-orders/{id}");
    }

    internal static string? TextOf(string? given) => string.IsNullOrWhiteSpace(given) ? null : given.Trim();
}
