using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Comanda.Data;
using Comanda.Notifications;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Comanda.Tests.Inbox;

/// <summary>Push messages as Firebase and browsers' push services get them, by services that stand in.</summary>
public sealed class PushTests(CafeApp app)
{
    private const string Body = """{"message":"Your order is ready.","type":"order","reference_id":12,"notification_id":5}""";

    [Fact]
    public async Task Firebase_is_asked_as_its_api_says_with_a_token_for_the_service_account()
    {
        using var key = RSA.Create(2048);
        await using var firebase = await StandIn.Start();
        firebase.Answers.Enqueue((200, """{"access_token":"ya29.x","expires_in":3600,"token_type":"Bearer"}"""));
        firebase.Answers.Enqueue((503, """{"error":{"status":"UNAVAILABLE"}}"""));
        firebase.Answers.Enqueue((200, """{"name":"projects/cafe/messages/1"}"""));
        firebase.Answers.Enqueue((404, """{"error":{"status":"NOT_FOUND","details":[{"errorCode":"UNREGISTERED"}]}}"""));
        var shop = await app.NewShop();
        var credentials = JsonSerializer.Serialize(new
        {
            type = "service_account",
            project_id = "cafe",
            client_email = "push@cafe.iam.gserviceaccount.com",
            private_key = key.ExportPkcs8PrivateKeyPem(),
            token_uri = new Uri(firebase.Address, "/token").ToString(),
        });
        var options = FcmOptions.FromEnvironment(v => v switch
        {
            "COMANDA_FCM_CREDENTIALS" => credentials,
            "COMANDA_FCM_URL" => firebase.Address.ToString(),
            _ => null,
        });
        await using var process = await app.StartPassingProcess(o => o with { Fcm = options });
        var first = await Write(shop, "fcm", "device-token", "fcm");
        await Sent(first);
        var gone = await Write(shop, "fcm", "old-token", "fcm");
        await Gone(gone);

        var asked = firebase.Requests.ToArray();
        asked.Select(r => r.Path).ShouldBe(["/token", .. Enumerable.Repeat("/v1/projects/cafe/messages:send", 3)]);
        var grant = QueryHelpers.ParseQuery(Encoding.UTF8.GetString(asked[0].Body));
        grant["grant_type"].ToString().ShouldBe("urn:ietf:params:oauth:grant-type:jwt-bearer");
        var assertion = await new JsonWebTokenHandler().ValidateTokenAsync(grant["assertion"].ToString(), new()
        {
            IssuerSigningKey = new RsaSecurityKey(key),
            ValidIssuer = "push@cafe.iam.gserviceaccount.com",
            ValidateAudience = false,
        });
        assertion.IsValid.ShouldBeTrue(assertion.Exception?.ToString());
        // Google's library signs for Google whatever address the key names.
        assertion.Claims["aud"].ShouldBe("https://oauth2.googleapis.com/token");
        assertion.Claims["scope"].ShouldBe("https://www.googleapis.com/auth/firebase.messaging");
        asked[1].Headers["Authorization"].ShouldBe("Bearer ya29.x");
        asked[1].Headers["Content-Type"].ShouldStartWith("application/json");
        JsonElement.Parse(asked[1].Body).GetRawText().ShouldBe(
            """{"message":{"token":"device-token","notification":{"title":"Order A-1","body":"Your order is ready."},"""
                + "\"data\":{\"type\":\"order\",\"notification_id\":\"5\",\"reference_id\":\"12\"}}}");
    }

