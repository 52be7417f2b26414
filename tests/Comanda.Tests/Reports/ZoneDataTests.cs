using System.Text.RegularExpressions;
using Comanda.Operations;
using Comanda.Tests.Operations;

namespace Comanda.Tests.Reports;

public sealed class ZoneDataTests(CafeApp app)
{
    [Fact]
    public async Task Trap32_browser_server_and_database_carry_different_zone_data_and_there_is_one_business_day()
    {
        // A server whose zone data has Lisbon where the database's has New York: as far as data can be apart.
        var zones = Directory.CreateTempSubdirectory("comanda-zones-");
        foreach (var folder in new[] { "Europe", "America" })
            zones.CreateSubdirectory(folder);
        File.Copy("/usr/share/zoneinfo/America/New_York", Path.Combine(zones.FullName, "Europe", "Lisbon"));
        File.Copy("/usr/share/zoneinfo/Etc/UTC", Path.Combine(zones.FullName, "UTC"));
        await File.WriteAllTextAsync(Path.Combine(zones.FullName, "tzdata.zi"), "# version 1999z\n");
        var shop = await app.NewShop(("time_zone", "Europe/Lisbon"), ("day_starts_at", "04:00"));
        var newYork = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
        try
        {
            var environment = new Dictionary<string, string?> { ["TZDIR"] = zones.FullName, ["COMANDA_DATABASE"] = app.ConnectionString };
            await using var server = await ServerProcess.Serve(Path.Combine(zones.FullName, "data"), ServerProcess.FreePort(), environment);
            var manager = await shop.As("manager", server.Address);
            manager.Http.DefaultRequestHeaders.Add("Date", "Mon, 01 Jan 2001 00:00:00 GMT"); // a browser's clock and zone are not asked
            manager.Http.DefaultRequestHeaders.Add("X-Time-Zone", "Pacific/Kiritimati");
            var order = await manager.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)], Payments: [new("cash")]));

            var local = TimeZoneInfo.ConvertTime(order.CreatedAt, newYork);
            order.BusinessDay.ShouldBe(DateOnly.FromDateTime(local.DateTime.AddHours(-4)));
            var daily = await manager.GetDailySales(order.BusinessDay);
            daily.TotalSales.ShouldBe(2.30m);
            daily.ByHour.ShouldHaveSingleItem().Hour.ShouldBe(local.Hour);
            var hours = await manager.GetSales(order.BusinessDay, order.BusinessDay, "hour");
            hours.Rows.ShouldHaveSingleItem().Key.ShouldBe(local.Hour.ToString("00"));
            (await manager.Ask("GET /ready")).Text("time_zones").ShouldBe("1999z");
        }
        finally
        {
            zones.Delete(recursive: true);
        }
    }

    [Fact]
    public void No_query_asks_the_database_for_local_time()
    {
        var asks = new Regex(
            @"\bat\s+time\s+zone\b|\btimezone\s*\(|\bset\s+(local\s+)?time\s*zone\b|localtimestamp|current_date",
            RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture);
        var files = Directory.GetFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/") && !f.Contains("/bin/")).ToList();
        files.Count.ShouldBeGreaterThan(200);
        files.Where(f => File.ReadLines(f).Any(l => !l.TrimStart().StartsWith("//", StringComparison.Ordinal)
            && asks.IsMatch(l))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Ready_says_which_zone_data_the_machine_has()
    {
        var said = (await app.Client().Ask("GET /ready")).Text("time_zones");
        said.ShouldBe(TimeZoneData.Version);
        said!.ShouldMatch("^(20[0-9]{2}[a-z].*|unknown)$");
    }
}
