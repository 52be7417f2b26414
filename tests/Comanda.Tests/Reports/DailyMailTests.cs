using System.Text;
using System.Text.Json;
using Comanda.Data;
using Comanda.Reports;
using Comanda.Tests.Stock;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MimeKit;

namespace Comanda.Tests.Reports;

/// <summary>
/// The day's report by mail. On a cluster of its own: servers whose clocks are in another year write the reports of every shop that they
/// see.
/// </summary>
public sealed class DailyMailTests
{
    private const string Boss = "boss@cafe.example", Books = "books@cafe.example";

    [Theory]
    // Midnight days, mails at six.
    [InlineData("UTC", "00:00", "06:00", "2026-06-02T05:59:59Z", "2026-05-31")]
    [InlineData("UTC", "00:00", "06:00", "2026-06-02T06:00:00Z", "2026-06-01")]
    // A mail before the day is over tells of the day before it.
    [InlineData("UTC", "04:00", "03:00", "2026-06-03T03:00:00Z", "2026-06-01")]
    [InlineData("UTC", "04:00", "04:00", "2026-06-03T04:00:00Z", "2026-06-02")]
    // 23 hours: half past two does not come; the mail goes as soon as the clock has passed it.
    [InlineData("Europe/Berlin", "00:00", "02:30", "2027-03-28T00:59:59Z", "2027-03-26")]
    [InlineData("Europe/Berlin", "00:00", "02:30", "2027-03-28T01:30:00Z", "2027-03-27")]
    // 25 hours: half past two comes twice; the first counts.
    [InlineData("Europe/Berlin", "00:00", "02:30", "2027-10-31T00:29:59Z", "2027-10-29")]
    [InlineData("Europe/Berlin", "00:00", "02:30", "2027-10-31T00:30:00Z", "2027-10-30")]
    [InlineData("Europe/Berlin", "00:00", "02:30", "2027-10-31T01:30:00Z", "2027-10-30")]
    [InlineData("Pacific/Pago_Pago", "00:00", "06:00", "2026-07-02T17:00:00Z", "2026-07-01")]
    [InlineData("Pacific/Kiritimati", "00:00", "06:00", "2026-07-01T16:00:00Z", "2026-07-01")]
    public void Trap19_the_report_that_is_due_is_of_the_last_day_that_is_over_at_the_shops_hour(
        string zone, string start, string at, string now, string day) =>
        SendDailyReports.LastDue(
                new BusinessDay(TimeZoneInfo.FindSystemTimeZoneById(zone), TimeOnly.Parse(start)),
                TimeOnly.Parse(at),
                DateTimeOffset.Parse(now))
            .ShouldBe(DateOnly.Parse(day));

