using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Comanda.Data;
using Comanda.Notifications;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Comanda.Tests.Notifications;

/// <summary>
/// Messages go out by the table that all processes share, so each test ends its process: one after another they stand alone.
/// </summary>
public sealed partial class MessageTests(CafeApp app)
{
    [Fact]
    public async Task A_mail_goes_out_by_a_real_smtp_server_signed_in_and_unharmed()
    {
        await using var smtp = await NodePeer.Start("smtp.js", "--user", "cafe", "--password", "s3cret words");
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        var email = $"zoe-{shop.Id}@demo.example";
        await owner.Ask("PUT /api/auth/me", new { name = "Buy at https://evil.example", email });
        await using var process = await app.StartPassingProcess(o => o with
        {
            Smtp = new("127.0.0.1", smtp.Port, "cafe", "s3cret words", "hello@cafe.example", "none")
        });
        var server = app.Client(process.Address);
        (await server.Ask("POST /api/auth/password-reset-request", new { email })).Status.ShouldBe(202);

        var mail = await smtp.Hears(m => m.TryGetProperty("to", out _) && m.GetProperty("to")[0].GetString() == email);
        (mail.GetProperty("from").GetString(), mail.GetProperty("user").GetString()).ShouldBe(("hello@cafe.example", "cafe"));
        var raw = mail.GetProperty("raw").GetString()!;
        raw.ShouldContain("Subject: A new password for Comanda");
        var text = Encoding.UTF8.GetString(Convert.FromBase64String(raw[(raw.IndexOf(
            "\r\n\r\n",
            StringComparison.Ordinal) + 4)..].Trim().Replace("\r\n", "")));
        text.ShouldStartWith("Hello,");
        text.ShouldNotContain("evil"); // whoever writes the name does not write the mail
        var token = System.Text.RegularExpressions.Regex.Match(text, @"token=([\w-]+)").Groups[1].Value;
        (await server.Ask("POST /api/auth/password-reset-confirm", new { token, new_password = "two sugars please" })).Status.ShouldBe(204);

        // What a provider sent is nobody's to read: neither in the outbox nor in the table.
        await Answers.Eventually(async () => await app.Database.Scalar(
            "select sent_at is not null and body = '' from messages where recipient = $1 and subject like 'A new%'",
            default,
            email) is true);
        var admin = await shop.As("admin");
        (await admin.Ask("GET /api/outbox")).ToString().ShouldNotContain(token);
    }

    [Fact]
    public async Task A_busy_server_gets_the_mail_later_and_once()
    {
        await using var smtp = await NodePeer.Start("smtp.js", "--busy", "2");
        var shop = await app.NewShop();
        var email = shop.Username("barista") + "@demo.example";
        await using var process = await app.StartPassingProcess(o => o with
        {
            Smtp = new("127.0.0.1", smtp.Port, null, null, "hello@cafe.example", "none")
        });
        var server = app.Client(process.Address);
        await server.Ask("POST /api/auth/password-reset-request", new { email });
        await smtp.Hears(m => m.TryGetProperty("to", out _) && m.GetProperty("to")[0].GetString() == email);
        await Answers.Eventually(async () => await app.Database.Scalar(
            "select sent_at is not null from messages where recipient = $1",
            default,
            email) is true);
        (await app.Database.Scalar("select attempts from messages where recipient = $1", default, email)).ShouldBe(3);
        smtp.Said.Count(m => m.GetProperty("to")[0].GetString() == email).ShouldBe(1);
    }

    [Fact]
    public async Task Nothing_is_said_in_the_clear_where_tls_is_asked_for_and_not_there()
    {
        await using var smtp = await NodePeer.Start("smtp.js");
        using var sender = new SmtpSender(new("127.0.0.1", smtp.Port, "cafe", "s3cret words", "hello@cafe.example", "starttls"));
        await Should.ThrowAsync<Exception>(() => sender.Send("ana@example.com", "Hello", "secret", default));
        await Task.Delay(200);
        smtp.Said.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("starttls")]
    [InlineData("tls")]
    public async Task A_mail_goes_over_an_encrypted_connection_that_begins_so_or_becomes_so(string tls)
    {
        using var keys = new Certificate();
        string[] how = tls == "tls" ? ["--implicit"] : [];
        await using var smtp = await NodePeer.Start("smtp.js", ["--user", "cafe", "--password", "s3cret words", .. keys.Options, .. how]);
        var options = new SmtpOptions("127.0.0.1", smtp.Port, "cafe", "s3cret words", "hello@cafe.example", tls);
        using (var sender = new SmtpSender(options) { Trusts = keys.IsIt })
        {
            await sender.Send("ana@example.com", "Hello", "secret", default);
            await sender.Rest(default);
        }

        var mail = await smtp.Hears(m => m.TryGetProperty("to", out _));
        (mail.GetProperty("secure").GetBoolean(), mail.GetProperty("user").GetString()).ShouldBe((true, "cafe"));

        // A certificate that nobody vouches for: not a word.
        using var stranger = new SmtpSender(options);
        await Should.ThrowAsync<Exception>(() => stranger.Send("ana@example.com", "Hello", "secret", default));
        smtp.Said.Count(m => m.TryGetProperty("to", out _)).ShouldBe(1);
    }

