using Comanda.Data;
using Npgsql;

namespace Comanda.Guests;

/// <summary>
/// What a customer has, under the lock of their row: what several orders in one transaction move, one after the other, before the row is
/// written once. The ledger gets each move, as <see cref="MovePoints"/> writes it.
/// </summary>
public sealed class HeldPoints
{
    private static readonly Statement<long[]> LockThem = Statement<long[]>.Compose(s =>
        $"""
        select id, shop_id, points_net from customers
        where id = any({s.Each("id", ids => ids, id => id)}::bigint[]) order by id for no key update skip locked
        """);

    private static readonly Statement<IReadOnlyList<HeldPoints>> WriteThem = Statement<IReadOnlyList<HeldPoints>>.Compose(s =>
    {
        var h = s.Rows("h", held => held);
        var (id, net) = (h.Column("id", p => p.id), h.Column("net", p => p.net));
        return $"update customers c set points_net = {net} from {h.Table} where c.id = {id}";
    });

    private static readonly Statement<IReadOnlyList<MovedPoints>> NoteThem = Statement<IReadOnlyList<MovedPoints>>.Compose(s =>
    {
        var p = s.Rows("p", moves => moves);
        (string Name, string Value)[] columns =
        [
            ("shop_id", p.Column("shop_id", m => m.Of.Shop)),
            ("customer_id", p.Column("customer_id", m => m.Of.Customer)),
            ("kind", p.Column("kind", m => m.Move.Kind.ToWire())),
            ("points", p.Column("points", m => Above(m.After) - Above(m.After - m.Move.Points))),
            ("owed", p.Column("owed", m => Above(-m.After) - Above(m.Move.Points - m.After))),
            ("balance", p.Column("balance", m => Above(m.After))),
            ("order_id", p.Column("order_id", m => m.Of.Order)),
            ("payment_id", p.Column("payment_id", m => m.Move.PaymentId)),
            ("refund_id", p.Column("refund_id", m => m.Move.RefundId)),
            ("reason", p.Column("reason", m => m.Of.Reason)),
            ("user_id", p.Column("user_id", m => m.Of.User)),
            ("at", p.Column("at", m => m.Of.At)),
        ];
        return Insert.Into("point_entries", columns, from: p.TableInOrder);
    });

    private readonly long id;
    private readonly long shop;
    private readonly List<MovedPoints> moved = [];
    private long net;

    private HeldPoints(NpgsqlDataReader row) => (id, shop, net) = (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));

    /// <summary>The text of <see cref="Lock"/>.</summary>
    public static string Locking => LockThem.Text;

    /// <summary>The texts of <see cref="Write"/>.</summary>
    public static IEnumerable<string> Writing => [WriteThem.Text, NoteThem.Text];

    public bool IsMoved => moved.Count > 0;

    /// <summary>
    /// Locks the rows that nobody else holds, in the order of their ids, until the transaction ends; they are read by <see cref="Read"/>.
    /// </summary>
    public static NpgsqlBatchCommand Lock(long[] customers) => LockThem.BatchCommand(customers);

    /// <summary>Writes what they have, and the ledger.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Write(IReadOnlyList<HeldPoints> held) =>
        [WriteThem.BatchCommand(held), NoteThem.BatchCommand([.. held.SelectMany(h => h.moved)])];

    public static async Task<Dictionary<long, HeldPoints>> Read(NpgsqlDataReader reader)
    {
        var held = new Dictionary<long, HeldPoints>();
        while (await reader.ReadAsync())
            held[reader.GetInt64(0)] = new(reader);
        return held;
    }

    /// <summary>Whether there are enough for these moves in this shop.</summary>
    public bool Has(IReadOnlyList<PointsMove> moves, long inShop) => shop == inShop && net >= MovePoints.Needed(moves);

    public void Move(PointsToMove points)
    {
        foreach (var move in points.Moves)
        {
            net += move.Points;
            moved.Add(new(points, move, net));
        }
    }

    private static long Above(long points) => Math.Max(points, 0);

    private sealed record MovedPoints(PointsToMove Of, PointsMove Move, long After);
}
