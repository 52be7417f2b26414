using Comanda.Audit;
using Comanda.Data;
using Npgsql;

namespace Comanda.Guests;

/// <summary>
/// GET and POST /api/customers/{id}/points: what was earned and spent; and what a manager adds or takes off, in the audit log.
/// </summary>
public sealed class PointsLedger(NpgsqlDataSource database, IdempotentWrite retries, Here here, TimeProvider clock)
{
    internal const int MostAtOnce = 1_000_000;

    public async Task<Answer<PageOf<PointsEntryView>>> Of(
        long customer,
        int? limit,
        string? cursor,
        CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(limit, cursor, errors);
        if (errors.Any)
            return errors.ToRefusal();
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (await Customers.Find(connection, here.ShopId, customer, cancel) is null)
            return Refusal.NotFound("customer");
        await using var command = connection.Command(
            "select id, kind, points, owed, balance, order_id, payment_id, refund_id, reason, user_id, at from point_entries where "
                + "customer_id = $1 and id < $2 order by id desc limit $3",
            customer, page.Before, page.ToRead);
        return page.Of(await command.List(Row, cancel), e => e.Id);
    }

    public async Task<Answer<PointsAdjusted>> Adjust(long customer, PointsAdjustment asked, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        errors.Check(
            asked.Points is not null and not 0 and >= -MostAtOnce and <= MostAtOnce,
            "points",
            $"must be a whole number from -{MostAtOnce} to {MostAtOnce}, and not 0");
        errors.Check(!string.IsNullOrWhiteSpace(asked.Reason), "reason", "is required, at most 500 characters");
        if (errors.Any)
            return errors.ToRefusal();
        var key = retries.KeyOf(new { customer, asked });
        if (key.Refusal is { } badKey)
            return badKey;
        var (points, reason, now) = (asked.Points!.Value, asked.Reason!.Trim(), Clock.Now(clock));
        try
        {
            return await retries.Once<PointsAdjusted>(key.Value, async connection =>
            {
                if (await Customers.Find(connection, here.ShopId, customer, cancel) is null)
                    return Refusal.NotFound("customer");
                await MovePoints.Run(
                    connection,
                    new(here.ShopId, customer, [new(PointsKind.Adjusted, points)], here.Caller.UserId, now) { Reason = reason },
                    cancel);
                await new AuditEntry(AuditActions.PointsAdjusted, "customer", customer, After: new { points, reason }).Write(
                    connection,
                    here,
                    now,
                    cancel);
                var view = (await Customers.Find(connection, here.ShopId, customer, cancel))!;
                var made = new PointsAdjusted(customer, points, view.LoyaltyPoints, view.PointsOwed, reason);
                return Answer.Created(made, $"/api/customers/{customer}/points");
            }, cancel);
        }
        catch (PostgresException failure) when (MovePoints.Failed(failure))
        {
            return MovePoints.Insufficient;
        }
    }

    private static PointsEntryView Row(NpgsqlDataReader r) => new(
        r.GetInt64(0),
        r.GetString(1),
        r.GetInt64(2),
        r.GetInt64(3),
        r.GetInt64(4),
        r.ValueOrNull<long>(5),
        r.ValueOrNull<long>(6),
        r.ValueOrNull<long>(7),
        r.TextOrNull(8),
        r.ValueOrNull<long>(9),
        r.GetFieldValue<DateTimeOffset>(10));
}