    [Fact]
    public async Task The_days_report_goes_out_once_at_the_shops_hour_whichever_process_is_alive_and_what_was_missed_follows()
    {
        await using var app = new CafeApp();
        await app.InitializeAsync();
        // Its own process lives by today's clock: it would begin a shop's reports a year before.
        await app.FirstProcess.Services.GetServices<IHostedService>().OfType<SendDailyReports>().Single().StopAsync(default);
        await using var smtp = await NodePeer.Start("smtp.js");
        // The Sunday that has 25 hours, in a shop that closes at three in the morning.
        var clock = new SetClock(DateTimeOffset.Parse("2027-10-30T10:00:00Z"));
        var shop = await app.NewShop(
            ("time_zone", "Europe/Berlin"),
            ("day_starts_at", "03:00"),
            ("daily_report_to", $"{Boss}, {Books}"),
            ("daily_report_at", "06:30"));
        var options = new Comanda.Notifications.SmtpOptions("127.0.0.1", smtp.Port, null, null, "hello@cafe.example", "none");
        var processes = new List<Uri>();
        for (var n = 0; n < 3; n++)
            processes.Add(await app.StartProcess(s => s.Replace(clock), o => o with { Smtp = options }));
        await Row(app, shop, "2027-10-29"); // from now on: nothing is owed of the time before
        var manager = await shop.As("manager", processes[0]);
        var item = (await shop.Item("Espresso")).Id;
        async Task Sell(string at, int quantity)
        {
            clock.Now = DateTimeOffset.Parse(at);
            manager = await shop.As("manager", processes[0]);
            await manager.PlaceOrder(new("takeaway", [new(item, quantity)], Payments: [new("card")]));
        }

        await Sell("2027-10-30T18:00:00Z", 3);
        await Sell("2027-10-31T00:30:00Z", 1); // the first half past two: still Saturday
        await Sell("2027-10-31T01:30:00Z", 1); // and the second, too
        await Sell("2027-10-31T10:00:00Z", 2); // Sunday
        clock.Now = DateTimeOffset.Parse("2027-10-31T05:29:59Z"); // a second before half past six by winter's clock
        await Task.Delay(300);
        await Row(app, shop, "2027-10-29");

        clock.Now = DateTimeOffset.Parse("2027-10-31T05:30:00Z");
        await Row(app, shop, "2027-10-30");
        var saturday = await Mail(smtp, Boss, "30 October");
        (await Mail(smtp, Books, "30 October")).TextBody.ShouldBe(saturday.TextBody);
        saturday.Subject.ShouldContain("11.50 EUR");
        saturday.TextBody.ShouldContain("Orders: 3\n");
        saturday.TextBody.ShouldContain("Taken by card: 11.50 EUR\n");
        saturday.TextBody.ShouldContain("5 Espresso: 11.50 EUR\n");
        // By the clock on the wall two o'clock came twice; it is one bar.
        saturday.TextBody.ShouldContain($"20 {new string('#', 30)} 6.90 EUR\n");
        saturday.TextBody.ShouldContain($"02 {new string('#', 20)} 4.60 EUR\n");

        // Off for three days: each of them is owed, and comes once.
        clock.Now = DateTimeOffset.Parse("2027-11-03T12:00:00Z");
        await Row(app, shop, "2027-11-02");
        (await Mail(smtp, Boss, "31 October")).TextBody.ShouldContain("Sales: 4.60 EUR");
        (await Mail(smtp, Boss, "1 November")).TextBody.ShouldContain("nothing was sold");
        await Mail(smtp, Boss, "2 November");
        // Off for a month: the last week, and no more.
        clock.Now = DateTimeOffset.Parse("2027-12-05T12:00:00Z");
        await Row(app, shop, "2027-12-04");
        await Mail(smtp, Boss, "28 November");
        await Mail(smtp, Boss, "4 December");
        await Answers.Eventually(async () => await app.Database.Scalar(
            "select bool_and(sent_at is not null and html is null and body = '') from messages where shop_id = $1",
            default,
            shop.Id) is true);
        await Task.Delay(300);
        var subjects = smtp.Said.Where(m => m.GetProperty("to")[0].GetString() == Boss).Select(m => Read(m).Subject).ToList();
        subjects.Count.ShouldBe(1 + 3 + 7, string.Join("\n", subjects));
        subjects.Distinct().Count().ShouldBe(subjects.Count);

        // Nobody wants it any more, and then somebody does: from then on.
        var admin = await shop.As("admin", processes[1]);
        await admin.Works("PUT /api/config/daily_report_to", new { value = "" });
        await Answers.Eventually(async () => await app.Database.Scalar("select 1 from report_mails", default) is null, seconds: 30);
        clock.Now = DateTimeOffset.Parse("2027-12-25T12:00:00Z");
        admin = await shop.As("admin", processes[1]);
        await admin.Works("PUT /api/config/daily_report_to", new { value = Boss });
        await Row(app, shop, "2027-12-24");
        (await app.Database.Scalar("select count(*) from messages where created_at > '2027-12-06'", default)).ShouldBe(0L);
    }

