using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Comanda.Data;
using Comanda.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Identity;

/// <summary>Forged access tokens, each with one thing wrong; the key is the real one unless that is what is wrong.</summary>
public sealed class TokenTests(CafeApp app)
{
    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static string Sign(string header, string payload, byte[] key, Func<byte[], byte[], byte[]>? hash = null)
    {
        var signed = $"{Encode(header)}.{Encode(payload)}";
        return $"{signed}.{Base64Url.EncodeToString((hash ?? HMACSHA256.HashData)(key, Encoding.ASCII.GetBytes(signed)))}";
    }

    [Fact]
    public async Task Only_a_whole_token_of_ours_that_has_not_run_out_is_one()
    {
        var shop = await app.NewShop();
        var client = app.Client();
        var good = (await client.SignIn(shop.Username("admin"), "password123")).AccessToken;
        var header = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(good.Split('.')[0]));
        var payload = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(good.Split('.')[1]));
        var kid = JsonElement.Parse(header).GetProperty("kid").GetString()!;
        var key = (byte[])(await app.Database.Scalar("select secret from signing_keys where kid = $1", default, kid))!;
        var claims = JsonElement.Parse(payload);
        var (sid, iat) = (claims.GetProperty("sid").GetInt64(), claims.GetProperty("iat").GetInt64());
        string With(string name, string value) =>
            System.Text.RegularExpressions.Regex.Replace(payload, $"\"{name}\":(\"[^\"]*\"|-?\\d+)", $"\"{name}\":{value}");

        (await Says(Sign(header, payload, key))).ShouldBe(200); // so the forging below is right but for the one thing
        var forged = new Dictionary<string, string>
        {
            ["another key"] = Sign(header, payload, RandomNumberGenerator.GetBytes(32)),
            ["a key that it brings along"] = Sign(
                header.Replace(
                    "{",
                    $"{{\"jwk\":{{\"kty\":\"oct\",\"k\":\"{Base64Url.EncodeToString(new byte[32])}\"}},\"jku\":\"http://127.0.0.1/keys\","),
                payload,
                new byte[32]),
            ["an empty key"] = Sign(header, payload, []),
            ["the kid as key"] = Sign(header, payload, Encoding.ASCII.GetBytes(kid)),
            ["no algorithm"] = $"{Encode(header.Replace("HS256", "none"))}.{Encode(payload)}.",
            ["None"] = $"{Encode(header.Replace("HS256", "None"))}.{Encode(payload)}.",
            ["none, signed"] = Sign(header.Replace("HS256", "none"), payload, key),
            ["HS512"] = Sign(header.Replace("HS256", "HS512"), payload, key, HMACSHA512.HashData),
            ["HS384 said, HS256 done"] = Sign(header.Replace("HS256", "HS384"), payload, key),
            ["RS256 said"] = Sign(header.Replace("HS256", "RS256"), payload, key),
            ["lower case"] = Sign(header.Replace("HS256", "hs256"), payload, key),
            ["unknown kid"] = Sign(header.Replace(kid, "0000000000000000"), payload, key),
            ["sql as kid"] = Sign(header.Replace(kid, "' or '1'='1"), payload, key),
            ["no kid"] = Sign("""{"alg":"HS256","typ":"JWT"}""", payload, key),
            ["other audience"] = Sign(header, With("aud", "\"other-api\""), key),
            ["audience as list"] = Sign(header, With("aud", "[\"comanda-api\"]"), key),
            ["other issuer"] = Sign(header, With("iss", "\"evil\""), key),
            ["run out"] = Sign(header, With("exp", $"{iat - 1}"), key),
            ["runs out now"] = Sign(header, With("exp", $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}"), key),
            ["no end"] = Sign(header, payload.Replace("\"exp\"", "\"nope\""), key),
            ["end as text"] = Sign(header, With("exp", "\"9999999999\""), key),
            ["end beyond numbers"] = Sign(header, With("exp", "99999999999999999999999"), key),
            ["another session"] = Sign(header, With("sid", $"{sid + 1_000_000}"), key),
            ["another person"] = Sign(header, With("sub", "\"1\""), key),
            ["person as number"] = Sign(header, With("sub", "1"), key),
            ["negative session"] = Sign(header, With("sid", "-1"), key),
            ["not json"] = Sign(header, "sid=1", key),
            ["a list"] = Sign("[]", "[]", key),
            ["changed after signing"] = good.Split('.')[0] + "." + Encode(With("sid", $"{sid + 1}")) + "." + good.Split('.')[2],
            ["truncated signature"] = good[..^3],
            ["truncated payload"] = good.Split('.')[0] + "." + good.Split('.')[1][..^4] + "." + good.Split('.')[2],
            ["two parts"] = good[..good.LastIndexOf('.')],
            ["four parts"] = good + ".x",
            ["oversized"] = Sign(header, payload[..^1] + $",\"pad\":\"{new string('x', 4_000)}\"}}", key),
            ["padding"] = good + "==",
            ["nothing"] = "..",
            ["an extension that must be understood"] = Sign(header.Replace("{", "{\"crit\":[\"exp\"],"), payload, key),
            ["an extension of nothing"] = Sign(header.Replace("{", "{\"crit\":[],"), payload, key),
            ["a payload that is not encoded"] = Sign(header.Replace("{", "{\"b64\":false,"), payload, key),
            ["another type"] = Sign(header.Replace("\"JWT\"", "\"at+jwt\""), payload, key),
            ["not yet"] = Sign(header, payload[..^1] + ",\"nbf\":9999999999}", key),
            ["kid of nothing"] = Sign(header.Replace(kid, ""), payload, key),
            ["kid as number"] = Sign(header.Replace($"\"{kid}\"", "7"), payload, key),
            ["session as text"] = Sign(header, With("sid", "\"x\""), key),
            ["no session"] = Sign(header, payload.Replace("\"sid\"", "\"nope\""), key),
            ["encrypted (five parts)"] = good + ".a.b",
        };
        foreach (var (what, token) in forged)
            (await Says(token)).ShouldBe(401, what);
        (await Says(good)).ShouldBe(200);

        async Task<int> Says(string token)
        {
            client.AccessToken = token;
            return (await client.Ask("GET /api/auth/me")).Status;
        }
    }

    [Fact]
    public async Task A_token_is_signed_as_rfc_7515_says_and_one_made_before_the_library_goes_on_working()
    {
        // RFC 7515, appendix A.1: the octets of header and payload, the key as JWK, the signature.
        const string signed =
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
                + "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        var example = Base64Url.DecodeFromChars("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
        Base64Url.EncodeToString(HMACSHA256.HashData(example, Encoding.ASCII.GetBytes(signed)))
            .ShouldBe("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");

        var shop = await app.NewShop();
        var client = await shop.As("admin");
        var parts = client.AccessToken!.Split('.');
        var header = JsonElement.Parse(Base64Url.DecodeFromChars(parts[0]));
        var claims = JsonElement.Parse(Base64Url.DecodeFromChars(parts[1]));
        var kid = header.GetProperty("kid").GetString()!;
        var key = (byte[])(await app.Database.Scalar("select secret from signing_keys where kid = $1", default, kid))!;
        parts[2].ShouldBe(Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"))));
        (header.GetProperty("alg").GetString(), header.GetProperty("typ").GetString()).ShouldBe(("HS256", "JWT"));
        claims.EnumerateObject().Select(c => c.Name).Order().ShouldBe(["aud", "exp", "iat", "iss", "sid", "sub"]);
        (claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64()).ShouldBe(900);

        JsonElement Claim(string name) => claims.GetProperty(name);
        var (sub, sid, iat, exp) = (Claim("sub"), Claim("sid"), Claim("iat"), Claim("exp"));

        // Byte for byte as version 0.2 wrote them: names in this order, no white space.
        client.AccessToken = Sign(
            $$"""{"alg":"HS256","typ":"JWT","kid":"{{kid}}"}""",
            $$"""{"iss":"comanda","aud":"comanda-api","sub":"{{sub}}","sid":{{sid}},"iat":{{iat}},"exp":{{exp}}}""",
            key);
        (await client.Ask("GET /api/auth/me")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_new_key_of_another_process_is_found_and_a_retired_one_is_no_key()
    {
        var shop = await app.NewShop();
        var client = await shop.As("admin");
        var kid = "test" + Guid.NewGuid().ToString("N")[..8];
        var secret = RandomNumberGenerator.GetBytes(32);
        var payload = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(client.AccessToken!.Split('.')[1]));
        client.AccessToken = Sign($$"""{"alg":"HS256","typ":"JWT","kid":"{{kid}}"}""", payload, secret);
        (await client.Ask("GET /api/auth/me")).Status.ShouldBe(401);
        await app.Database.Scalar(
            "insert into signing_keys (kid, secret, created_at) values ($1, $2, '2000-01-01') returning kid",
            default,
            kid,
            secret);
        await Answers.Eventually(async () => (await client.Ask("GET /api/auth/me")).Status == 200);
        await app.Database.Scalar("update signing_keys set retired_at = now() where kid = $1 returning kid", default, kid);
        var elsewhere = app.Client(await app.StartProcess());
        elsewhere.AccessToken = client.AccessToken;
        (await elsewhere.Ask("GET /api/auth/me")).Status.ShouldBe(401);
    }
}
