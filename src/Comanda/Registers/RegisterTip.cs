using Comanda.Data;
using Npgsql;

namespace Comanda.Registers;

/// <summary>
/// The end of a register's numbers and of its journal, under the lock of its row: what several sales in one transaction go on from, one
/// after the other, before the row is written once.
/// </summary>
public sealed class RegisterTip
{
    private static readonly Statement<long[]> LockThem = Statement<long[]>.Compose(s =>
        $"""
        select id, shop_id, code, last_order_number, last_entry, last_hash, drawer_id from registers
        where id = any({s.Each("id", ids => ids, id => id)}::bigint[]) order by id for no key update skip locked
        """);

    private static readonly Statement<IReadOnlyList<RegisterTip>> WriteThem = Statement<IReadOnlyList<RegisterTip>>.Compose(s =>
    {
        var t = s.Rows("t", tips => tips);
        var (id, number) = (t.Column("id", r => r.Id), t.Column("number", r => r.lastNumber));
        var (entry, hash) = (t.Column("entry", r => r.lastEntry), t.Column("hash", r => r.lastHash));
        return $"""
            update registers r set last_order_number = {number}, last_entry = {entry}, last_hash = {hash}
            from {t.Table}
            where r.id = {id}
            """;
    });

    private long lastNumber;
    private long lastEntry;
    private byte[] lastHash = [];

    private RegisterTip()
    {
    }

    public required long Id { get; init; }

    public required long ShopId { get; init; }

    public required string Code { get; init; }

    /// <summary>The drawer's current session.</summary>
    public required long? Drawer { get; init; }

    /// <summary>The text of <see cref="Lock"/>.</summary>
    public static string Locking => LockThem.Text;

    /// <summary>The text of <see cref="Write"/>.</summary>
    public static string Writing => WriteThem.Text;

    /// <summary>
    /// Locks the rows that nobody else holds, in the order of their ids, until the transaction ends; they are read by <see cref="Read"/>.
    /// </summary>
    public static NpgsqlBatchCommand Lock(long[] registers) => LockThem.BatchCommand(registers);

    /// <summary>Writes their ends.</summary>
    public static NpgsqlBatchCommand Write(IReadOnlyList<RegisterTip> tips) => WriteThem.BatchCommand(tips);

    public static async Task<List<RegisterTip>> Read(NpgsqlDataReader reader, CancellationToken cancel)
    {
        var tips = new List<RegisterTip>();
        while (await reader.ReadAsync(cancel))
        {
            tips.Add(new()
            {
                Id = reader.GetInt64(0),
                ShopId = reader.GetInt64(1),
                Code = reader.GetString(2),
                lastNumber = reader.GetInt64(3),
                lastEntry = reader.GetInt64(4),
                lastHash = reader.GetFieldValue<byte[]>(5),
                Drawer = reader.ValueOrNull<long>(6),
            });
        }

        return tips;
    }

    /// <summary>The next order's number, and how it reads.</summary>
    public (long Number, string Reads) NextNumber(string prefix)
    {
        lastNumber++;
        return (lastNumber, $"{prefix}{Code}-{lastNumber}");
    }

    /// <summary>The entry as the chain's next.</summary>
    public ChainedEntry Append(JournalEntry entry)
    {
        lastEntry++;
        lastHash = FiscalJournal.HashOf(lastHash, entry.Kind, lastEntry, entry.Content);
        return new(entry, lastEntry, lastHash);
    }
}