    [Fact]
    public async Task A_browser_gets_what_only_it_can_read_signed_by_our_key()
    {
        using var ours = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var browser = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var auth = RandomNumberGenerator.GetBytes(16);
        await using var service = await StandIn.Start();
        service.Answers.Enqueue((201, ""));
        service.Answers.Enqueue((410, ""));
        var shop = await app.NewShop();
        var parameters = ours.ExportParameters(true);
        await using var process = await app.StartPassingProcess(o => o with
        {
            WebPush = new(
                WebEncoders.Base64UrlEncode(Point(parameters.Q)),
                WebEncoders.Base64UrlEncode(parameters.D!),
                "mailto:cafe@example.com",
                ["127.0.0.1"]),
        });
        var staff = await shop.As("cashier", process.Address);
        var shown = (await staff.Ask("GET /api/notifications/web-push-key")).Text("public_key")!;
        WebEncoders.Base64UrlDecode(shown).ShouldBe(Point(parameters.Q));
        var endpoint = new Uri(service.Address, "/push/abc").ToString();
        var p256dh = WebEncoders.Base64UrlEncode(Point(browser.ExportParameters(false).Q));
        var keys = new { p256dh, auth = WebEncoders.Base64UrlEncode(auth) };
        (await staff.Ask("POST /api/users/push-subscriptions", new { endpoint, keys })).Status.ShouldBe(204);
        foreach (var (wrong, field) in new (object, string)[]
        {
            (new { endpoint = "https://10.0.0.1/x", keys }, "endpoint"),
            (new { endpoint = "file:///etc/passwd", keys }, "endpoint"),
            (new { endpoint, keys = new { p256dh = "AAAA", keys.auth } }, "keys.p256dh"),
            (new { endpoint, keys = new { keys.p256dh, auth = "!" } }, "keys.auth"),
        })
            (await staff.Ask("POST /api/users/push-subscriptions", wrong)).Fields.ShouldBe([field]);

        var to = Json.Write(new WebPushRecipient(endpoint, p256dh, keys.auth));
        await Sent(await Write(shop, "web_push", to, "webpush"));
        var asked = service.Requests.Single();
        (asked.Path, asked.Headers["Content-Encoding"], asked.Headers["Urgency"]).ShouldBe(("/push/abc", "aes128gcm", "high"));
        int.Parse(asked.Headers["TTL"]).ShouldBeGreaterThan(0);
        var told = JsonElement.Parse(Decrypt(asked.Body, browser, auth));
        (told.GetProperty("title").GetString(), told.GetProperty("message").GetString(), told.GetProperty("reference_id").GetInt64())
            .ShouldBe(("Order A-1", "Your order is ready.", 12));
        var vapid = asked.Headers["Authorization"];
        vapid.ShouldStartWith("vapid t=");
        var token = vapid["vapid t=".Length..vapid.IndexOf(',', StringComparison.Ordinal)];
        var claims = await new JsonWebTokenHandler().ValidateTokenAsync(token, new()
        {
            IssuerSigningKey = new ECDsaSecurityKey(ours),
            ValidateIssuer = false,
            ValidateAudience = false,
        });
        claims.IsValid.ShouldBeTrue(claims.Exception?.ToString());
        claims.Claims["aud"].ToString()!.ShouldStartWith("http://127.0.0.1");
        claims.Claims["sub"].ShouldBe("mailto:cafe@example.com");

        var gone = await Write(shop, "web_push", to, "webpush");
        await Gone(gone);
        (await staff.Ask($"DELETE /api/users/push-subscriptions?endpoint={Uri.EscapeDataString(endpoint)}")).Status.ShouldBe(204);
        (await staff.Ask($"DELETE /api/users/push-subscriptions?endpoint={Uri.EscapeDataString(endpoint)}")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("COMANDA_FCM_CREDENTIALS", "{}")]
    [InlineData("COMANDA_FCM_CREDENTIALS", "/nowhere/key.json")]
    public void A_key_that_is_none_is_refused_at_the_start(string name, string value) =>
        Should.Throw<StartupException>(() => FcmOptions.FromEnvironment(v => v == name ? value : null)).Message.ShouldContain(name);

    private async Task<long> Write(TestShop shop, string channel, string to, string provider) => (long)(await app.Database.Scalar(
        "insert into messages (shop_id, channel, recipient, subject, body, created_at, provider, next_try_at) "
            + "values ($1, $2, $3, 'Order A-1', $4, now(), $5, now()) returning id",
        default,
        shop.Id,
        channel,
        to,
        Body,
        provider))!;

    private Task Sent(long message) => Answers.Eventually(
        async () => await app.Database.Scalar("select 1 from messages where id = $1 and sent_at is not null", default, message) is not null,
        seconds: 20);

    private Task Gone(long message) => Answers.Eventually(async () => await app.Database.Scalar(
        "select 1 from messages where id = $1 and failed_at is not null and last_error like 'gone: %'", default, message) is not null);

    private static byte[] Point(ECPoint q) => [4, .. q.X!, .. q.Y!];

    /// <summary>RFC 8291 and 8188: one record, salt and the sender's key before it.</summary>
    private static byte[] Decrypt(byte[] body, ECDiffieHellman browser, byte[] auth)
    {
        var (salt, length) = (body[..16], body[20]);
        BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(16)).ShouldBeGreaterThan(18u);
        var (sender, record) = (body[21..(21 + length)], body[(21 + length)..]);
        using var other = ECDiffieHellman.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new() { X = sender[1..33], Y = sender[33..] },
        });
        var shared = browser.DeriveRawSecretAgreement(other.PublicKey);
        byte[] info = [.. "WebPush: info\0"u8, .. Point(browser.ExportParameters(false).Q), .. sender];
        var material = HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, 32, auth, info);
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, material, 16, salt, [.. "Content-Encoding: aes128gcm\0"u8]);
        var nonce = HKDF.DeriveKey(HashAlgorithmName.SHA256, material, 12, salt, [.. "Content-Encoding: nonce\0"u8]);
        var plain = new byte[record.Length - 16];
        using var aes = new AesGcm(key, 16);
        aes.Decrypt(nonce, record.AsSpan(..^16), record.AsSpan(^16..), plain);
        return plain[..Array.LastIndexOf(plain, (byte)2)];
    }

    private sealed record Asked(string Path, Dictionary<string, string> Headers, byte[] Body);

    /// <summary>Answers in turn, and keeps what it was asked.</summary>
    private sealed class StandIn : IAsyncDisposable
    {
        private readonly WebApplication server;

        private StandIn(WebApplication server) => this.server = server;

        public ConcurrentQueue<(int Status, string Body)> Answers { get; } = [];

        public ConcurrentQueue<Asked> Requests { get; } = [];

        public Uri Address =>
            new(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

        public static async Task<StandIn> Start()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var server = builder.Build();
            server.Urls.Add("http://127.0.0.1:0");
            var it = new StandIn(server);
            server.Run(it.Answer);
            await server.StartAsync();
            return it;
        }

        public ValueTask DisposeAsync() => server.DisposeAsync();

        private async Task Answer(HttpContext http)
        {
            using var body = new MemoryStream();
            await http.Request.Body.CopyToAsync(body);
            Requests.Enqueue(new(
                http.Request.Path,
                http.Request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase),
                body.ToArray()));
            var (status, text) = Answers.TryDequeue(out var next) ? next : (500, "");
            http.Response.StatusCode = status;
            http.Response.ContentType = "application/json";
            await http.Response.WriteAsync(text);
        }
    }
}
