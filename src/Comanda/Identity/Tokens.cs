using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Comanda.Data;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Npgsql;

namespace Comanda.Identity;

/// <summary>
/// Access tokens: JWTs with one algorithm (HS256), fixed in the code and never chosen by the token, after RFC 8725. They
/// name a user and a session and nothing else; what the person may do is asked of the database at each request.
/// Keys live in the database, so that every process of an installation reads every other's tokens; the newest signs.
/// </summary>
public sealed class Tokens(NpgsqlDataSource database, Sealing sealing, TimeProvider clock, IdentityOptions options)
{
    public const string Issuer = "comanda", Audience = "comanda-api";

    /// <summary>How long an access token lives: 900 seconds.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>Our own tokens have some 250 characters; anything much longer is not read at all.</summary>
    private const int LongestToken = 2048;

    private static readonly TimeSpan ReloadAtMost = TimeSpan.FromSeconds(1);

    /// <summary>How long a process may go on signing with a key that is no longer the newest.</summary>
    private static readonly TimeSpan ReloadAtLeast = TimeSpan.FromMinutes(10);

    private const string Algorithm = SecurityAlgorithms.HmacSha256, Type = "JWT", Session = "sid";

    /// <summary>It sets no times of its own and leaves the names of claims as they are.</summary>
    private readonly JsonWebTokenHandler handler = new()
    {
        MapInboundClaims = false,
        MaximumTokenSizeInBytes = LongestToken,
        SetDefaultTimesOnTokenCreation = false,
    };

    private readonly SemaphoreSlim loading = new(1, 1);
    private Dictionary<string, TokenValidationParameters> keys = [];
    private SymmetricSecurityKey? newest;
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
            first.Parameters.AddWithValue(sealing.Seal(RandomNumberGenerator.GetBytes(32), LastingKeys.What));
            await first.ExecuteNonQueryAsync(cancel);
        }

        await using var command =
            database.CreateCommand("select kid, secret from signing_keys where retired_at is null order by created_at, kid");
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var found = new Dictionary<string, TokenValidationParameters>(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
        {
            newest = new SymmetricSecurityKey(Opened(reader.GetFieldValue<byte[]>(1))) { KeyId = reader.GetString(0) };
            found[newest.KeyId] = Rules(newest);
        }

        keys = found;
        loadedAt = clock.GetUtcNow();
    }

    /// <summary>The key as it signs: with the operator's secret, where there is one.</summary>
    private byte[] Opened(byte[] kept)
    {
        var key = sealing.OpenBytes(kept, LastingKeys.What);
        return options.TokenSecret is { } secret ? HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(secret)) : key;
    }

    /// <summary>A secret of the installation's for another use: the same in every process that has the newest key.</summary>
    public byte[] Derive(string use) => HMACSHA256.HashData(newest!.Key, Encoding.UTF8.GetBytes(use));

    public string Issue(long userId, long sessionId)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = Type,
            Issuer = Issuer,
            Audience = Audience,
            IssuedAt = now,
            Expires = now + Lifetime,
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Sub] = userId.ToString(CultureInfo.InvariantCulture),
                [Session] = sessionId,
            },
            SigningCredentials = new SigningCredentials(newest, Algorithm),
        });
    }

    /// <summary>What the token says, or null where it is not ours, not whole, or over.</summary>
    public async ValueTask<Claims?> Read(string token, CancellationToken cancel)
    {
        if (token.Length > LongestToken || Parse(token) is not { } parsed)
            return null;
        if (string.IsNullOrEmpty(parsed.Kid) || await RulesOf(parsed.Kid, cancel) is not { } rules)
            return null;
        if (!(await handler.ValidateTokenAsync(parsed, rules)).IsValid)
            return null;
        return ClaimsOf(parsed);
    }

    private JsonWebToken? Parse(string token)
    {
        try
        {
            var parsed = handler.ReadJsonWebToken(token);
            // Extensions that a reader has to understand (RFC 7515, 4.1.11; RFC 7797): the library passes over them, we have none.
            return parsed.TryGetHeaderValue<object>("crit", out _) || parsed.TryGetHeaderValue<object>("b64", out _) ? null : parsed;
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException or OverflowException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Our claims, each as we write it. The library also takes a text for a number, and a list for one text.</summary>
    private static Claims? ClaimsOf(JsonWebToken valid)
    {
        using var payload = JsonDocument.Parse(Base64Url.DecodeFromChars(valid.EncodedPayload));
        var claims = payload.RootElement;
        var isOurs = Is(JwtRegisteredClaimNames.Aud, JsonValueKind.String)
            && Is(JwtRegisteredClaimNames.Exp, JsonValueKind.Number)
            && Is(JwtRegisteredClaimNames.Sub, JsonValueKind.String)
            && Is(Session, JsonValueKind.Number);
        return isOurs
            && long.TryParse(valid.Subject, NumberStyles.None, CultureInfo.InvariantCulture, out var user)
            && claims.GetProperty(Session).TryGetInt64(out var session)
                ? new Claims(user, session)
                : null;

        bool Is(string name, JsonValueKind kind) => claims.TryGetProperty(name, out var value) && value.ValueKind == kind;
    }

    /// <summary>Everything that a token has to be, with the one key that its kid names.</summary>
    private TokenValidationParameters Rules(SecurityKey key) => new()
    {
        IssuerSigningKey = key,
        TryAllIssuerSigningKeys = false,
        ValidAlgorithms = [Algorithm],
        ValidTypes = [Type],
        ValidIssuer = Issuer,
        ValidAudience = Audience,
        RequireExpirationTime = true,
        RequireSignedTokens = true,
        ClockSkew = TimeSpan.Zero,
        // By the server's clock, which a test may set; with no time of grace.
        LifetimeValidator = (from, until, _, _) =>
        {
            var now = clock.GetUtcNow().UtcDateTime;
            return until > now && !(from > now);
        },
        RoleClaimType = "role", // there is none: what somebody may do is never read from a token
        NameClaimType = JwtRegisteredClaimNames.Sub,
    };

    private async ValueTask<TokenValidationParameters?> RulesOf(string kid, CancellationToken cancel)
    {
        var age = clock.GetUtcNow() - loadedAt;
        if (keys.TryGetValue(kid, out var rules) && age < ReloadAtLeast)
            return rules;
        // Another process may have made a key since; a flood of made-up kids must not become a flood of queries.
        await loading.WaitAsync(cancel);
        try
        {
            if (clock.GetUtcNow() - loadedAt > (keys.ContainsKey(kid) ? ReloadAtLeast : ReloadAtMost))
                await LoadKeys(cancel);
        }
        finally
        {
            loading.Release();
        }

        return keys.GetValueOrDefault(kid);
    }
}
