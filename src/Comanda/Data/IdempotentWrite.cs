using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace Comanda.Data;

/// <summary>
/// A retry's key. It commits in the transaction of what it made, so there is no moment in which one is true without the
/// other. Scope keeps one customer's keys from another's; the staff of a shop share one scope, so that a till's queue
/// may be flushed by whoever is signed in.
/// </summary>
public sealed record RetryKey(long ShopId, string Scope, string Key, byte[] RequestHash)
{
    public const string Header = RequestHead.KeyHeader;

    /// <summary>What a key must be.</summary>
    public const string Rule = "must have 1 to 255 printable characters";

    /// <summary>Of a write that found the key's answer there; whoever is told looks it up and gives it.</summary>
    public static Refusal IsAnswered { get; } = Refusal.Conflict("idempotency_key_in_use", "This Idempotency-Key has its answer already.");

    /// <summary>True where a write failed because another request with this key committed first.</summary>
    public static bool IsTaken(PostgresException failure) =>
        failure.SqlState == PostgresErrorCodes.UniqueViolation && failure.ConstraintName == "idempotency_keys_pkey";
}

/// <summary>An answer of 201 with the key under which it is given again.</summary>
public sealed record KeptAnswer(RetryKey Key, string Location, string Body);

/// <summary>Reads keys from requests and finds the answers that were already given.</summary>
public sealed class IdempotentWrite(NpgsqlDataSource database, Here here, RequestHead head)
{
    /// <summary>
    /// How long a first answer is kept: longer than a till may be without us (<c>SyncOrders</c>), or a sale of which it lost the answer
    /// would be made twice.
    /// </summary>
    public const int DaysKept = 8;

    private static readonly JsonSerializerOptions Comparable = new(Json.Options) { Converters = { new PlainDecimals() } };

    /// <summary>
    /// The key of a request, or null where it has none. Two requests are the same when they ask the same
    /// endpoint and their bodies, read as the endpoint reads them, are the same: spaces, the order of fields, zeros behind
    /// a decimal point and the spelling of the address do not count.
    /// </summary>
    public Outcome<RetryKey?> KeyOf<T>(T body)
    {
        if (head.Key is not { } sent)
            return (RetryKey?)null;
        var key = KeyOf(sent, RetryKey.Header, head.Endpoint, body);
        return key.Refusal is { } bad ? bad : key.Value;
    }

    /// <summary>The same for a key that came otherwise, with the endpoint whose requests it is good for.</summary>
    public Outcome<RetryKey> KeyOf<T>(string? key, string field, string endpoint, T body)
    {
        if (key is not { Length: > 0 and <= 255 } || !PlainText.Is(key, TextKind.Line))
            return Refusal.OfField(field, RetryKey.Rule);
        var scope = here.Visitor is { IsCustomer: true } customer ? "customer:" + customer.UserId : "staff";
        var request = $"{endpoint}\n{JsonSerializer.Serialize(body, Comparable)}";
        return new RetryKey(here.ShopId, scope, key, SHA256.HashData(Encoding.UTF8.GetBytes(request)));
    }

    /// <summary>The answer already given under this key, a refusal where the key was used for something else, or null.</summary>
    /// <param name="key">The request's key; without one there is no first answer.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="on">The connection of a caller who holds one: nobody waits for a second while holding the first.</param>
    public async Task<Outcome<FixedAnswer>?> FirstAnswer(RetryKey? key, CancellationToken cancel, NpgsqlConnection? on = null)
    {
        if (key is null)
            return null;
        const string find =
            "select request_hash, status, body, location from idempotency_keys where shop_id = $1 and scope = $2 and key = $3";
        await using var command = on is null
            ? database.Command(find, key.ShopId, key.Scope, key.Key)
            : on.Command(find, key.ShopId, key.Scope, key.Key);
        await using var reader = await command.Read(cancel);
        if (!await reader.ReadAsync(cancel))
            return null;
        if (!reader.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(key.RequestHash))
            return new Refusal(422, "idempotency_key_reused", "This Idempotency-Key was already used for a different request.");
        return new FixedAnswer(reader.GetInt16(1), reader.GetString(2), reader.TextOrNull(3), Replayed: true);
    }

    /// <summary>
    /// Writes and commits, and answers what was written; or, where another request with this key committed first, what that one
    /// answered.
    /// </summary>
    public async Task<Outcome<FixedAnswer>> Commit(
        IDbContextTransaction transaction,
        RetryKey? key,
        Func<Task<FixedAnswer>> write,
        CancellationToken cancel)
    {
        try
        {
            var answer = await write();
            await transaction.CommitAsync(cancel);
            return answer;
        }
        catch (PostgresException failure) when (RetryKey.IsTaken(failure))
        {
            await transaction.RollbackAsync(cancel); // which gives the connection back
            return (await FirstAnswer(key, cancel))!.Value;
        }
    }

