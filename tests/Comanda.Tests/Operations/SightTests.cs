using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Comanda.Menu;
using Comanda.Operations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Comanda.Tests.Operations;

/// <summary>What somebody who looks after the server sees.</summary>
public sealed class SightTests(CafeApp app)
{
    private static async Task<string> Metrics(ComandaClient client) =>
        await (await client.Send(HttpMethod.Get, "/metrics")).Content.ReadAsStringAsync();

    /// <summary>The value of a series: its name, and labels that it has among others.</summary>
    private static double? Value(string page, string name, params string[] labels) => page.Split('\n')
        .Where(l => l.StartsWith(name + "{", StringComparison.Ordinal) || l.StartsWith(name + " ", StringComparison.Ordinal))
        .Where(l => labels.All(label => l.Contains(label, StringComparison.Ordinal)))
        .Select(l => (double?)double.Parse(
            l[(l.Contains('}', StringComparison.Ordinal) ? l.LastIndexOf('}') + 1 : l.IndexOf(' ', StringComparison.Ordinal))..]
                .Trim()
                .Split(' ')[0],
            System.Globalization.CultureInfo.InvariantCulture))
        .FirstOrDefault();

    [Fact]
    public async Task The_page_tells_of_requests_orders_payments_lag_pool_and_memory()
    {
        var shop = await app.NewShop();
        var at = await app.StartProcess();
        var cashier = await shop.As("cashier", at);
        var order = await cashier.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]));
        (await cashier.Ask("POST /api/payments", new { order_id = order.Id, method = "cash", amount = order.TotalAmount }))
            .Status.ShouldBe(201);
        var answer = await cashier.Send(HttpMethod.Get, "/metrics");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
        await Answers.Eventually(async () =>
        {
            var heard = await Metrics(cashier);
            return Value(heard, "comanda_orders_placed_total") >= 1 && Value(heard, "comanda_payments_recorded_total") >= 1;
        });

        var page = await Metrics(cashier);
        // What was asked before anybody looked is counted as well.
        string[] placed = ["http_request_method=\"POST\"", "http_route=\"/api/orders", "http_response_status_code=\"201\""];
        Value(page, "http_server_request_duration_seconds_count", placed).ShouldBe(1);
        Value(page, "http_server_request_duration_seconds_bucket", [.. placed, "le=\"+Inf\""]).ShouldBe(1);
        Value(page, "http_server_request_duration_seconds_sum", placed).ShouldNotBeNull().ShouldBeGreaterThan(0);
        Value(page, "comanda_database_up").ShouldBe(1);
        Value(page, "comanda_events_lag").ShouldNotBeNull();
        Value(page, "comanda_consumer_lag", "consumer=\"guest_notifications\"").ShouldNotBeNull();
        Value(page, "comanda_build_info", "version=").ShouldBe(1);
        Value(page, "db_client_connection_count", "state=\"used\"").ShouldNotBeNull();
        Value(page, "dotnet_gc_collections_total").ShouldNotBeNull();
        Value(page, "dotnet_process_memory_working_set_bytes").ShouldNotBeNull().ShouldBeGreaterThan(1_000_000);
        page.ShouldNotContain("Host="); // no connection string
    }

    [Fact]
    public async Task A_crash_is_counted_as_500_and_an_unknown_path_makes_no_series_of_its_own()
    {
        var at = await app.StartProcess(services => services.Replace(
            ServiceDescriptor.Scoped<ReadMenu>(_ => throw new InvalidOperationException("a crash, on purpose"))));
        var client = app.Client(at);
        (await client.Ask("GET /api/menu/items")).Status.ShouldBe(500);
        (await client.Ask("GET /nothing/here")).Status.ShouldBe(404);
        (await client.Send(new HttpMethod("BREW"), "/api/menu")).StatusCode.ShouldBe(System.Net.HttpStatusCode.MethodNotAllowed);
        var page = await Metrics(client);
        Value(page, "http_server_request_duration_seconds_count", "http_route=\"/api/menu/items\"", "status_code=\"500\"").ShouldBe(1);
        page.ShouldNotContain("nothing");
        page.ShouldNotContain("BREW");
        page.ShouldContain("_OTHER");
    }

    [Fact]
    public void What_was_counted_before_the_histogram_is_in_it()
    {
        var tally = new RequestTally();
        double[] seconds = [0.001, 0.005, 0.0051, 0.3, 0.4, 60, 120];
        foreach (var took in seconds)
            tally.Count("GET", "/a", 200, TimeSpan.FromSeconds(took));
        tally.Count("GET", "/a", 500, TimeSpan.FromSeconds(1));
        using var meter = new Meter("test " + Guid.NewGuid());
        var recorded = new List<(double Value, int Status)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter == meter)
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => recorded.Add((value, (int)tags[2].Value!)));
        listener.Start();
        var histogram = meter.CreateHistogram<double>("durations");
        tally.ContinueIn(histogram);
        tally.ContinueIn(histogram); // once, however often it is read
        tally.Count("GET", "/a", 200, TimeSpan.FromSeconds(2));

        static int Bucket(double value) => RequestTally.Bounds.Count(bound => value > bound);
        var good = recorded.Where(r => r.Status == 200).Select(r => r.Value).ToList();
        good.Sum().ShouldBe(seconds.Sum() + 2, tolerance: 0.000001);
        good.Select(Bucket).Order().ShouldBe(seconds.Append(2).Select(Bucket).Order());
        recorded.Count(r => r.Status == 500).ShouldBe(1);
    }

    [Fact]
    public async Task With_a_token_only_who_sends_it_reads_the_figures()
    {
        await using var process = await app.StartPassingProcess(options => options with { MetricsToken = "scraper's own" });
        var client = app.Client(process.Address);
        (await client.Ask("GET /metrics")).Code.ShouldBe("unauthenticated");
        (await client.Ask("GET /metrics", null, ("Authorization", "Bearer guess"))).Status.ShouldBe(401);
        (await client.Ask("GET /metrics", null, ("Authorization", "Bearer scraper's own"))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Every_figure_of_the_dashboard_and_of_the_alerts_is_one_that_there_is()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier", await app.StartProcess());
        var order = await cashier.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]));
        await cashier.Ask("POST /api/payments", new { order_id = order.Id, method = "cash", amount = order.TotalAmount });
        GC.Collect();
        var deploy = Path.Combine(Repository.Root, "deploy");
        using var dashboard = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(deploy, "grafana", "comanda.json")));
        var expressions = dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(p => p.GetProperty("targets").EnumerateArray())
            .Select(t => t.GetProperty("expr").GetString()!)
            .ToList();
        expressions.Count.ShouldBeGreaterThan(15);
        var alerts = await File.ReadAllTextAsync(Path.Combine(deploy, "prometheus", "alerts.yml"));
        var named = Regex.Matches(string.Join('\n', expressions) + alerts, @"\b(?:comanda|http|dotnet|db|kestrel)_[a-z_]+")
            .Select(m => m.Value)
            .Where(n => n is not ("http_route" or "http_request_method" or "http_response_status_code" or "db_client_connection_state"))
            .ToHashSet();
        named.Count.ShouldBeGreaterThan(12);
        var missing = new List<string>();
        await Answers.Eventually(async () =>
        {
            var page = await Metrics(cashier);
            missing = [.. named.Where(n => !Regex.IsMatch(page, $"^{n}[{{ ]", RegexOptions.Multiline))];
            return missing.Count == 0;
        });
        missing.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_access_log_has_a_line_for_each_request_and_no_secret()
    {
        var log = new KeptLog(WatchRequests.AccessLog);
        var at = await app.StartProcess(log.KeepFrom, options => options with { AccessLog = true });
        var client = app.Client(at);
        await client.Ask("GET /api/menu?limit=1");
        await client.Ask("GET /reset-password?token=hush-hush");
        await client.Ask("GET /api/gift-cards/HUSH-HUSH");
        // As a printer calls, and as one whose firmware asks for settings beside its address.
        await client.Ask("POST /print/hush-hush-hush-hush-hush/star", new { statusCode = "200 OK" });
        await client.Ask("GET /print/hush-hush-hush-hush-hush/cloudprnt-setting.json?uid=x&mac=y&replaced_path=star");
        await client.Ask("POST /api/auth/login", new { username = "nobody", password = "hush-hush" });
        await Answers.Eventually(() => Task.FromResult(log.Lines.Count >= 6));
        log.Lines.Count(l => Regex.IsMatch(l, @"GET /api/menu 200 \d+\.\d ms from 127\.0\.0\.1")).ShouldBe(1);
        log.Lines.Count(l => l.Contains("POST /api/auth/login 401", StringComparison.Ordinal)).ShouldBe(1);
        log.Lines.ShouldAllBe(l => !l.Contains("hush", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("select 1", "select")]
    [InlineData("select id from shops where id = $1", "select shops")]
    [InlineData("select s.id, (select max(x) from events) from sessions s", "select")]
    [InlineData("insert into attempts as a (key) values ($1)", "insert attempts")]
    [InlineData("update users set name = $1 where id in (select id from shop_members)", "update users")]
    [InlineData("update sessions s set ended_at = $1 from users u", "update sessions")]
    [InlineData("delete from favorites where user_id = $1", "delete favorites")]
    [InlineData("\n  with x as (insert into orders (id) values ($1)) select 1", "insert orders")]
    [InlineData("vacuum", "sql")]
    public void A_statement_is_called_by_what_it_does(string sql, string name) => Comanda.Data.SqlName.Of(sql).ShouldBe(name);
}
