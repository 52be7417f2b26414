using Comanda.Data;
using Npgsql;

namespace Comanda.Registers;

/// <summary>An entry as its row has it; <see cref="Hash"/> is 32 bytes.</summary>
public sealed record StoredEntry(long? OrderId, string Kind, DateTimeOffset At, string Content, byte[] Hash);

/// <summary>What the chain says after an entry.</summary>
public enum ChainAfter
{
    /// <summary>The entry after it makes its own hash with this one's.</summary>
    Follows,

    /// <summary>It is the newest, and the register still ends with its hash.</summary>
    Last,

    /// <summary>Neither.</summary>
    Broken,
}

/// <summary>
/// One entry of a register's journal and both its neighbours, of one moment. <see cref="Previous"/> is the hash before it (32 zero
/// bytes before the first), null where that entry is missing; <see cref="Computed"/> is what it and the content make.
/// </summary>
public sealed record EntryProof(
    long ShopId,
    string Register,
    long Number,
    StoredEntry? Entry,
    byte[]? Previous,
    byte[]? Computed,
    ChainAfter After)
{
    /// <summary>The entry is what was written there.</summary>
    public bool Matches => Entry is not null && Computed is not null && Entry.Hash.AsSpan().SequenceEqual(Computed);
}

/// <summary>
/// Proves one entry's place from three rows, where <see cref="VerifyJournal"/> reads them all. It sees a change of the entry, of the
/// one after it, or of the hash before it; one further off shows only in the whole.
/// </summary>
public static class ProveEntry
{
    /// <summary>The proof, or null where there is no such register.</summary>
    public static async Task<EntryProof?> Of(NpgsqlDataSource database, long registerId, long number, CancellationToken cancel)
    {
        // One statement is one snapshot: a sale that commits meanwhile is either the next entry and the register's last, or neither.
        await using var command = database.Command(
            """
            select r.shop_id, r.code, r.last_entry, r.last_hash, j.number, j.order_id, j.kind, j.at, j.content, j.hash
            from registers r left join journal j on j.register_id = r.id and j.number between $2 - 1 and $2 + 1 where r.id = $1
            """,
            registerId, number);
        var rows = await command.List(
            r => (
                Shop: r.GetInt64(0),
                Code: r.GetString(1),
                Last: r.GetInt64(2),
                LastHash: r.GetFieldValue<byte[]>(3),
                Number: r.ValueOrNull<long>(4),
                Entry: r.IsDBNull(4) ? null : new StoredEntry(
                    r.ValueOrNull<long>(5),
                    r.GetString(6),
                    r.GetFieldValue<DateTimeOffset>(7),
                    r.GetString(8),
                    r.GetFieldValue<byte[]>(9))),
            cancel);
        if (rows.Count == 0)
            return null;

        StoredEntry? At(long place) => rows.Find(r => r.Number == place).Entry;
        var (register, entry, next) = (rows[0], At(number), At(number + 1));
        var previous = number == 1 ? new byte[32] : At(number - 1)?.Hash;
        var computed = entry is null || previous is null ? null : FiscalJournal.HashOf(previous, entry.Kind, number, entry.Content);
        var follows = entry is not null
            && next is not null
            && next.Hash.AsSpan().SequenceEqual(FiscalJournal.HashOf(entry.Hash, next.Kind, number + 1, next.Content));
        var last = entry is not null && next is null && register.Last == number && register.LastHash.AsSpan().SequenceEqual(entry.Hash);
        return new(
            register.Shop,
            register.Code,
            number,
            entry,
            previous,
            computed,
            follows ? ChainAfter.Follows : last ? ChainAfter.Last : ChainAfter.Broken);
    }
}
