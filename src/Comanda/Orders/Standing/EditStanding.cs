using System.Globalization;
using Comanda.Audit;
using Comanda.Data;
using Comanda.GiftCards;
using Comanda.Guests;
using Npgsql;

namespace Comanda.Orders;

/// <summary>POST, PUT and DELETE /api/standing-orders. Orders that were placed stay as they are, whatever becomes of it.</summary>
public sealed class EditStanding(
    NpgsqlDataSource database, ReadStanding read, PriceBasket pricing, IdempotentWrite retries, Shops.Moment moment, RequestHead head)
{
    private const int Most = 5_000, MostPauses = 50, UsualDaysAhead = 2, LookAhead = 366;

    public async Task<Answer<StandingOrderView>> Add(StandingOrderInput input, CancellationToken cancel)
    {
        var key = retries.KeyOf(input);
        if (key.Refusal is { } badKey)
            return badKey;
        var asked = await Read(null, input, cancel);
        if (asked.Refusal is { } refusal)
            return refusal;
        return await retries.Once(key.Value, async connection =>
        {
            var id = await connection.Scalar(
                """
                insert into standing_orders (shop_id, customer_id, type, items, weekdays, at, begins, ends, pauses, pay, gift_card,
                    delivery_address, notes, days_ahead, created_by, created_at, updated_at)
                select $1, $2, $3, $4, $5, $6, $7, $8::date, $9, $10, $11::text, $12::text, $13::text, $14, $15, $16, $16
                where (select count(*) from standing_orders where shop_id = $1 and ended_at is null) < $17 returning id
                """,
                cancel,
                [moment.Shop.Id, .. Values(asked.Value), moment.Caller.UserId, moment.Now, Most]) as long?;
            if (id is not { } added)
                return Refusal.Conflict("too_many_standing_orders", $"There are {Most} standing orders; end some first.");
            var made = await Told(connection, added, null, cancel);
            return Answer.Created(read.ViewOfNew(made), $"/api/standing-orders/{added}");
        }, cancel);
    }

    public async Task<Answer<StandingOrderView>> Change(long id, StandingOrderInput input, CancellationToken cancel)
    {
        // What is to be looked up comes before the change's own connection is taken; whether somebody was faster is seen under the lock.
        StandingOrder? before;
        await using (var looking = await database.OpenConnectionAsync(cancel))
            before = await read.Find(looking, id, cancel);
        if (before is not { EndedAt: null } known)
            return Refusal.NotFound("standing order");
        if (head.Check(known.Version, input) is { } stale)
            return stale;
        var asked = await Read(known, input, cancel);
        if (asked.Refusal is { } refusal)
            return refusal;
        await using (var connection = await database.OpenConnectionAsync(cancel))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancel);
            var now = await read.Find(connection, id, cancel, " for no key update of s");
            if (now is not { EndedAt: null } || now.Version != known.Version)
                return Refusal.Stale(now?.Version);
            await Write(connection, asked.Value, id, cancel);
            await Told(connection, id, known, cancel);
            await transaction.CommitAsync(cancel);
        }

        return await read.One(id, cancel);
    }

    private Task<int> Write(NpgsqlConnection connection, StandingOrder order, long id, CancellationToken cancel) => connection.Execute(
            """
            update standing_orders set customer_id = $2, type = $3, items = $4, weekdays = $5, at = $6, begins = $7, ends = $8::date,
                pauses = $9, pay = $10, gift_card = $11::text, delivery_address = $12::text, notes = $13::text, days_ahead = $14,
                updated_at = $15, version = version + 1
            where id = $1
            """,
            cancel,
            [id, .. Values(order), moment.Now]);

    public async Task<Answer> End(long id, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await read.Find(connection, id, cancel, " for no key update of s") is not { EndedAt: null } known)
            return Refusal.NotFound("standing order");
        await connection.Execute(
            "update standing_orders set ended_at = $2, updated_at = $2, version = version + 1 where id = $1", cancel, id, moment.Now);
        await new AuditEntry(AuditActions.StandingOrderChanged, "standing_order", id, Before: known.View([]))
            .Write(connection, moment.Here, moment.Now, cancel);
        await transaction.CommitAsync(cancel);
        return Answer.Done;
    }

    private static object?[] Values(StandingOrder o) =>
    [
        o.CustomerId,
        o.Type,
        Json.Write(o.Items),
        o.Weekdays,
        o.At,
        o.Begins,
        o.Ends,
        Json.Write(o.Pauses),
        o.Pay.ToWire(),
        o.GiftCard,
        o.Address is null ? null : Json.Write(o.Address),
        o.Notes,
        o.DaysAhead,
    ];

    private async Task<StandingOrder> Told(NpgsqlConnection connection, long id, StandingOrder? before, CancellationToken cancel)
    {
        var made = (await read.Find(connection, id, cancel))!;
        await new AuditEntry(AuditActions.StandingOrderChanged, "standing_order", id, before?.View([]), made.View([]))
            .Write(connection, moment.Here, moment.Now, cancel);
        return made;
    }

    private async Task<Outcome<StandingOrder>> Read(StandingOrder? known, StandingOrderInput input, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var customer = input.CustomerId ?? known?.CustomerId;
        errors.Check(customer is not null, "customer_id", "is required");
        if (input.CustomerId is { } who)
        {
            var found = await KnownCustomer.Find(database, moment.Shop.Id, who, cancel);
            errors.Check(found is not null, "customer_id", "is no customer of this shop");
        }

        var type = errors.OneOf("type", input.Type ?? known?.Type, "online", "takeaway", "delivery") ?? "online";
        var weekdays = input.Weekdays ?? known?.Weekdays ?? [];
        errors.Check(weekdays.Length is >= 1 and <= 7, "weekdays", "must be 1 to 7 days");
        StandingDays.WeekdaysOf(weekdays, "weekdays", errors);
        var begins = input.Begins ?? known?.Begins ?? read.Today();
        var ends = EndOf(input.Ends, known?.Ends, errors);
        errors.Check(begins.Year is >= 2000 and <= 2200, "begins", "must be between the years 2000 and 2200");
        errors.Check(!(ends < begins), "ends", "is before begins");
        var pay = errors.OneOf("pay", input.Pay, known?.Pay ?? StandingPay.PerOrder);
        var made = new StandingOrder
        {
            Id = known?.Id ?? 0,
            ShopId = moment.Shop.Id,
            CustomerId = customer ?? 0,
            Type = type,
            Items = input.Items ?? known?.Items ?? [],
            Weekdays = [.. weekdays.Distinct(StringComparer.Ordinal)],
            At = TimeOf(input.At, errors) ?? known?.At ?? default,
            Begins = begins,
            Ends = ends,
            Pauses = PausesOf(input.Pauses, errors) ?? known?.Pauses ?? [],
            Pay = pay,
            GiftCard = await CardOf(pay, input.GiftCard, known, errors, cancel),
            Address = type == "delivery" ? input.DeliveryAddress ?? known?.Address : null,
            Notes = string.IsNullOrWhiteSpace(input.Notes ?? known?.Notes) ? null : (input.Notes ?? known!.Notes)!.Trim(),
            DaysAhead = errors.Between("days_ahead", input.DaysAhead, 0, 7) ?? known?.DaysAhead ?? UsualDaysAhead,
        };
        errors.Check(input.At is not null || known is not null, "at", "is required: a time such as 08:00");
        errors.Check(
            type != "delivery" || !string.IsNullOrWhiteSpace(made.Address?.Address),
            "delivery_address",
            "is required for a delivery");
        if (errors.Any)
            return errors.ToRefusal();
        return await Unpriceable(made, cancel) is { } wrong ? wrong : made;
    }

    /// <summary>What is wrong with the items themselves; that one is sold out today says nothing of its day.</summary>
    private async Task<Refusal?> Unpriceable(StandingOrder made, CancellationToken cancel)
    {
        var (today, errors) = (read.Today(), new FieldErrors());
        var day = made.Days.Between(today.AddDays(1), today.AddDays(LookAhead)).Select(d => d.Day).FirstOrDefault(today.AddDays(1));
        var request = made.RequestFor(day, moment.Shop) with { Payments = null };
        var type = BasketRules.TypeOf(request, moment.Now, errors);
        foreach (var (i, line) in made.Items.Index())
            errors.Check(line?.Quantity is not < 0, $"items[{i}].quantity", "must be more than 0");
        var ground = await pricing.Look(request, moment.Now, errors, cancel);
        if (errors.Any)
            return errors.ToRefusal();
        return pricing.Price(ground, request, type).Refusal is { Status: 400 } wrong ? wrong : null;
    }

    /// <summary>Empty: it goes on for good.</summary>
    private static DateOnly? EndOf(string? given, DateOnly? known, FieldErrors errors)
    {
        if (string.IsNullOrWhiteSpace(given))
            return given is null ? known : null;
        var read = DateOnly.TryParseExact(given, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day);
        errors.Check(read && day.Year is >= 2000 and <= 2200, "ends", "must be a day such as 2026-12-31; empty: for good");
        return read ? day : null;
    }

    private static TimeOnly? TimeOf(string? given, FieldErrors errors)
    {
        if (given is null)
            return null;
        var read = TimeOnly.TryParseExact(given, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time);
        errors.Check(read, "at", "must be a time such as 08:00");
        return time;
    }

    private static IReadOnlyList<StandingPause>? PausesOf(IReadOnlyList<StandingPause>? given, FieldErrors errors)
    {
        errors.Check(given is null or { Count: <= MostPauses }, "pauses", $"must be at most {MostPauses}");
        foreach (var (i, pause) in (given ?? []).Take(MostPauses).Index())
        {
            errors.Check(pause?.From is not null, $"pauses[{i}].from", "is required: a day such as 2026-08-01");
            errors.Check(pause?.To is not null, $"pauses[{i}].to", "is required: the last day");
            errors.Check(!(pause?.To < pause?.From), $"pauses[{i}].to", "is before from");
        }

        return given;
    }

    private async Task<string?> CardOf(
        StandingPay pay, string? given, StandingOrder? known, FieldErrors errors, CancellationToken cancel)
    {
        if (pay == StandingPay.PerOrder)
        {
            errors.Check(given is null, "gift_card", "goes with pay: gift_card");
            return null;
        }

        if (given is null && known?.GiftCard is { } kept)
            return kept;
        var code = GiftCardCode.Read(given);
        var isThere = code is not null && await database.Scalar(
            "select 1 from gift_cards where shop_id = $1 and code = $2 and voided_at is null", cancel, moment.Shop.Id, code) is not null;
        errors.Check(isThere, "gift_card", given is null ? "is required: the code of a gift card" : "is no gift card of this shop");
        return code;
    }
}
