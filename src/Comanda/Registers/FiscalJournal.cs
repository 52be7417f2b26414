using System.Security.Cryptography;
using System.Text;
using Comanda.Data;
using Npgsql;

namespace Comanda.Registers;

/// <summary>
/// The fiscal journal: for each register a gap-free chain of entries, each with the SHA-256 over the hash before it and
/// its own canonical text. It is evidence against later changes, not a certification.
/// <para>
/// The canonical text of an entry is <c>kind LF number LF content</c> in UTF-8; content is JSON that names what happened
/// in full (numbers, names, amounts in minor units), with no row ids. The first entry follows 32 zero bytes.
/// </para>
/// </summary>
public static class FiscalJournal
{
    /// <summary>
    /// The part of a statement that takes a register's next entry number and chains a hash over it. The caller's text
    /// gives the kind and the content as SQL expressions; the row of the register is locked until the transaction ends.
    /// </summary>
    public static string Chain(string kind, string content) =>
        $"""
        last_entry = last_entry + 1,
        last_hash = sha256(last_hash || convert_to({kind} || E'\n' || (last_entry + 1)::text || E'\n' || {content}, 'UTF8'))
        """;

    /// <summary>
    /// The part of a statement that writes the entry for which <see cref="Chain"/> changed the row that is called <c>register</c>.
    /// </summary>
    /// <param name="kind">One of this class's words.</param>
    /// <param name="at">The other columns, in SQL.</param>
    public static string Entry(string kind, (string Register, string Shop, string Order, string At, string Content) at)
    {
        var columns = Columns($"'{kind}'", "last_entry", "last_hash", at);
        return Insert.Into("journal", columns, from: "register");
    }

    /// <summary>The statement that writes several entries, chained by <see cref="RegisterTip"/>.</summary>
    public static string Entries<T>(Statement<T> statement, Func<T, IReadOnlyList<ChainedEntry>> entries)
    {
        var j = statement.Rows("j", entries);
        var columns = Columns(
            j.Column("kind", e => e.Entry.Kind),
            j.Column("number", e => e.Number),
            j.Column("hash", e => e.Hash),
            (j.Column("register_id", e => e.Entry.Register),
                j.Column("shop_id", e => e.Entry.Shop),
                j.Column("order_id", e => e.Entry.OrderId),
                j.Column("at", e => e.Entry.At),
                j.Column("content", e => e.Entry.Content)));
        return Insert.Into("journal", columns, from: j.Table);
    }

    private static (string Name, string Value)[] Columns(
        string kind,
        string number,
        string hash,
        (string Register, string Shop, string Order, string At, string Content) at) =>
    [
        ("register_id", at.Register),
        ("number", number),
        ("shop_id", at.Shop),
        ("order_id", at.Order),
        ("kind", kind),
        ("at", at.At),
        ("content", at.Content),
        ("hash", hash),
    ];

    public static byte[] HashOf(byte[] previous, string kind, long number, string content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        hash.AppendData(Encoding.UTF8.GetBytes($"{kind}\n{number}\n{content}"));
        return hash.GetHashAndReset();
    }

    /// <summary>Appends an entry in the transaction that is open on the connection; answers its number.</summary>
    public static async Task<long> Append(NpgsqlConnection connection, JournalEntry entry, CancellationToken cancel) =>
        (long)(await connection.Scalar(
            $"""
            with register as (
                update registers set {Chain("$3", "$4")} where id = $1 and shop_id = $2
                returning last_entry, last_hash
            )
            insert into journal (register_id, shop_id, number, kind, content, order_id, at, hash)
            select $1, $2, last_entry, $3, $4, $5::bigint, $6, last_hash from register returning number
            """,
            cancel,
            entry.Register,
            entry.Shop,
            entry.Kind,
            entry.Content,
            entry.OrderId,
            entry.At))!;
}

/// <summary>An entry to append to a register's chain. <paramref name="Kind"/> is one of <see cref="JournalKind"/>.</summary>
public sealed record JournalEntry(long Shop, long Register, string Kind, DateTimeOffset At, string Content)
{
    /// <summary>The order that it is about; null where it is about none.</summary>
    public long? OrderId { get; init; }
}

/// <summary>An entry with its place in the chain.</summary>
public sealed record ChainedEntry(JournalEntry Entry, long Number, byte[] Hash);
