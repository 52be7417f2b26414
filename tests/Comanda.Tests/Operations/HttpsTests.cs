using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Comanda.Data;
using Comanda.Operations;
using Microsoft.Extensions.Logging.Abstractions;

namespace Comanda.Tests.Operations;

public sealed class HttpsTests(CafeApp app) : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("comanda-tls-").FullName;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>A certificate of an authority of the test's own, as PEM files.</summary>
    private (string Certificate, string Key, string Thumbprint) Make(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        var (file, keyFile) = (Path.Combine(folder, name + ".pem"), Path.Combine(folder, name + ".key"));
        File.WriteAllText(file, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (file, keyFile, certificate.Thumbprint);
    }

    private static HttpClient Client(Uri at, Action<string>? saw = null, SslProtocols protocols = SslProtocols.None) =>
        new(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            SslOptions = new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = protocols,
                RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                {
                    saw?.Invoke(((X509Certificate2)certificate!).Thumbprint);
                    return true;
                },
            },
        })
        {
            BaseAddress = at,
            Timeout = TimeSpan.FromSeconds(60),
        };

    [Fact]
    public async Task With_a_certificate_it_serves_by_https_and_leads_there()
    {
        var (certificate, key, thumbprint) = Make("one");
        var port = ServerProcess.FreePort();
        await using var process = await app.StartPassingProcess(options => options with
        {
            Tls = new(certificate, key, null, port),
            HttpsOnly = true,
        });
        string? seen = null;
        using var https = Client(new($"https://127.0.0.1:{port}"), t => seen = t);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/menu") { Version = HttpVersion.Version20 };
        request.Headers.Host = "cafe.example.com";
        using var menu = await https.SendAsync(request);
        (menu.StatusCode, menu.Version, seen).ShouldBe((HttpStatusCode.OK, HttpVersion.Version20, thumbprint));
        menu.Headers.GetValues("Strict-Transport-Security").Single().ShouldBe("max-age=31536000; includeSubDomains");
        // The cookie goes back by HTTPS only.
        using var shopless = await https.PostAsync(
            "/api/auth/login",
            new StringContent("""{"username":"cashier","password":"password123"}""", System.Text.Encoding.UTF8, "application/json"));
        shopless.Headers.GetValues("Set-Cookie").Single().ShouldContain("secure");

        using var http = Client(process.Address);
        using var page = await http.GetAsync("/till?x=1");
        (page.StatusCode, page.Headers.Location!.ToString()).ShouldBe(
            (HttpStatusCode.PermanentRedirect, $"https://127.0.0.1:{port}/till?x=1"));
        page.Headers.Contains("Strict-Transport-Security").ShouldBeFalse();
        // A program is told, not led: what it sent was read on the way.
        var client = app.Client(process.Address);
        (await client.Ask("POST /api/auth/login", new { username = "x", password = "y" })).Code.ShouldBe("https_required");
        (await client.Ask("GET /api/menu")).Code.ShouldBe("https_required");
        (await client.Ask("GET /health")).Status.ShouldBe(200);

        using var old = Client(new($"https://127.0.0.1:{port}"), null, Tls11());
        await Should.ThrowAsync<HttpRequestException>(() => old.GetAsync("/health"));
    }

    [Fact]
    public async Task Behind_a_proxy_what_it_says_of_the_scheme_counts_and_the_operators_address_is_led_to()
    {
        await using var process = await app.StartPassingProcess(options => options with
        {
            HttpsOnly = true,
            TrustedProxies = ["127.0.0.1"],
            Identity = options.Identity with { HasPublicUrl = true, PublicUrl = new("https://cafe.example.com/") },
        });
        var client = app.Client(process.Address);
        (await client.Ask("GET /api/menu", null, ("X-Forwarded-Proto", "https"))).Status.ShouldBe(200);
        (await client.Ask("GET /api/menu", null, ("X-Forwarded-Proto", "http"))).Code.ShouldBe("https_required");
        using var http = Client(process.Address);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/kitchen");
        request.Headers.Host = "evil.example";
        using var page = await http.SendAsync(request);
        page.Headers.Location!.ToString().ShouldBe("https://cafe.example.com/kitchen");
    }

    [Fact]
    public void A_renewed_certificate_is_taken_and_a_broken_one_is_not()
    {
        var (certificate, key, first) = Make("renewed");
        var clock = FrozenClock.AtHalfPast();
        var file = new CertificateFile(new(certificate, key, null, 1), clock);
        string Now() => file.Offer(NullLogger.Instance).ServerCertificateContext!.TargetCertificate.Thumbprint;
        Now().ShouldBe(first);
        var (_, _, second) = Make("renewed");
        foreach (var written in new[] { certificate, key })
            File.SetLastWriteTimeUtc(written, DateTime.UtcNow.AddMinutes(1));
        Now().ShouldBe(first); // not looked for at every handshake
        clock.Move(TimeSpan.FromMinutes(1));
        Now().ShouldBe(second);
        File.WriteAllText(certificate, "-----BEGIN CERTIFICATE-----\nhalf");
        File.SetLastWriteTimeUtc(certificate, DateTime.UtcNow.AddMinutes(2));
        clock.Move(TimeSpan.FromMinutes(1));
        Now().ShouldBe(second);
        Should.Throw<StartupException>(() => new CertificateFile(new(certificate, key, null, 1), clock))
            .Message.ShouldContain("COMANDA_TLS_CERTIFICATE");
        Should.Throw<StartupException>(() => new CertificateFile(new(Path.Combine(folder, "none.pem"), key, null, 1), clock));
    }

    [Fact]
    public void A_pkcs12_file_serves_too()
    {
        var (certificate, key, thumbprint) = Make("packed");
        var packed = Path.Combine(folder, "packed.p12");
        using (var both = X509Certificate2.CreateFromPemFile(certificate, key))
            File.WriteAllBytes(packed, both.Export(X509ContentType.Pkcs12, "hush"));
        new CertificateFile(new(packed, null, "hush", 1), TimeProvider.System)
            .Offer(NullLogger.Instance).ServerCertificateContext!.TargetCertificate.Thumbprint.ShouldBe(thumbprint);
        Should.Throw<StartupException>(() => new CertificateFile(new(packed, null, "wrong", 1), TimeProvider.System));
    }

    [Fact]
    public void A_secret_may_lie_in_a_file()
    {
        var file = Path.Combine(folder, "password");
        File.WriteAllText(file, "from the file\n");
        string? Read(params (string Name, string Value)[] environment) => EnvironmentNames.Read(
            "COMANDA_SMTP_PASSWORD",
            asked => environment.Where(e => e.Name == asked).Select(e => e.Value).FirstOrDefault());
        Read(("COMANDA_SMTP_PASSWORD_FILE", file)).ShouldBe("from the file");
        Read(("COMANDA_SMTP_PASSWORD_FILE", file), ("SMTP_PASSWORD", "theirs")).ShouldBe("from the file");
        Read(("SMTP_PASSWORD", "theirs")).ShouldBe("theirs");
        Should.Throw<StartupException>(() => Read(("COMANDA_SMTP_PASSWORD_FILE", file), ("COMANDA_SMTP_PASSWORD", "x")))
            .Message.ShouldContain("both set");
        Should.Throw<StartupException>(() => Read(("COMANDA_SMTP_PASSWORD_FILE", file + ".none"))).Message
            .ShouldContain("COMANDA_SMTP_PASSWORD_FILE");
    }

    [Fact]
    public async Task Every_answer_says_what_a_browser_may_do_with_it()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        foreach (var path in new[] { "/", "/health", "/metrics", "/api/menu", "/api/auth/me", "/swagger/index.html", "/till", "/nothing" })
        {
            using var answer = await cashier.Send(HttpMethod.Get, path);
            string One(string header) => answer.Headers.GetValues(header).Single();
            One("X-Content-Type-Options").ShouldBe("nosniff", path);
            One("Referrer-Policy").ShouldBe("no-referrer", path);
            One("Cross-Origin-Opener-Policy").ShouldBe("same-origin", path);
            var policy = One("Content-Security-Policy");
            policy.ShouldContain("frame-ancestors 'none'");
            new[] { "object-src 'none'", "default-src 'none'" }.Any(nothing => policy.Contains(nothing, StringComparison.Ordinal))
                .ShouldBeTrue(path);
        }

        using var mine = await cashier.Send(HttpMethod.Get, "/api/auth/me");
        mine.Headers.CacheControl!.NoStore.ShouldBeTrue();
        using var menu = await cashier.Send(HttpMethod.Get, "/api/menu");
        menu.Headers.ETag.ShouldNotBeNull();
        (menu.Headers.CacheControl!.NoCache, menu.Headers.CacheControl.NoStore).ShouldBe((true, false));
    }

    /// <summary>What is no longer offered; the compiler warns of whoever names it.</summary>
    private static SslProtocols Tls11() => (SslProtocols)768;
}
