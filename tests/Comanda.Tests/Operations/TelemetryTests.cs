using System.Text.Json;
using Comanda.Data;

namespace Comanda.Tests.Operations;

/// <summary>The program, with collectors that listen to it.</summary>
public sealed class TelemetryTests(CafeApp app)
{
    private async Task<string> NewDatabase()
    {
        var name = "watched_" + Guid.NewGuid().ToString("N")[..8];
        await app.Database.Scalar($"create database {name}", default);
        return app.ConnectionString.Replace("Database=comanda", "Database=" + name, StringComparison.Ordinal);
    }

    private ComandaClient Client(ServerProcess server) => app.Client(server.Address);

    [Fact]
    public async Task Traces_name_the_route_and_the_statements()
    {
        await using var collector = await Collector.Start();
        var environment = new Dictionary<string, string?>
        {
            ["COMANDA_DATABASE"] = await NewDatabase(),
            ["COMANDA_OTLP_ENDPOINT"] = $"http://127.0.0.1:{collector.Port}",
        };
        await using (var server = await ServerProcess.Serve("unused", ServerProcess.FreePort(), environment))
        {
            var client = Client(server);
            await client.SignIn("cashier", "password123");
            (await client.Ask("GET /api/orders/1?access_token=hush-hush")).Status.ShouldBe(404);
        } // it sends the rest when it stops

        var sent = collector.Taken("/v1/traces");
        sent.ShouldContain("GET /api/orders/{id");
        sent.ShouldContain("POST /api/auth/login");
        sent.ShouldContain("insert sessions");
        sent.ShouldNotContain("hush-hush");
        sent.ShouldNotContain("password123");
    }

    [Fact]
    public async Task A_bug_goes_to_the_dsn_without_anybodys_secrets()
    {
        await using var collector = await Collector.Start();
        var database = await NewDatabase();
        var environment = new Dictionary<string, string?>
        {
            ["COMANDA_DATABASE"] = database,
            ["SENTRY_DSN"] = $"http://public@127.0.0.1:{collector.Port}/7",
        };
        await using (var server = await ServerProcess.Serve("unused", ServerProcess.FreePort(), environment))
        {
            var client = Client(server);
            await client.SignIn("cashier", "password123");
            (await client.Ask("POST /api/auth/login", new { username = "cashier", password = "wrong hush" })).Status.ShouldBe(401);
            collector.Taken("/envelope/").ShouldBeEmpty(); // what callers do wrong is no bug
            await using var source = await Data.Database.Open(database, default);
            await using (var connection = await source.OpenConnectionAsync())
                await connection.Execute("alter table sessions rename column user_agent to gone", default);
            var failed = await client.Ask("GET /api/auth/sessions?token=hush-hush");
            failed.Status.ShouldBe(500);
            await Answers.Eventually(
                () => Task.FromResult(collector.Taken("/envelope/").Contains("/api/auth/sessions", StringComparison.Ordinal)),
                seconds: 60);
            collector.Taken("/envelope/").ShouldContain("user_agent");
            collector.Taken("/envelope/").ShouldNotContain("hush");
            collector.Taken("/envelope/").ShouldNotContain(client.AccessToken!);
        }
    }

    [Fact]
    public async Task Each_line_of_the_log_is_json_with_the_trace_that_the_answer_names_and_without_secrets()
    {
        var environment = new Dictionary<string, string?>
        {
            ["COMANDA_DATABASE"] = await NewDatabase(),
            ["COMANDA_ACCESS_LOG"] = "on",
            ["COMANDA_JWT_SECRET"] = "hush-hush-of-the-operator",
            ["COMANDA_SMTP_PASSWORD"] = "hush-hush-of-the-mailbox",
        };
        string trace, said;
        string[] secrets;
        await using (var server = await ServerProcess.Serve("unused", ServerProcess.FreePort(), environment))
        {
            var client = Client(server);
            var pair = await client.SignIn("cashier", "password123");
            trace = (await client.Ask("GET /api/orders/1")).Text("trace_id")!;
            await client.Ask("POST /api/auth/pin", new { pin = "3456" }, ("X-Device-Token", "demo-till"));
            await client.Ask($"GET /api/events?access_token={pair.AccessToken}&limit=1");
            await client.Refresh(pair.RefreshToken);
            secrets = [pair.AccessToken, pair.RefreshToken, "3456", "hush-hush"];
            await server.Interrupt();
            said = await server.Output;
        }

        var lines = said.Split('\n').Where(l => l.StartsWith('{')).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        lines.Count.ShouldBeGreaterThanOrEqualTo(5);
        lines.ShouldContain(l => l.GetRawText().Contains($"\"TraceId\":\"{trace}\"", StringComparison.Ordinal)
            && l.GetProperty("Message").GetString()!.StartsWith("GET /api/orders/1 404 ", StringComparison.Ordinal));
        foreach (var line in lines)
            secrets.ShouldAllBe(secret => !line.GetRawText().Contains(secret, StringComparison.Ordinal));
    }
}
