using System.Globalization;
using System.Text.Json;
using Comanda.Data;
using Comanda.Imports;
using SalesImported = Comanda.Imports.SalesImported;

namespace Comanda.Tests.Imports;

/// <summary>Real point-of-sale exports, and the exact totals that are known of them.</summary>
public sealed class SalesImportTests(CafeApp app)
{
    [Fact]
    public async Task Three_outlets_april_imports_and_agrees_with_its_truth_to_the_cent()
    {
        var folder = Folder("ibm-coffee");
        var (map, suffix) = await MappingFor("ibm-coffee");
        var result = await Import(folder, "201904 sales reciepts.csv", map);
        (result.Orders, result.Lines, result.SetAside.Count).ShouldBe((39271, 49894, 0));
        using var truth = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "truth.json")));
        var t = truth.RootElement;
        var shops = new Dictionary<string, long>();
        foreach (var (outlet, name) in new[] { ("3", "Astoria"), ("5", "Lower Manhattan"), ("8", "Hell's Kitchen") })
            shops[outlet] = (long)(await app.Database.Scalar("select id from shops where name = $1", default, name + suffix))!;
        var admin = app.Client();
        await admin.SignIn("admin", "password123");
        var (from, to) = (new DateOnly(2019, 4, 1), new DateOnly(2019, 4, 30));

        var days = new Dictionary<string, (long Orders, long Lines, long Units, decimal Gross)>();
        var hours = new Dictionary<string, (long Orders, decimal Gross)>();
        var products = new Dictionary<string, (long Units, decimal Gross)>();
        foreach (var store in t.GetProperty("per_store").EnumerateArray())
        {
            var of = InShop(admin, shops[store.GetProperty("key").GetString()!]);
            var byDay = await of.GetSales(from, to, "day");
            byDay.Total.Orders.ShouldBe(store.GetProperty("transactions").GetInt64());
            byDay.Total.Lines.ShouldBe(store.GetProperty("lines").GetInt64());
            byDay.Total.Units.ShouldBe(store.GetProperty("units").GetInt64());
            byDay.Total.Sales.ShouldBe(Dec(store.GetProperty("gross")));
            foreach (var row in byDay.Rows)
            {
                var sum = days.GetValueOrDefault(row.Key);
                days[row.Key] = (sum.Orders + row.Orders, sum.Lines + row.Lines, sum.Units + row.Units, sum.Gross + row.Sales);
                var daily = await of.GetDailySales(DateOnly.Parse(row.Key));
                (
                    daily.TotalSales,
                    daily.OrderCount,
                    daily.PaymentMethods["other"],
                    daily.Unpaid).ShouldBe((row.Sales, row.Orders, row.Sales, 0m));
            }

            foreach (var row in (await of.GetSales(from, to, "hour")).Rows)
                hours[row.Key] = (hours.GetValueOrDefault(row.Key).Orders + row.Orders, hours.GetValueOrDefault(row.Key).Gross + row.Sales);
            foreach (var row in (await of.GetTopProducts(from, to, "quantity", 200)).Items)
                products[$"{row.Sku} {row.Name}"] = (
                    products.GetValueOrDefault($"{row.Sku} {row.Name}").Units + (long)row.Quantity,
                    products.GetValueOrDefault($"{row.Sku} {row.Name}").Gross + row.Revenue);
        }

        foreach (var row in t.GetProperty("all_days").EnumerateArray())
            days[row[0].GetString()!].ShouldBe((row[1].GetInt64(), row[2].GetInt64(), row[3].GetInt64(), Dec(row[4])), row[0].GetString());
        days.Count.ShouldBe(t.GetProperty("trading_days").GetInt32());
        foreach (var hour in t.GetProperty("transactions_per_hour").EnumerateObject())
            hours[hour.Name.PadLeft(2, '0')].Orders.ShouldBe(hour.Value.GetInt64(), "hour " + hour.Name);
        hours["10"].Gross.ShouldBe(Dec(t.GetProperty("busiest_hour_by_revenue")[1]));
        foreach (var product in t.GetProperty("top10_by_quantity").EnumerateArray())
            products[product[0].GetString()!].Units.ShouldBe(product[1].GetInt64(), product[0].GetString());
        foreach (var product in t.GetProperty("top10_by_revenue").EnumerateArray())
            products[product[0].GetString()!].Gross.ShouldBe(Dec(product[1]), product[0].GetString());
        products.Count.ShouldBe(t.GetProperty("distinct_products").GetInt32());
        products.Values.Sum(p => p.Gross).ShouldBe(Dec(t.GetProperty("gross_total")));

        // Twice is once.
        var again = await Import(folder, "201904 sales reciepts.csv", map);
        (again.Orders, again.AlreadyThere).ShouldBe((0, 39271));
        (await InShop(admin, shops["3"]).VerifyJournal()).ShouldBe(new JournalState(true, 1, null));
    }

    [Fact]
    public async Task A_small_shops_week_sets_its_bad_rows_aside_with_line_and_reason()
    {
        var folder = Folder("bens-coffeeshop");
        var (map, suffix) = await MappingFor("bens-coffeeshop");
        var result = await Import(folder, "orders.csv", map);
        using var truth = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "truth.json")));
        var unmatched = truth.RootElement.GetProperty("quality").GetProperty("unmatched_orders").EnumerateArray().ToList();
        result.SetAside.Count.ShouldBe(truth.RootElement.GetProperty("quality").GetProperty("orders_with_unknown_item").GetInt32());
        foreach (var row in unmatched)
        {
            var line = int.Parse(row.GetProperty("row_id").GetString()!) + 1; // below the header
            result.SetAside.ShouldContain(s => s.Line == line && s.Reason.Contains(row.GetProperty("item_id").GetString()!) && !s.Kept);
        }

        result.Total.Minor.ShouldBe((long)(Dec(truth.RootElement.GetProperty("gross_total")) * 100));
        var shop = await ShopNamed("Ben's Coffee Shop" + suffix);
        foreach (var day in truth.RootElement.GetProperty("all_days").EnumerateArray())
            (await shop.GetDailySales(DateOnly.Parse(day[0].GetString()!))).TotalSales.ShouldBe(Dec(day[4]));
    }

    [Fact]
    public async Task The_same_week_with_unknown_items_kept_agrees_with_its_truth_in_every_count()
    {
        var folder = Folder("bens-coffeeshop");
        var (map, suffix) = await MappingFor("bens-coffeeshop", json => json.Replace("set_aside", "keep"));
        var result = await Import(folder, "orders.csv", map);
        using var truth = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "truth.json")));
        var t = truth.RootElement;
        (result.Orders, result.Lines).ShouldBe((t.GetProperty("transactions").GetInt64(), t.GetProperty("lines").GetInt64()));
        result.SetAside.ShouldAllBe(s => s.Kept);
        var shop = await ShopNamed("Ben's Coffee Shop" + suffix);
        var (from, to) = (new DateOnly(2024, 2, 1), new DateOnly(2024, 2, 29));
        var byDay = (await shop.GetSales(from, to, "day")).Rows.ToDictionary(r => r.Key);
        foreach (var day in t.GetProperty("all_days").EnumerateArray())
        {
            var row = byDay[day[0].GetString()!];
            (row.Orders, row.Lines, row.Units, row.Sales).ShouldBe((day[1].GetInt64(), day[2].GetInt64(), day[3].GetInt64(), Dec(day[4])));
        }

        var byHour = (await shop.GetSales(from, to, "hour")).Rows.ToDictionary(r => r.Key);
        foreach (var hour in t.GetProperty("transactions_per_hour").EnumerateObject())
            byHour[hour.Name.PadLeft(2, '0')].Orders.ShouldBe(hour.Value.GetInt64(), "hour " + hour.Name);
        byHour["12"].Sales.ShouldBe(Dec(t.GetProperty("busiest_hour_by_revenue")[1]));
        (await shop.GetTopProducts(from, to, "quantity", 200)).Items.Count.ShouldBe(t.GetProperty("distinct_products").GetInt32());
    }

    [Fact]
    public async Task An_import_that_breaks_off_leaves_nothing_and_feeds_flow_while_it_runs()
    {
        var folder = Path.Combine(Path.GetTempPath(), "comanda-import-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(folder);
        try
        {
            var (map, suffix) = await MadeUp(folder, lines: 20_000);
            var shop = await app.NewShop();
            var cashier = await shop.As("cashier");
            using var socket = await cashier.OpenSocket();
            var espresso = (await shop.Item("Espresso")).Id;
            using var stop = new CancellationTokenSource();
            // The import stands still in the middle of its COPY until the feed has flowed, and is broken off there.
            using var writing = new SemaphoreSlim(0);
            using var flowed = new SemaphoreSlim(0);
            var bar = new ProgressBar(quiet: true, onProgress: (what, _, _) =>
            {
                if (what != "writing" || stop.IsCancellationRequested)
                    return;
                writing.Release();
                flowed.Wait(TimeSpan.FromSeconds(30));
            });
            var importing = Task.Run(() => ImportSalesVerb.Import(
                app.Database,
                new(Path.Combine(folder, "sales.csv")),
                map,
                false,
                bar,
                stop.Token));
            (await writing.WaitAsync(TimeSpan.FromSeconds(30))).ShouldBeTrue();

            var heard = 0;
            for (; heard < 5; heard++)
            {
                await cashier.PlaceOrder(new("takeaway", [new(espresso)]));
                (await socket.Read(new CancellationTokenSource(TimeSpan.FromSeconds(10)).Token))!.Event.ShouldBe("order_created");
            }

            (await app.Database.Scalar(
                "select count(*) from pg_stat_activity where query ilike 'copy%' and state = 'active'",
                default)).ShouldBe(1L);
            await stop.CancelAsync();
            flowed.Release();
            await Should.ThrowAsync<OperationCanceledException>(() => importing);
            (await app.Database.Scalar("select count(*) from shops where name = $1", default, "Made up" + suffix)).ShouldBe(0L);
            (await app.Database.Scalar(
                "select count(*) from imported_orders where external_ref like $1",
                default,
                $"made-up{suffix}:%")).ShouldBe(0L);

            var (_, whole) = await ImportSalesVerb.Import(
                app.Database,
                new(Path.Combine(folder, "sales.csv")),
                map,
                false,
                new ProgressBar(quiet: true),
                default);
            whole.Orders.ShouldBe(20_000);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("7,2026-02-30 10:00:00,Tea,1,2.00", "at: '2026-02-30 10:00:00' is not a time in the given format")]
    [InlineData("7,2026-02-03 10:00:00,Tea,0,2.00", "qty: '0' is not a whole number from 1 to 100000")]
    [InlineData("7,2026-02-03 10:00:00,Tea,1,two", "paid: 'two' is not an amount in EUR")]
    [InlineData(",2026-02-03 10:00:00,Tea,1,2.00", "no: the transaction has no number")]
    [InlineData("7,2026-02-03 10:00:00,,1,2.00", "item: '' is in no product file")]
    public async Task A_bad_row_says_what_is_wrong_with_it(string row, string reason)
    {
        var folder = Path.Combine(Path.GetTempPath(), "comanda-import-" + Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(folder);
        var (map, _) = await MadeUp(folder, lines: 3, row);
        var (_, result) = await ImportSalesVerb.Import(
            app.Database,
            new(Path.Combine(folder, "sales.csv")),
            map,
            true,
            new ProgressBar(quiet: true),
            default);
        result.SetAside.Single().ShouldBe(new SetAside(5, reason, row));
        result.Orders.ShouldBe(3);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<(FileInfo Map, string Suffix)> MadeUp(string folder, int lines, params string[] more)
    {
        var suffix = "-" + Guid.NewGuid().ToString("N")[..8];
        var rows = Enumerable.Range(1, lines).Select(i => $"{i + 100},2026-02-{1 + (i % 28):00} {8 + (i % 10):00}:00:00,Tea,1,2.00");
        await File.WriteAllTextAsync(
            Path.Combine(folder, "sales.csv"),
            string.Join("\r\n", rows.Concat(more).Prepend("no,at,item,qty,paid")) + "\r\n");
        var map = new FileInfo(Path.Combine(folder, "map.json"));
        await File.WriteAllTextAsync(map.FullName, $$$"""
            {"source":"made-up{{{suffix}}}","currency":"EUR","time_zone":"Europe/Lisbon","shop":"Made up{{{suffix}}}",
             "columns":{"transaction":["no"],"at":"at","product":"item","quantity":"qty","amount":"paid"}}
            """);
        return (map, suffix);
    }

    private static string Folder(string name)
    {
        Assert.SkipWhen(CafeApp.Shared is null, "the real sales are not beside this repository");
        return Path.Combine(CafeApp.Shared!, name);
    }

    /// <summary>The mapping with shops and source of this test's own, so that tests do not meet in one shop.</summary>
    private static async Task<(FileInfo File, string Suffix)> MappingFor(string name, Func<string, string>? change = null)
    {
        var suffix = " " + Guid.NewGuid().ToString("N")[..8];
        var json = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Imports", name + ".mapping.json"));
        foreach (var shop in new[] { "Astoria", "Lower Manhattan", "Hell's Kitchen", "Ben's Coffee Shop" })
            json = json.Replace($"\"{shop}\"", $"\"{shop}{suffix}\"");
        var file = new FileInfo(Path.GetTempFileName());
        await File.WriteAllTextAsync(file.FullName, change?.Invoke(json) ?? json);
        return (file, suffix);
    }

    private async Task<SalesImported> Import(string folder, string sales, FileInfo map) =>
        (await ImportSalesVerb.Import(
            app.Database,
            new(Path.Combine(folder, sales)),
            map,
            false,
            new ProgressBar(quiet: true),
            default)).Result;

    private async Task<ComandaClient> ShopNamed(string name)
    {
        var admin = app.Client();
        await admin.SignIn("admin", "password123");
        return InShop(admin, (long)(await app.Database.Scalar("select id from shops where name = $1", default, name))!);
    }

    private ComandaClient InShop(ComandaClient signedIn, long shop)
    {
        var client = app.Client();
        client.AccessToken = signedIn.AccessToken;
        client.Http.DefaultRequestHeaders.Add("X-Shop-Id", shop.ToString());
        return client;
    }

    private static decimal Dec(JsonElement text) => decimal.Parse(text.GetString()!, CultureInfo.InvariantCulture);
}
