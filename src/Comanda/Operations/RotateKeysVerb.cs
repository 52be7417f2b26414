using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Comanda.Data;
using Npgsql;

namespace Comanda.Operations;

/// <summary>
/// comanda rotate-keys: a new key signs access tokens from now on, those that were superseded more than a day ago sign nobody in any more,
/// and what is sealed in the database is sealed anew with the first key of COMANDA_ENCRYPTION_KEY. Servers may be running; each of them
/// has to know the new key before (the new one first, then the old one).
/// </summary>
public static class RotateKeysVerb
{
    private const int Piece = 200;

    /// <summary>How long a key goes on counting: tokens live minutes, and processes look for a new key every ten.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromDays(1);

    /// <summary>All that is sealed: the table, what names a row of it, the column, and what it is sealed as.</summary>
    internal static readonly (string Table, string Row, string Column, string SealedAs)[] Sealed =
    [
        ("signing_keys", "kid", "secret", "signing_keys.secret"),
        ("second_factors", "id", "secret", "second_factors.secret"),
        ("webhooks", "id", "secret", "webhooks.secret"),
        ("webhooks", "id", "old_secret", "webhooks.secret"),
        ("messages", "id", "body", "messages.body"),
        ("messages", "id", "html", "messages.body"),
        ("guest_addresses", "id", "title", "guest_addresses.address"),
        ("guest_addresses", "id", "address", "guest_addresses.address"),
        ("guest_addresses", "id", "landmark", "guest_addresses.address"),
        ("guest_addresses", "id", "city", "guest_addresses.address"),
        ("guest_addresses", "id", "state_name", "guest_addresses.address"),
        ("guest_addresses", "id", "zip_code", "guest_addresses.address"),
    ];

    public static Command Make(
        Func<ParseResult, Func<NpgsqlDataSource, int, Task<int>>, CancellationToken, Task<int>> withDatabase,
        Func<Func<Task<int>>, Task<int>> guarded)
    {
        var verb = new Command("rotate-keys", "A new key signs access tokens, and what is sealed is sealed with the newest key.");
        verb.SetAction((parsed, cancel) => guarded(() => withDatabase(
            parsed,
            (database, _) => Run(database, new(EncryptionKeys.FromEnvironment(EnvironmentNames.Variable)), Console.WriteLine, cancel),
            cancel)));
        return verb;
    }

    internal static async Task<int> Run(NpgsqlDataSource database, Sealing sealing, Action<string> say, CancellationToken cancel)
    {
        void Say(FormattableString line) => say(line.ToString(CultureInfo.InvariantCulture));
        // First what is there: where a key is missing, nothing has changed yet.
        if (!sealing.IsOn)
            Say($"{EncryptionKeys.Variable} is not set: nothing is sealed.");
        foreach (var column in sealing.IsOn ? Sealed : [])
        {
            var anew = column.Table == "signing_keys"
                ? await SealBytes(database, sealing, column, cancel)
                : await SealTexts(database, sealing, column, cancel);
            if (anew > 0)
                Say($"{column.Table}.{column.Column}: {anew} sealed with the newest key");
        }

        await using var connection = await database.OpenConnectionAsync(cancel);
        var retired = await connection.Execute(
            """
            update signing_keys k set retired_at = now() where retired_at is null
                and exists (select 1 from signing_keys newer where newer.retired_at is null and newer.created_at > k.created_at
                    and newer.created_at < now() - $1::interval)
            """,
            cancel,
            Grace);
        await connection.Execute(
            "insert into signing_keys (kid, secret) values ($1, $2)",
            cancel,
            Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)),
            sealing.Seal(RandomNumberGenerator.GetBytes(32), "signing_keys.secret"));
        Say($"A new key signs access tokens, on every process within ten minutes; {retired} older one(s) sign nobody in any more.");
        return 0;
    }

    private static async Task<int> SealTexts(
        NpgsqlDataSource database,
        Sealing sealing,
        (string Table, string Row, string Column, string SealedAs) at,
        CancellationToken cancel)
    {
        var (done, after) = (0, long.MinValue);
        await using var connection = await database.OpenConnectionAsync(cancel);
        while (true)
        {
            await using var page = connection.Command(
                $"select {at.Row}, {at.Column} from {at.Table} where {at.Row} > $1 and {at.Column} is not null order by 1 limit {Piece}",
                after);
            var rows = await page.List(r => (Id: r.GetInt64(0), Kept: r.GetString(1)), cancel);
            foreach (var (id, kept) in rows.Where(r => !sealing.IsCurrent(r.Kept)))
            {
                // Unless somebody has changed it in the meantime, with the newest key.
                done += await connection.Execute(
                    $"update {at.Table} set {at.Column} = $3 where {at.Row} = $1 and {at.Column} = $2",
                    cancel,
                    id,
                    kept,
                    sealing.Seal(sealing.Open(kept, at.SealedAs), at.SealedAs));
            }

            if (rows.Count < Piece)
                return done;
            after = rows[^1].Id;
        }
    }

    private static async Task<int> SealBytes(
        NpgsqlDataSource database,
        Sealing sealing,
        (string Table, string Row, string Column, string SealedAs) at,
        CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var all = connection.Command($"select {at.Row}, {at.Column} from {at.Table}");
        var done = 0;
        foreach (var (row, kept) in await all.List(r => (r.GetString(0), r.GetFieldValue<byte[]>(1)), cancel))
        {
            if (!sealing.IsCurrent(kept))
            {
                done += await connection.Execute(
                    $"update {at.Table} set {at.Column} = $2 where {at.Row} = $1",
                    cancel,
                    row,
                    sealing.Seal(sealing.OpenBytes(kept, at.SealedAs), at.SealedAs));
            }
        }

        return done;
    }
}
