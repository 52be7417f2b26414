using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Comanda.Tests.Stock;

namespace Comanda.Tests.Reports;

/// <summary>What the books get of a day: entries that balance, and a file that DATEV reads.</summary>
public sealed partial class AccountingTests(CafeApp app)
{
    /// <summary>
    /// The fields of the first line as developer.datev.de publishes them (format 700, header), and of a posting (posting batch, version
    /// 13) those that are filled. What is not listed is empty.
    /// </summary>
    private static readonly string[] Header =
    [
        "^\"(EXTF|DTVF)\"$", "^700$", "^21$", "^\"Buchungsstapel\"$", "^13$", @"^20\d{15}$", "^$", "^\"[A-Z]{2}\"$", "^\"[^\"]{0,25}\"$",
        "^\"\"$", @"^(\d{4,6}|\d{7})$", @"^\d{1,5}$", @"^20\d{6}$", "^[4-9]$", @"^20\d{6}$", @"^20\d{6}$", "^\"(.{0,30})\"$",
        "^\"[A-Z]{0,2}\"$", "^[12]$", "^(0|30|40|50|64)$", "^[01]$", "^\"[A-Z]{3}\"$", "^$", "^\"\"$", "^$", "^$", "^\"(.{0,4})\"$", "^$",
        "^$", "^\"\"$", "^\".{0,16}\"$",
    ];

    private static readonly Dictionary<int, string> Posting = new()
    {
        [1] = @"^(?!0{1,10}\,00)\d{1,10}\,\d{2}$",
        [2] = "^\"(S|H)\"$",
        [3] = "^\"[A-Z]{3}\"$",
        [7] = @"^(?!0{1,9}$)\d{1,9}$",
        [8] = @"^(?!0{1,9}$)\d{1,9}$",
        [10] = @"^(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])$",
        [11] = "^\"[\\w$%\\-/]{0,36}\"$",
        [14] = "^\".{0,60}\"$",
    };