    [Fact]
    public async Task A_days_mail_has_its_numbers_as_text_and_as_a_page_with_a_chart_of_plain_tables()
    {
        await using var app = new CafeApp();
        await app.InitializeAsync();
        await using var smtp = await NodePeer.Start("smtp.js");
        var shop = await app.NewShop(("tax_rate", "19"));
        (await (await shop.As("owner")).Ask($"PUT /api/shops/{shop.Id}", new { name = "Bread & <b>Butter</b>" })).Status.ShouldBe(200);
        var options = new Comanda.Notifications.SmtpOptions("127.0.0.1", smtp.Port, null, null, "hello@cafe.example", "none");
        var address = await app.StartProcess(choose: o => o with { Smtp = options });
        var manager = await shop.As("manager", address);
        var drawer = await manager.Works("POST /api/drawers/open", new { @float = 50 });
        var item = (await shop.Item("Mocha")).Id;
        await manager.PlaceOrder(new("takeaway", [new(item, 2)], Tip: 0.50m, Payments: [new("cash", Tendered: 20m)]));
        await manager.Works($"POST /api/drawers/{drawer.Id}/close", new { counted = 58.5 });

        var sent = await manager.Works("POST /reports/email-summary", new { to = $"{Boss}, {Books},{Boss.ToUpperInvariant()}" });
        (sent.Status, sent.Text("status")).ShouldBe((202, "queued"));
        sent.Body.GetProperty("to").EnumerateArray().Select(t => t.GetString()).ShouldBe([Boss, Books]);
        var mail = await Mail(smtp, Boss, "9.00 EUR");
        mail.Subject.ShouldStartWith("Bread & <b>Butter</b>: ");
        var tax = (await manager.GetDailySales()).Tax;
        foreach (var line in new[] { "Sales: 9.00 EUR", "Tips: 0.50 EUR", "Taken by cash: 9.50 EUR", $"Tax 19 %: {tax} EUR", "2 Mocha" })
            mail.TextBody.ShouldContain(line);
        mail.TextBody.ShouldContain("-1.00 EUR against what should be in it");
        mail.HtmlBody.ShouldContain("Bread &amp; &lt;b&gt;Butter&lt;/b&gt;");
        mail.HtmlBody.ShouldContain("<td width=\"240\" height=\"14\" bgcolor="); // the one hour's bar is the longest
        foreach (var shown in new[] { "<script", "<svg", "<img", "http" })
            mail.HtmlBody.ShouldNotContain(shown);
        mail.HtmlBody.ShouldContain("9.50 EUR");
    }

    [Fact]
    public async Task Who_gets_a_summary_is_told_or_set_and_anything_else_is_refused_by_name()
    {
        await using var app = new CafeApp();
        await app.InitializeAsync();
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        (await manager.Ask("POST /api/reports/email-summary")).Fields.ShouldBe(["to"]);
        var eleven = string.Join(',', Enumerable.Repeat(Boss, 11));
        foreach (var to in new[] { "", "boss", $"{Boss}, boss", eleven, "a@b.example\r\nBcc: c@d.example" })
            (await manager.Ask("POST /api/reports/email-summary", new { to })).Fields.ShouldBe(["to"], to);
        var tomorrow = (await manager.GetDailySales()).Date.AddDays(1);
        (await manager.Ask("POST /api/reports/email-summary", new { to = Boss, date = tomorrow })).Fields.ShouldBe(["date"]);
        (await manager.Ask("POST /api/reports/email-summary", new { to = Boss, date = "0001-01-01" })).Fields.ShouldBe(["date"]);
        (await app.Database.Scalar("select count(*) from messages", default)).ShouldBe(0L);
        await (await shop.As("admin")).Works("PUT /api/config/daily_report_to", new { value = Books });
        var sent = await manager.Works("POST /api/reports/email-summary", new { date = tomorrow.AddDays(-2) });
        (sent.Status, sent.Text("date")).ShouldBe((202, $"{tomorrow.AddDays(-2):yyyy-MM-dd}"));
        // Without a mail server it lies in the outbox, as text.
        (await shop.Outbox(Books)).GetProperty("body").GetString()!.ShouldContain("nothing was sold");
        (await (await shop.As("cashier")).Ask("POST /api/reports/email-summary", new { to = Boss })).Status.ShouldBe(403);
    }

    /// <summary>Waits until the shop's reports are written up to a day.</summary>
    private static Task Row(CafeApp app, TestShop shop, string day) => Answers.Eventually(
        async () => day.Equals(
            await app.Database.Scalar("select last_day::text from report_mails where shop_id = $1", default, shop.Id)),
        seconds: 40);

    /// <summary>A mail as its reader has it.</summary>
    private sealed record Letter(string Subject, string TextBody, string HtmlBody);

    private static async Task<Letter> Mail(NodePeer smtp, string to, string subject) => Read(
        await smtp.Hears(m => m.GetProperty("to")[0].GetString() == to && Read(m).Subject.Contains(subject, StringComparison.Ordinal)));

    private static Letter Read(JsonElement mail)
    {
        using var message = MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(mail.GetProperty("raw").GetString()!)));
        message.Body!.ContentType.MimeType.ShouldBe("multipart/alternative");
        return new(message.Subject ?? "", (message.TextBody ?? "").ReplaceLineEndings("\n"), message.HtmlBody ?? "");
    }
}
