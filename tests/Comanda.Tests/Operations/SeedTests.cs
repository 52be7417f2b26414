using Comanda.Data;

namespace Comanda.Tests.Operations;

/// <summary>comanda seed: an empty database is filled, once.</summary>
public sealed class SeedTests(CafeApp app)
{
    [Theory]
    [InlineData("test", "admin", "password123", 45, 20)]
    [InlineData("production", "keeper", "a good long one", 44, 32)]
    public async Task An_empty_database_is_filled_once(string what, string username, string password, int items, int stock)
    {
        var name = "seeded_" + what;
        await app.Database.Scalar($"create database {name}", default);
        var environment = new Dictionary<string, string?>
        {
            ["COMANDA_DATABASE"] = app.ConnectionString.Replace("Database=comanda", "Database=" + name, StringComparison.Ordinal),
            ["COMANDA_OWNER_PASSWORD"] = "a good long one",
        };
        string[] verb = what == "test" ? ["seed", what] : ["seed", what, "--name", "Harbour", "--owner", username];
        var seeded = await ServerProcess.RunToEnd(environment, verb);
        seeded.Exit.ShouldBe(0, seeded.Error);
        (await ServerProcess.RunToEnd(environment, verb)).Exit.ShouldBe(0);
        (await ServerProcess.RunToEnd(environment, "seed", "nonsense")).Exit.ShouldNotBe(0);

        await using var server = await ServerProcess.Serve(
            "unused", ServerProcess.FreePort(), environment["COMANDA_DATABASE"], "--no-demo");
        var client = app.Client(server.Address);
        await client.SignIn(username, password);
        (await client.Ask("GET /api/menu/items")).Items.Count().ShouldBeGreaterThanOrEqualTo(items);
        (await client.Ask("GET /api/inventory")).Items.Count().ShouldBeGreaterThanOrEqualTo(stock);
        (await client.Ask("GET /api/shops")).Items.Count().ShouldBe(1);
        var low = (await client.Ask("GET /api/inventory/low-stock")).Items.Count();
        low.ShouldBe(what == "test" ? 3 : 0);
    }
}