    /// <summary>
    /// One change in one transaction on a connection of its own, and its answer once for each key. A refusal changes nothing.
    /// </summary>
    public async Task<Answer<T>> Once<T>(RetryKey? key, Func<NpgsqlConnection, Task<Answer<T>>> change, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (await FirstAnswer(key, cancel, connection) is { } again)
            return again;
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        try
        {
            var made = await change(connection);
            if (made.Refusal is not null)
            {
                await transaction.RollbackAsync(cancel);
                return await FirstAnswer(key, cancel, connection) ?? made;
            }

            var answer = made.Fix();
            await Keep(connection, key, answer, cancel);
            await transaction.CommitAsync(cancel);
            return answer;
        }
        catch (PostgresException failure) when (failure.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // The key, or the name that the first of two with one key took: what is there already may be one's own.
            await transaction.RollbackAsync(cancel);
            if (await FirstAnswer(key, cancel, connection) is { } first)
                return first;
            throw;
        }
    }

    /// <summary>Keeps an answer under its key, in the caller's open transaction.</summary>
    public static async Task Keep(NpgsqlConnection connection, RetryKey? key, FixedAnswer answer, CancellationToken cancel)
    {
        if (key is null)
            return;
        await connection.Execute(
            """
            insert into idempotency_keys (shop_id, scope, key, request_hash, status, location, body)
            values ($1, $2, $3, $4, $5, $6::text, $7)
            """,
            cancel, key.ShopId, key.Scope, key.Key, key.RequestHash, (short)answer.Status, answer.Location, answer.Body);
    }

    /// <summary>
    /// The part of a statement that keeps an answer of 201, where there is a key, once a row called <c>register</c> is there.
    /// </summary>
    /// <param name="statement">Which the part belongs to.</param>
    /// <param name="answer">The key, and what is answered under it.</param>
    /// <param name="shop">The shop, in SQL.</param>
    /// <param name="body">What becomes of the body, in SQL.</param>
    public static string Kept<T>(
        Statement<T> statement,
        Func<T, (RetryKey? Key, string Location, string Body)> answer,
        string shop,
        Func<string, string> body)
    {
        var key = statement.Value("key", t => answer(t).Key?.Key);
        var columns = Columns(
            (shop,
                statement.Value("key.scope", t => answer(t).Key?.Scope),
                key,
                statement.Value("key.request_hash", t => answer(t).Key?.RequestHash)),
            statement.Value("key.location", t => answer(t).Location),
            body(statement.Value("key.body", t => answer(t) is { Key: not null } kept ? kept.Body : null)));
        return Insert.Into("idempotency_keys", columns, from: $"register where {key}::text is not null");
    }

    /// <summary>The statement that keeps several answers of 201, each under its key.</summary>
    public static string KeptTogether<T>(Statement<T> statement, Func<T, IReadOnlyList<KeptAnswer>> answers)
    {
        var k = statement.Rows("k", answers);
        var columns = Columns(
            (k.Column("shop_id", a => a.Key.ShopId),
                k.Column("scope", a => a.Key.Scope),
                k.Column("key", a => a.Key.Key),
                k.Column("request_hash", a => a.Key.RequestHash)),
            k.Column("location", a => a.Location),
            k.Column("body", a => a.Body));
        return Insert.Into("idempotency_keys", columns, from: k.Table);
    }

    /// <summary>What an answer of 201 writes, in SQL.</summary>
    private static (string Name, string Value)[] Columns(
        (string Shop, string Scope, string Key, string RequestHash) of, string location, string body) =>
    [
        ("shop_id", of.Shop),
        ("scope", of.Scope),
        ("key", of.Key),
        ("request_hash", of.RequestHash),
        ("status", "201"),
        ("location", location),
        ("body", body),
    ];

    /// <summary>Tells which of some keys have their answer already; the rows are places in the list, from 0.</summary>
    public static string Known<T>(Statement<T> statement, Func<T, IReadOnlyList<RetryKey>> keys) =>
        $"""
        select (k.place - 1)::int
        from unnest(
            {statement.Each("shop_id", keys, k => k.ShopId)}::bigint[],
            {statement.Each("scope", keys, k => k.Scope)}::text[],
            {statement.Each("key", keys, k => k.Key)}::text[]) with ordinality as k(shop_id, scope, key, place)
        where exists (
            select 1 from idempotency_keys i where i.shop_id = k.shop_id and i.scope = k.scope and i.key = k.key)
        """;

    /// <summary>1, 1.0 and 1.00 are one amount.</summary>
    private sealed class PlainDecimals : JsonConverter<decimal>
    {
        public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDecimal();

        public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value / 1.000000000000000000000000000000000m);
    }
}
