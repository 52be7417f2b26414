using Comanda.Data;
using Comanda.Kernel;
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

    /// <summary>The common table expressions by which a statement moves points; each argument is one of its parameters.</summary>
    /// <param name="total">The sum of the moves (bigint).</param>
    /// <param name="needed">How many there must be for it (bigint).</param>
    /// <param name="moves">The moves: their kinds (text[]), points, payments and refunds (bigint[], 0 is none).</param>
    /// <param name="shop">The shop.</param>
    /// <param name="customer">The customer.</param>
    /// <param name="order">The order that it is for.</param>
    /// <param name="user">Who did it.</param>
    /// <param name="at">When.</param>
    /// <param name="reason">Why, where somebody says.</param>
    /// <param name="after">A table expression whose locks are to be taken before the customer's.</param>
    public static string Sql(
        string total,
        string needed,
        (string Kinds, string Points, string Payments, string Refunds) moves,
        string shop,
        string customer,
        string order,
        string user,
        string at,
        string reason = "null",
        string? after = null) =>
        $"""
        moved as (
            update customers set points_net = points_net + {total}
            where id = {customer} and shop_id = {shop} and points_net >= {needed}{(after is null
                ? ""
                : $" and (select count(*) from {after}) >= 0")}
            returning points_net
        ),
        point_moves as (
            insert into point_entries (shop_id, customer_id, kind, points, owed, balance, order_id, payment_id, refund_id, reason, user_id,
                at)
            select {shop}, {customer}, m.kind, greatest(m.after, 0) - greatest(m.after - m.points, 0), greatest(-m.after,
                0) - greatest(m.points - m.after, 0), greatest(m.after, 0),
                {order}, nullif(m.payment_id, 0), nullif(m.refund_id, 0), {reason}, {user}, {at}
            from (
                select p.*, (moved.points_net - {total} + sum(p.points) over (order by p.place))::bigint as after
                from moved, unnest({moves.Kinds}::text[], {moves.Points}::bigint[], {moves.Payments}::bigint[],
                    {moves.Refunds}::bigint[]) with ordinality as p(kind, points, payment_id, refund_id, place)
            ) m order by m.place
        )
        """;

    /// <summary>The same as a part of a statement that moves them with all else that it writes.</summary>
    /// <param name="statement">Which the part belongs to.</param>
    /// <param name="moves">What is moved.</param>
    /// <param name="at">Parameters of the statement.</param>
    /// <param name="after">A table expression whose locks are to be taken before the customer's.</param>
    public static string Part<T>(
        Statement<T> statement,
        Func<T, IReadOnlyList<PointsMove>> moves,
        (string Shop, string Customer, string Order, string User, string At) at,
        string after) => Sql(
            statement.Value("points.total", t => moves(t).Sum(m => m.Points)),
            statement.Value("points.needed", t => Needed(moves(t))),
            (statement.Each("points.kind", moves, m => m.Kind.ToWire()),
                statement.Each("points.points", moves, m => m.Points),
                statement.Each("points.payment_id", moves, m => m.PaymentId ?? 0),
                statement.Each("points.refund_id", moves, m => m.RefundId ?? 0)),
            at.Shop,
            at.Customer,
            at.Order,
            at.User,
            at.At,
            after: after);

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
    public static async Task Run(
        NpgsqlConnection connection,
        long shop,
        long customer,
        IReadOnlyList<PointsMove> moves,
        long? order,
        long? user,
        DateTimeOffset at,
        CancellationToken cancel,
        string? reason = null)
    {
        if (moves.Count == 0)
            return;
        T[] Each<T>(Func<PointsMove, T> value) => [.. moves.Select(value)];
        await connection.Execute(
            $"with {Sql("$3", "$4", ("$5", "$6", "$7", "$8"), "$1", "$2", "$9::bigint", "$10::bigint", "$11", "$12::text")} select {Moved}",
            cancel,
            shop,
            customer,
            moves.Sum(m => m.Points),
            Needed(moves),
            Each(m => m.Kind.ToWire()),
            Each(m => m.Points),
            Each(m => m.PaymentId ?? 0),
            Each(m => m.RefundId ?? 0),
            order,
            user,
            at,
            reason);
    }
}
