using System.Globalization;
using System.Text.Json;
using Comanda.Data;
using Comanda.Imports;
using Comanda.Operations;
using Comanda.Reports;

namespace Comanda.Tests.Reports;

/// <summary>A bakery's real half year, which names no prices: held to what is known of it in every figure that there is.</summary>
public sealed class BreadBasketTests(CafeApp app)
{
    [Fact]
    public async Task A_bakerys_half_year_agrees_with_its_truth_in_every_figure()
    {
        Assert.SkipWhen(CafeApp.Shared is null, "the real sales are not beside this repository");
        var data = Path.Combine(CafeApp.Shared!, "bread-basket");
        using var truth = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(data, "truth.json")));
        var t = truth.RootElement;
        var (result, shop) = await Import(Path.Combine(data, "BreadBasket_DMS.csv"));
        (result.Orders, result.Lines, result.SetAside.Count).ShouldBe((Number(t, "transactions"), Number(t, "lines"), 0));

        var (from, to) = (DateOnly.Parse(t.GetProperty("first_day").GetString()!), DateOnly.Parse(t.GetProperty("last_day").GetString()!));
        var byDay = await shop.GetSales(from.AddDays(-10), to.AddDays(10), "day");
        (byDay.Total.Orders, byDay.Total.Lines, byDay.Total.Units, byDay.Total.Sales).ShouldBe(
            (Number(t, "transactions"), Number(t, "lines"), Number(t, "units"), Number(t, "units")));
        byDay.Rows.Where(r => r.Orders > 0).Select(r => (r.Key, r.Orders, r.Lines, r.Units)).ShouldBe(
            t.GetProperty("all_days").EnumerateArray()
                .Select(d => (d[0].GetString()!, d[1].GetInt64(), d[2].GetInt64(), d[3].GetInt64())));
        byDay.Rows.Count(r => r.Orders > 0).ShouldBe((int)Number(t, "trading_days"));
        (await shop.GetSales(from, to, "month")).Rows.Select(r => (r.Key, r.Orders, r.Lines, r.Units)).ShouldBe(
            t.GetProperty("per_month").EnumerateArray().Select(
                m => (m.GetProperty("key").GetString()!, Number(m, "transactions"), Number(m, "lines"), Number(m, "units"))));
        var byHour = (await shop.GetSales(from, to, "hour")).Rows;
        byHour.Select(r => (int.Parse(r.Key, CultureInfo.InvariantCulture), r.Orders)).ShouldBe(
            t.GetProperty("transactions_per_hour").EnumerateObject()
                .Select(h => (int.Parse(h.Name, CultureInfo.InvariantCulture), h.Value.GetInt64())).OrderBy(h => h.Item1));
        Busiest(byHour, r => r.Orders).ShouldBe(Pair(t, "busiest_hour_by_transactions"));
        Busiest(byHour, r => r.Lines).ShouldBe(Pair(t, "busiest_hour_by_lines"));

        var products = (await shop.GetTopProducts(from, to, "quantity", 200)).Items;
        products.Count.ShouldBe((int)Number(t, "distinct_products"));
        products.Take(10).Select(p => (p.Name, p.Quantity)).ShouldBe(
            t.GetProperty("top10_by_quantity").EnumerateArray().Select(p => (p[0].GetString()!, p[1].GetDecimal())));
        var none = products.Single(p => p.Name == "NONE");
        none.Quantity.ShouldBe(Number(t.GetProperty("quality"), "item_NONE_lines"));
        var (value, shares) = await WhyFigures.Read(
            shop, $"quantity&product={none.MenuItemId}&from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}", 200);
        value.ShouldBe(none.Quantity);
        shares.Sum(s => s.GetProperty("share").GetDecimal()).ShouldBe(none.Quantity);
        // Who bought something else too is all but those who bought nothing else.
        var onlyNone = shares.Select(s => s.GetProperty("order_id").GetInt64()).ToArray();
        (await app.Database.Scalar(
            "select count(*) from (select order_id from order_items where order_id = any($1) group by 1 having bool_and(name = 'NONE')) x",
            default,
            onlyNone)).ShouldBe(Number(t.GetProperty("quality"), "transactions_only_NONE"));
    }

    private static (int Hour, long Count) Busiest(IEnumerable<SalesRow> rows, Func<SalesRow, long> by)
    {
        var best = rows.MaxBy(by)!;
        return (int.Parse(best.Key, CultureInfo.InvariantCulture), by(best));
    }

    private static (int Hour, long Count) Pair(JsonElement truth, string name) =>
        (truth.GetProperty(name)[0].GetInt32(), truth.GetProperty(name)[1].GetInt64());

    private static long Number(JsonElement of, string name) => of.GetProperty(name).GetInt64();

    /// <summary>Every article costs 1, so that money is as certain as pieces.</summary>
    private async Task<(SalesImported Result, ComandaClient Shop)> Import(string sales)
    {
        var folder = Directory.CreateTempSubdirectory("comanda-bread-").FullName;
        try
        {
            var name = "Bakery " + Guid.NewGuid().ToString("N")[..8];
            var rows = await File.ReadAllLinesAsync(sales);
            File.Copy(sales, Path.Combine(folder, "sales.csv"));
            await File.WriteAllLinesAsync(
                Path.Combine(folder, "articles.csv"),
                rows.Skip(1).Select(r => r.Split(',')[3]).Distinct(StringComparer.Ordinal).Select(i => $"{i},1.00").Prepend("Item,price"));
            var map = new FileInfo(Path.Combine(folder, "map.json"));
            await File.WriteAllTextAsync(map.FullName, $$$"""
                {"source":"{{{name}}}","currency":"GBP","time_zone":"Europe/London","shop":"{{{name}}}",
                 "columns":{"transaction":["Transaction"],"date":"Date","time":"Time","product":"Item"},
                 "date_format":"yyyy-MM-dd","time_format":"HH:mm:ss",
                 "products":{"file":"articles.csv","columns":{"id":"Item","name":["Item"],"price":"price"} } }
                """);
            var (_, result) = await ImportSalesVerb.Import(
                app.Database, new(Path.Combine(folder, "sales.csv")), map, false, new ProgressBar(quiet: true), default);
            var client = app.Client();
            await client.SignIn("admin", "password123");
            var id = (long)(await app.Database.Scalar("select id from shops where name = $1", default, name))!;
            client.Http.DefaultRequestHeaders.Add("X-Shop-Id", id.ToString());
            return (result, client);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