    [Fact]
    public async Task Trap14_a_days_entries_balance_and_are_what_the_day_says()
    {
        var (shop, manager) = await BusyDay();
        var day = await manager.GetDailySales();
        var books = (await manager.Works("GET /api/reports/accounting")).Body;
        var entries = books.GetProperty("entries").EnumerateArray().ToList();
        books.Decimal("debit").ShouldBe(books.Decimal("credit"));
        entries.Sum(e => e.Decimal("debit") - e.Decimal("credit")).ShouldBe(0);
        decimal Of(string kind) => entries.Where(e => e.GetProperty("kind").GetString() == kind)
            .Sum(e => e.Decimal("debit") - e.Decimal("credit"));
        Of("receivable").ShouldBe(day.Unpaid);
        day.Unpaid.ShouldBeGreaterThan(0);
        foreach (var method in day.PaymentMethods.Keys)
            Of(method).ShouldBe(day.PaymentMethods[method] - day.RefundMethods.GetValueOrDefault(method), method);
        Of("tax").ShouldBe(-day.Taxes.Sum(t => t.DeclaredTax));
        Of("tips").ShouldBe(-day.Tips + day.Refunded.Tips);
        Of("gift_cards_sold").ShouldBe(-day.GiftCardsSold);
        (Of("revenue") + Of("tax")).ShouldBe(-(day.TotalSales - day.Refunds + day.Refunded.Tips));
        foreach (var tax in day.Taxes)
            entries.Single(e => e.GetProperty("kind").GetString() == "revenue" && e.Decimal("rate") == tax.Rate)
                .Decimal("credit").ShouldBe(tax.DeclaredNet);
        string? Account(string kind, decimal? rate = null) => entries.First(e => e.GetProperty("kind").GetString() == kind
            && (rate is null || e.Decimal("rate") == rate)).GetProperty("account").GetString();
        (Account("cash"), Account("revenue", 19), Account("revenue", 7), Account("tax", 7)).ShouldBe(("1000", "8400", "8300", "1771"));

        await (await shop.As("admin")).Works(
            "PUT /api/config/accounts", new { value = new Dictionary<string, string> { ["cash"] = "1600", ["revenue:7"] = "4300" } });
        using var csv = await manager.Send(HttpMethod.Get, "/api/reports/accounting?format=csv");
        var lines = (await csv.Content.ReadAsStringAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(entries.Count + 1);
        lines[0].ShouldBe("date,account,kind,rate,text,debit,credit,currency");
        lines.ShouldContain(l => l.Contains(",1600,cash,", StringComparison.Ordinal));
        lines.ShouldContain(l => l.Contains(",4300,revenue,7,", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_file_for_datev_is_as_its_published_list_of_fields_says()
    {
        var (shop, manager) = await BusyDay();
        var admin = await shop.As("admin");
        (await manager.Ask("GET /api/reports/accounting?format=datev")).Code.ShouldBe("datev_not_set");
        foreach (var wrong in new object[]
        {
            new { consultant = 1000, client = 1 }, new { consultant = 1001 }, new { consultant = 1001, client = 1, year_start = "02-30" },
            new { consultant = 1001, client = 1, more = 1 },
        })
            (await admin.Ask("PUT /api/config/datev", new { value = wrong })).Fields.ShouldBe(["value"], wrong.ToString());
        await admin.Works("PUT /api/config/datev", new { value = new { consultant = 29098, client = 55003, year_start = "07-01" } });
        await (await shop.As("owner")).Works($"PUT /api/shops/{shop.Id}", new { name = "Caf\u00e9; \"Sol\" & ein sehr langer Name dazu" });
        var day = (await manager.GetDailySales()).Date;
        using var answer = await manager.Send(HttpMethod.Get, $"/api/reports/accounting?format=datev&from={day:yyyy-MM-dd}");
        answer.Content.Headers.ContentDisposition!.FileName!.Trim('"').ShouldBe($"EXTF_Buchungsstapel_{day:yyyyMMdd}_{day:yyyyMMdd}.csv");
        var text = CodePagesEncodingProvider.Instance.GetEncoding(1252)!.GetString(await answer.Content.ReadAsByteArrayAsync());
        text.Replace("\r\n", "").ShouldNotContain("\n");
        var lines = text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(Fields).ToList();

        lines[0].Length.ShouldBe(31);
        foreach (var (n, (field, expression)) in lines[0].Zip(Header).Index())
            Regex.IsMatch(field, expression).ShouldBeTrue($"header field {n + 1}: {field}");
        (lines[0][10], lines[0][11]).ShouldBe(("29098", "55003"));
        lines[0][12].ShouldBe($"{(day.Month >= 7 ? day.Year : day.Year - 1)}0701");
        lines[1].Length.ShouldBe(125);
        (lines[1][0], lines[1][6], lines[1][113], lines[1][124]).ShouldBe(
            ("Umsatz (ohne Soll/Haben-Kz)", "Konto", "Festschreibung", "Abw. Skontokonto"));
        lines[1].Distinct().Count().ShouldBe(125);

        var clearing = 0m;
        lines.Count.ShouldBeGreaterThan(8);
        foreach (var posting in lines.Skip(2))
        {
            posting.Length.ShouldBe(125);
            foreach (var (n, field) in posting.Index())
                Regex.IsMatch(field, Posting.GetValueOrDefault(n + 1, "^$")).ShouldBeTrue($"field {n + 1}: {field}");
            posting[7].ShouldBe("1590");
            clearing += decimal.Parse(posting[0].Replace(',', '.')) * (posting[1] == "\"S\"" ? 1 : -1);
        }

        clearing.ShouldBe(0);
        // Revenue with its tax, which DATEV takes out of the account itself.
        var of7 = (await manager.GetDailySales()).Taxes.Single(t => t.Rate == 7);
        var posted = lines.Skip(2).Single(p => p[6] == "8300");
        (decimal.Parse(posted[0].Replace(',', '.')), posted[1]).ShouldBe((of7.DeclaredNet + of7.DeclaredTax, "\"H\""));
        lines.Skip(2).ShouldNotContain(p => p[6] == "1771");

        (await manager.Ask("GET /api/reports/accounting?format=datev&from=2026-06-30&to=2026-07-01")).Fields.ShouldBe(["to"]);
        (await (await shop.As("cashier")).Ask("GET /api/reports/accounting")).Status.ShouldBe(403);
        foreach (var wrong in new object[] { new { cash = "12" }, new { cash = 1000 }, new { till = "1000" }, new Dictionary<string, string>
            { ["cash:7"] = "1000" } })
            (await admin.Ask("PUT /api/config/accounts", new { value = wrong })).Fields.ShouldBe(["value"], wrong.ToString());
    }

    /// <summary>A day with all that an entry can come of.</summary>
    private async Task<(TestShop Shop, ComandaClient Manager)> BusyDay()
    {
        var shop = await app.NewShop(("tax_rate", "19"), ("cash_rounding", "0.05"));
        var manager = await shop.As("manager");
        var (espresso, mocha) = ((await shop.Item("Espresso")).Id, (await shop.Item("Mocha")).Id);
        await manager.Works($"PUT /api/menu/items/{mocha}", new { tax_rate = 7 });
        object[] both = [new { menu_item_id = espresso, quantity = 3 }, new { menu_item_id = mocha, quantity = 2 }];
        var paid = await manager.Works("POST /api/orders", new { items = both, tip = 1.2, payments = new[] { new { method = "card" } } });
        await manager.Works($"POST /api/orders/{paid.Id}/refund", new { amount = 2.3, reason = "cold" });
        await manager.Works("POST /api/orders", new
        {
            items = both,
            discount = new { type = "percentage", value = 7, reason = "rain" },
            payments = new[] { new { method = "cash" } },
        });
        await manager.Works("POST /api/orders", new { items = both });
        var card = await manager.Works("POST /api/gift-cards", new { amount = 20, method = "cash" });
        await manager.Works("POST /api/orders", new
        {
            items = new[] { new { menu_item_id = espresso, quantity = 1 } },
            payments = new[] { new { method = "gift_card", reference = card.Text("code") } },
        });
        var gone = await manager.Works("POST /api/orders", new { items = both, payments = new[] { new { method = "card" } } });
        await manager.Works($"POST /api/orders/{gone.Id}/cancel", new { reason = "left" });
        return (shop, manager);
    }

    private static string[] Fields(string line) => [.. Field().Matches(line).Select(m => m.Groups[1].Value)];

    /// <summary>A field: text in quotation marks, in which they are doubled, or anything without a semicolon.</summary>
    [GeneratedRegex("(?:^|;)((?:\"(?:[^\"]|\"\")*\")|[^;\"]*)")]
    private static partial Regex Field();
}
