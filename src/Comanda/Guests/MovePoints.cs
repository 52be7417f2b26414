using Comanda.Data;
using Npgsql;

namespace Comanda.Guests;

/// <summary>One entry to be: more points, or fewer.</summary>
public sealed record PointsMove(PointsKind Kind, long Points, long? PaymentId = null, long? RefundId = null);

/// <summary>
/// Changes what a customer has, and writes the ledger, in one statement. The balance changes by one conditional update of one signed
/// number, of which what the customer has is the part above zero: nobody reads it first, nobody ever has fewer than none, and what
/// could not be taken back is owed, and made up by what comes next.
/// </summary>
public static class MovePoints
{
    /// <summary>
    /// What the refusal <c>must</c> says (see <see cref="Menu.Countdown.DoesNotHold"/>) where there are too few, or no such customer.
    /// </summary>
    public const string TooFew = "insufficient_points";

    public static readonly Refusal Insufficient = Refusal.Conflict("insufficient_points", "The customer has too few points for that.");

    /// <summary>The common table expressions by which a statement moves points, with all else that it writes.</summary>
    /// <param name="statement">Which the part belongs to.</param>
    /// <param name="moves">What is moved.</param>
    /// <param name="at">Parameters of the statement.</param>
    /// <param name="after">A table expression whose locks are to be taken before the customer's.</param>
    public static string Part<T>(Statement<T> statement, Func<T, IReadOnlyList<PointsMove>> moves, PointsAt at, string? after = null)
    {
        var total = statement.Value("points.total", t => moves(t).Sum(m => m.Points));
        var needed = statement.Value("points.needed", t => Needed(moves(t)));
        var kinds = statement.Each("points.kind", moves, m => m.Kind.ToWire());
        var points = statement.Each("points.points", moves, m => m.Points);
        var payments = statement.Each("points.payment_id", moves, m => m.PaymentId ?? 0);
        var refunds = statement.Each("points.refund_id", moves, m => m.RefundId ?? 0);
        return $"""
        moved as (
            update customers set points_net = points_net + {total}
            where id = {at.Customer} and shop_id = {at.Shop} and points_net >= {needed}{(after is null
                ? ""
                : $" and (select count(*) from {after}) >= 0")}
            returning points_net
        ),
        point_moves as (
            insert into point_entries (shop_id, customer_id, kind, points, owed, balance, order_id, payment_id, refund_id, reason, user_id,
                at)
            select {at.Shop}, {at.Customer}, m.kind, greatest(m.after, 0) - greatest(m.after - m.points, 0), greatest(-m.after,
                0) - greatest(m.points - m.after, 0), greatest(m.after, 0),
                {at.Order}, nullif(m.payment_id, 0), nullif(m.refund_id, 0), {at.Reason}, {at.User}, {at.At}
            from (
                select p.*, (moved.points_net - {total} + sum(p.points) over (order by p.place))::bigint as after
                from moved, unnest({kinds}::text[], {points}::bigint[], {payments}::bigint[],
                    {refunds}::bigint[]) with ordinality as p(kind, points, payment_id, refund_id, place)
            ) m order by m.place
        )
        """;
    }

    /// <summary>True in the statement's last select where they could be moved; else the whole statement fails.</summary>
    public const string Moved = $"must((select count(*) from moved) = 1, '{TooFew}')";

    /// <summary>Whether a failure is that of <see cref="Moved"/>.</summary>
    public static bool Failed(PostgresException failure) => failure.SqlState == Menu.Countdown.DoesNotHold && failure.MessageText == TooFew;

    /// <summary>How many there must be: what is redeemed or taken off by hand is there before; what is taken back may be owed.</summary>
    public static long Needed(IReadOnlyList<PointsMove> moves) =>
        moves.Any(m => m.Kind is PointsKind.Redeemed or PointsKind.Adjusted && m.Points < 0)
            ? -moves.Where(m => m.Kind is PointsKind.Redeemed or PointsKind.Adjusted).Sum(m => m.Points)
            : long.MinValue;

    /// <summary>Moves them in the caller's transaction; throws what <see cref="Failed"/> knows where there are too few.</summary>
    public static async Task Run(NpgsqlConnection connection, PointsToMove points, CancellationToken cancel)
    {
        if (points.Moves.Count == 0)
            return;
        await using var command = Alone.Command(points);
        command.Connection = connection;
        await command.ExecuteNonQueryAsync(cancel);
    }

    private static readonly Statement<PointsToMove> Alone = Statement<PointsToMove>.Compose(s =>
    {
        var at = new PointsAt(
            s.Value("shop", p => p.Shop),
            s.Value("customer", p => p.Customer),
            s.Value("order", p => p.Order),
            s.Value("user", p => p.User),
            s.Value("at", p => p.At),
            s.Value("reason", p => p.Reason));
        return $"with {Part(s, p => p.Moves, at)} select {Moved}";
    });
}

/// <summary>Moves of one customer's points that stand for themselves.</summary>
public sealed record PointsToMove(long Shop, long Customer, IReadOnlyList<PointsMove> Moves, long? User, DateTimeOffset At)
{
    /// <summary>The order that they are for; null where it is none.</summary>
    public long? Order { get; init; }

    /// <summary>Why, where somebody says.</summary>
    public string? Reason { get; init; }
}

/// <summary>How a statement names where points are moved, by whom, when and why, in SQL.</summary>
public sealed record PointsAt(string Shop, string Customer, string Order, string User, string At, string Reason = "null");