    [Fact]
    public async Task What_there_is_to_send_goes_over_one_connection()
    {
        await using var smtp = await NodePeer.Start("smtp.js", "--refuse", "nobody");
        using var sender = new SmtpSender(new("127.0.0.1", smtp.Port, null, null, "hello@cafe.example", "none"));
        for (var i = 0; i < 3; i++)
            await sender.Send($"ana{i}@example.com", "Hello", "one", default);
        var refused = await Should.ThrowAsync<UndeliverableException>(() => sender.Send("nobody@example.com", "Hello", "two", default));
        refused.Message.ShouldContain("no such mailbox");
        await sender.Send("ana3@example.com", "Hello", "three", default); // what was refused stops none after it
        await sender.Rest(default);
        await sender.Send("ana4@example.com", "Hello", "four", default);
        await smtp.Hears(m => m.TryGetProperty("to", out var to) && to[0].GetString() == "ana4@example.com");
        var connections = smtp.Said.Select(m => m.GetProperty("connection").GetString()).ToList();
        connections.Count.ShouldBe(5);
        connections.Take(4).Distinct().ShouldHaveSingleItem();
        connections[4].ShouldNotBe(connections[0]);
    }

    [Fact]
    public async Task An_address_outside_ascii_goes_to_servers_that_know_it_and_is_given_up_at_once_at_others()
    {
        await using var knows = await NodePeer.Start("smtp.js");
        await using var knowsNot = await NodePeer.Start("smtp.js", "--ascii");
        using (var sender = new SmtpSender(new("127.0.0.1", knows.Port, null, null, "hello@cafe.example", "none")))
            await sender.Send("jos\u00e9@caf\u00e9.example", "Hello", "one", default);
        (await knows.Hears(m => m.TryGetProperty("to", out _))).GetProperty("to")[0].GetString()!.ShouldStartWith("jos\u00e9@");

        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var order = await cashier.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)], Payments: [new("card")]));
        var (never, domain) = ($"jos\u00e9-{shop.Id}@example.com", $"ana-{shop.Id}@caf\u00e9.example");
        var smtp = new SmtpOptions("127.0.0.1", knowsNot.Port, null, null, "hello@cafe.example", "none");
        await using var process = await app.StartPassingProcess(o => o with { Smtp = smtp });
        var there = await shop.As("cashier", process.Address);
        foreach (var to in new[] { never, domain })
            (await there.Ask($"POST /api/orders/{order.Id}/receipt/email", new { to })).Status.ShouldBe(202);
        // A domain has a spelling in ASCII.
        await knowsNot.Hears(m => m.GetProperty("raw").GetString()!.Contains($"ana-{shop.Id}@xn--caf-dma.example"));
        const string givenUp = "select failed_at is not null and attempts = 1 from messages where recipient = $1";
        await Answers.Eventually(async () => await app.Database.Scalar(givenUp, default, never) is true);
        knowsNot.Said.ShouldNotContain(m => m.GetProperty("to")[0].GetString()!.StartsWith("jos"));
    }

    [Fact]
    public async Task No_name_or_address_adds_a_header_to_a_mail()
    {
        await using var smtp = await NodePeer.Start("smtp.js");
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        foreach (var hostile in new[]
        {
            "a@b.example\r\nBcc: thief@evil.example",
            "a@b.example\nX: y",
            "a@b.example,thief@evil.example",
            "\"a\r\n\"@b.example"
        })
            (await owner.Ask("PUT /api/auth/me", new { email = hostile })).Fields.ShouldBe(["email"], hostile);
        (await owner.Ask("PUT /api/auth/me", new { name = "Eve\r\nBcc: thief@evil.example" })).Fields.ShouldBe(["name"]);
        await owner.Ask("PUT /api/auth/me", new { email = $"eve-{shop.Id}@demo.example" });
        await using var process = await app.StartPassingProcess(o => o with
        {
            Smtp = new("127.0.0.1", smtp.Port, null, null, "hello@cafe.example", "none")
        });
        var server = app.Client(process.Address);
        await server.Ask("POST /api/auth/password-reset-request", new { email = $"eve-{shop.Id}@demo.example" });
        var mail = await smtp.Hears(m => m.TryGetProperty("to", out _)
            && m.GetProperty("to")[0].GetString() == $"eve-{shop.Id}@demo.example");
        mail.GetProperty("to").GetArrayLength().ShouldBe(1);
        var head = mail.GetProperty("raw").GetString()!.Split("\r\n\r\n")[0];
        head.ShouldNotContain("Bcc", Case.Insensitive);
        head.ShouldNotContain("thief");
    }

    [Fact]
    public async Task What_ran_out_is_not_sent_any_more()
    {
        await using var twilio = await TwilioStandIn.Start();
        var shop = await app.NewShop();
        var phone = "+351918" + Random.Shared.Next(100_000, 999_999);
        await app.Database.Scalar(
            "insert into messages (shop_id, channel, recipient, body, created_at, expires_at, provider, next_try_at) values ($1, 'sms', "
                + "$2, '123456', now(), now() - interval '1 minute', 'twilio', now()) returning id",
            default, shop.Id, phone);
        await using var process = await app.StartPassingProcess(o => o with
        {
            Twilio = new("AC0123", "t0ken", "+15005550006", twilio.Address)
        });
        await Answers.Eventually(async () => await app.Database.Scalar(
            "select failed_at is not null and sent_at is null from messages where recipient = $1",
            default,
            phone) is true);
        twilio.Requests.ShouldNotContain(r => r.Form["To"] == phone);
    }

    [Fact]
    public async Task What_another_process_is_sending_is_left_to_it_however_far_ones_own_clock_is_ahead()
    {
        await using var smtp = await NodePeer.Start("smtp.js");
        var shop = await app.NewShop();
        var (under, free) = ($"under-way-{shop.Id}@demo.example", $"free-{shop.Id}@demo.example");
        var ahead = new MovableClock();
        ahead.Move(TimeSpan.FromHours(3));
        await using var process = await app.StartPassingProcess(
            o => o with { Smtp = new("127.0.0.1", smtp.Port, null, null, "hello@cafe.example", "none") },
            ahead);
        foreach (var (to, leased) in new[] { (under, "now() + interval '1 minute'"), (free, "null") })
            await app.Database.Scalar(
                "insert into messages (shop_id, channel, recipient, subject, body, created_at, expires_at, provider, next_try_at, "
                    + $"leased_until) values ($1, 'email', $2, 'Hello', 'Hello', now(), now() + interval '1 day', 'smtp', now(), {leased}) "
                    + "returning id",
                default, shop.Id, to);
        await smtp.Hears(m => m.TryGetProperty("to", out _) && m.GetProperty("to")[0].GetString() == free);
        smtp.Said.Any(m => m.TryGetProperty("to", out _) && m.GetProperty("to")[0].GetString() == under).ShouldBeFalse();

        // Whoever had it is gone: the lease is over, and it goes out.
        await app.Database.Scalar("update messages set leased_until = now() where recipient = $1 returning id", default, under);
        await smtp.Hears(m => m.TryGetProperty("to", out _) && m.GetProperty("to")[0].GetString() == under);
    }

    [Fact]
    public async Task The_outbox_is_a_shops_own_and_an_admins_to_read()
    {
        var (shop, other) = (await app.NewShop(), await app.NewShop());
        var phone = "+351919" + Random.Shared.Next(100_000, 999_999);
        await app.Stranger(shop).Ask("POST /api/auth/send-otp", new { phone });
        var message = await shop.Outbox(phone);
        (message.GetProperty("channel").GetString(), message.GetProperty("subject").ValueKind).ShouldBe(("sms", JsonValueKind.Null));
        message.TryGetProperty("at", out _).ShouldBeTrue();
        (await (await other.As("admin")).Ask("GET /api/outbox")).Items.ShouldBeEmpty();
        (await (await shop.As("manager")).Ask("GET /api/outbox")).Code.ShouldBe("forbidden");
    }

    /// <summary>A certificate for 127.0.0.1 that nobody has signed, as files.</summary>
    private sealed class Certificate : IDisposable
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("comanda-tls-");
        private readonly string print;

        public Certificate()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
            using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
            print = made.Thumbprint;
            File.WriteAllText(PathOf("cert.pem"), made.ExportCertificatePem());
            File.WriteAllText(PathOf("key.pem"), key.ExportPkcs8PrivateKeyPem());
        }

        public string[] Options => ["--cert", PathOf("cert.pem"), "--key", PathOf("key.pem")];

        public bool IsIt(object sender, X509Certificate? certificate, X509Chain? chain, System.Net.Security.SslPolicyErrors errors) =>
            certificate is X509Certificate2 shown && shown.Thumbprint == print;

        public void Dispose() => folder.Delete(recursive: true);

        private string PathOf(string name) => Path.Combine(folder.FullName, name);
    }
}
