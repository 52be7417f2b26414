using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace Comanda.Identity;

/// <summary>
/// Access tokens: JWTs with one algorithm (HS256), fixed in the code and never read from the token, after RFC 8725. They
/// name a user and a session and nothing else; what the person may do is asked of the database at each request.
/// Keys live in the database, so that every process of an installation reads every other's tokens; the newest signs.
/// </summary>
public sealed class Tokens(NpgsqlDataSource database, TimeProvider clock)
{
    public const string Issuer = "comanda", Audience = "comanda-api";

    /// <summary>How long an access token lives: 900 seconds.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>Our own tokens have some 250 characters; anything much longer is not read at all.</summary>
    private const int LongestToken = 2048;

    private static readonly TimeSpan ReloadAtMost = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim loading = new(1, 1);
    private Dictionary<string, byte[]> keys = [];
    private string newest = "";
    private DateTimeOffset loadedAt;

    /// <summary>What a valid token says.</summary>
    public readonly record struct Claims(long UserId, long SessionId);

    /// <summary>Loads the keys; makes the first one where there is none.</summary>
    public async Task LoadKeys(CancellationToken cancel)
    {
        await using (var first = database.CreateCommand(
            "insert into signing_keys (kid, secret) select $1, $2 where not exists (select 1 from signing_keys where retired_at is null)"))
        {
            first.Parameters.AddWithValue(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
            first.Parameters.AddWithValue(RandomNumberGenerator.GetBytes(32));
            await first.ExecuteNonQueryAsync(cancel);
        }

        await using var command = database.CreateCommand("select kid, secret from signing_keys where retired_at is null order by created_at, kid");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
        {
            newest = reader.GetString(0);
            found[newest] = reader.GetFieldValue<byte[]>(1);
        }

        keys = found;
        loadedAt = clock.GetUtcNow();
    }

    public string Issue(long userId, long sessionId)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var header = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new { alg = "HS256", typ = "JWT", kid = newest }));
        var payload = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new
        {
            iss = Issuer,
            aud = Audience,
            sub = userId.ToString(),
            sid = sessionId,
            iat = now,
            exp = now + (long)Lifetime.TotalSeconds,
        }));
        var signed = $"{header}.{payload}";
        return $"{signed}.{Base64Url.EncodeToString(Sign(keys[newest], signed))}";
    }

    /// <summary>What the token says, or null where it is not ours, not whole, or over.</summary>
    public async ValueTask<Claims?> Read(string token, CancellationToken cancel)
    {
        if (token.Length > LongestToken)
            return null;
        var parts = token.Split('.');
        if (parts.Length != 3)
            return null;
        try
        {
            using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
            if (header.RootElement.GetProperty("alg").GetString() != "HS256" || header.RootElement.GetProperty("kid").GetString() is not { } kid)
                return null;
            if (await KeyOf(kid, cancel) is not { } key)
                return null;
            var expected = Sign(key, token[..token.LastIndexOf('.')]);
            if (!CryptographicOperations.FixedTimeEquals(expected, Base64Url.DecodeFromChars(parts[2])))
                return null;

            using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            var claims = payload.RootElement;
            var good = claims.GetProperty("iss").GetString() == Issuer
                && claims.GetProperty("aud").GetString() == Audience
                && claims.GetProperty("exp").GetInt64() > clock.GetUtcNow().ToUnixTimeSeconds();
            return good ? new Claims(long.Parse(claims.GetProperty("sub").GetString()!), claims.GetProperty("sid").GetInt64()) : null;
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException or OverflowException)
        {
            return null;
        }
    }

    private async ValueTask<byte[]?> KeyOf(string kid, CancellationToken cancel)
    {
        if (keys.TryGetValue(kid, out var key))
            return key;
        // Another process may have made a key since; a flood of made-up kids must not become a flood of queries.
        await loading.WaitAsync(cancel);
        try
        {
            if (clock.GetUtcNow() - loadedAt > ReloadAtMost)
                await LoadKeys(cancel);
        }
        finally
        {
            loading.Release();
        }

        return keys.GetValueOrDefault(kid);
    }

    internal static byte[] Sign(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(text));
}
