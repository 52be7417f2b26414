using Comanda.Data;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Comanda.Tests.Identity;

public sealed class ResetPasswordTests(CafeApp app)
{
    private static async Task<string> TokenFor(TestShop shop, string email) =>
        Regex.Match((await shop.Outbox(email)).GetProperty("body").GetString()!, @"token=([\w-]+)").Groups[1].Value;

    [Fact]
    public async Task A_link_gives_a_new_password_once_and_ends_every_session()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var email = shop.Username("cashier") + "@demo.example";
        (await app.Client().Ask("POST /api/auth/password-reset-request", new { email = email.ToUpperInvariant() })).Status.ShouldBe(202);
        var token = await TokenFor(shop, email);
        var weak = await app.Client().Ask("POST /api/auth/password-reset-confirm", new { token, new_password = "password1" });
        weak.Fields.ShouldBe(["new_password"]);

        var answers = await Task.WhenAll(Enumerable.Range(
            0,
            6).Select(_ => app.Client().Ask("POST /api/auth/password-reset-confirm", new { token, new_password = "two sugars please" })));
        answers.Count(a => a.Status == 204).ShouldBe(1);
        answers.Where(a => a.Status != 204).ShouldAllBe(a => a.Fields.Contains("token"));
        (await Should.ThrowAsync<ComandaException>(() => cashier.Me())).Code.ShouldBe("session_ended");
        (await app.Client().Ask("POST /api/auth/login", new { email, password = "password123" })).Status.ShouldBe(401);
        (await app.Client().Ask("POST /api/auth/login", new { email, password = "two sugars please" })).Status.ShouldBe(200);
        (await shop.Outbox(email)).GetProperty("subject").GetString().ShouldBe("Your password was changed");
    }

    [Fact]
    public async Task The_answer_does_not_tell_whether_an_address_is_known()
    {
        var shop = await app.NewShop();
        var known = await app.Client().Ask(
            "POST /api/auth/password-reset-request",
            new { email = shop.Username("barista") + "@demo.example" });
        var unknown = await app.Client().Ask("POST /api/auth/password-reset-request", new { email = $"nobody-{shop.Id}@demo.example" });
        (unknown.Status, unknown.Body.ValueKind).ShouldBe((known.Status, known.Body.ValueKind));
        known.Status.ShouldBe(202);
        (await app.Database.Scalar(
            "select count(*) from messages where recipient = $1",
            default,
            $"nobody-{shop.Id}@demo.example")).ShouldBe(0L);
        (await app.Client().Ask("POST /api/auth/password-reset-request", new { email = "no address" })).Fields.ShouldBe(["email"]);
    }

    [Fact]
    public async Task A_link_runs_out_after_an_hour_and_three_mails_an_hour_are_enough()
    {
        var clock = new MovableClock();
        var shop = await app.NewShop();
        var client = app.Client(await app.StartProcess(services => services.Replace(clock)));
        var email = shop.Username("barista") + "@demo.example";
        for (var i = 0; i < 6; i++)
            (await client.Ask("POST /api/auth/password-reset-request", new { email })).Status.ShouldBe(202);
        (await app.Database.Scalar("select count(*) from messages where recipient = $1", default, email)).ShouldBe(3L);
        var token = await TokenFor(shop, email);
        clock.Move(TimeSpan.FromMinutes(61));
        (await client.Ask(
            "POST /api/auth/password-reset-confirm",
            new { token, new_password = "two sugars please" })).Fields.ShouldBe(["token"]);
    }

    [Fact]
    public async Task The_link_does_not_lead_where_the_requests_host_says()
    {
        var shop = await app.NewShop();
        var email = shop.Username("trainee") + "@demo.example";
        (await app.Client().Ask(
            "POST /api/auth/password-reset-request",
            new { email },
            ("Host", "evil.example"),
            ("X-Forwarded-Host", "evil.example"))).Status.ShouldBe(202);
        (await shop.Outbox(email)).GetProperty("body").GetString()!.ShouldContain("http://localhost:8080/reset-password?token=");
    }

    [Fact]
    public async Task The_page_behind_the_link_works_without_script()
    {
        var shop = await app.NewShop();
        var email = shop.Username("barista") + "@demo.example";
        await app.Client().Ask("POST /api/auth/password-reset-request", new { email });
        var token = await TokenFor(shop, email);
        var browser = app.Client();
        var page = await (await browser.Send(HttpMethod.Get, "/reset-password?token=" + token)).Content.ReadAsStringAsync();
        page.ShouldContain($"value=\"{token}\"");
        (await (await browser.Send(
            HttpMethod.Get,
            "/reset-password?token=%22%3E%3Cscript%3E")).Content.ReadAsStringAsync()).ShouldNotContain("<script>");

        async Task<(int, string)> Submit(string password)
        {
            var form = new FormUrlEncodedContent([new("token", token), new("password", password)]);
            form.Headers.ContentType.ShouldBe(MediaTypeHeaderValue.Parse("application/x-www-form-urlencoded"));
            var answer = await browser.Send(HttpMethod.Post, "/reset-password", form);
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }

        (await Submit("short")).Item2.ShouldContain("at least 8 characters");
        (await Submit("one espresso, standing")).Item2.ShouldContain("Your new password is set");
        (await Submit("one espresso, standing")).Item1.ShouldBe(400);
        (await app.Client().Ask("POST /api/auth/login", new { email, password = "one espresso, standing" })).Status.ShouldBe(200);
    }
}
