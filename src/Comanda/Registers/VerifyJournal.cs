using System.Data;
using Comanda.Data;
using Npgsql;

namespace Comanda.Registers;

/// <summary>
/// Checks a shop's journal from its rows alone: every number is there, every hash is what its content and the hash before
/// it make, and each register still points at its last entry (entries cut off the end are found too).
/// </summary>
public static class VerifyJournal
{
    public static async Task<JournalState> OfShop(NpgsqlDataSource database, long shopId, CancellationToken cancel)
    {
        // One snapshot for all: sales that go on meanwhile are either wholly in it or wholly not.
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
        await using var registers = connection.Command(
            "select id, code, last_entry, last_hash from registers where shop_id = $1 order by id", shopId);
        var all = await registers.List(
            r => (Id: r.GetInt64(0), Code: r.GetString(1), Last: r.GetInt64(2), Hash: r.GetFieldValue<byte[]>(3)),
            cancel);

        long entries = 0;
        foreach (var register in all)
        {
            var (count, broken) = await OfRegister(connection, register.Id, register.Code, register.Last, register.Hash, cancel);
            entries += count;
            if (broken is not null)
                return new(false, entries, broken);
        }

        return new(true, entries, null);
    }

    private static async Task<(long Count, BrokenEntry? Broken)> OfRegister(
        NpgsqlConnection connection, long registerId, string code, long last, byte[] lastHash, CancellationToken cancel)
    {
        await using var command = connection.Command(
            "select number, kind, content, hash from journal where register_id = $1 order by number", registerId);
        await using var reader = await command.Read(cancel, CommandBehavior.SingleResult);
        var previous = new byte[32];
        long number = 0;
        while (await reader.ReadAsync(cancel))
        {
            number++;
            if (reader.GetInt64(0) != number)
                return (number - 1, new(code, number, "the entry is missing"));
            var hash = reader.GetFieldValue<byte[]>(3);
            if (!hash.AsSpan().SequenceEqual(FiscalJournal.HashOf(previous, reader.GetString(1), number, reader.GetString(2))))
                return (number, new(code, number, "the entry is not what was written"));
            previous = hash;
        }

        if (number != last)
            return (number, new(code, number + 1, $"the register wrote {last} entries"));
        return previous.AsSpan().SequenceEqual(lastHash)
            ? (number, null)
            : (number, new(code, number, "the register's own last hash differs"));
    }
}
