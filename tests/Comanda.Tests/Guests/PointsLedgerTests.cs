using Comanda.Data;
using Npgsql;

namespace Comanda.Tests.Guests;

public sealed class PointsLedgerTests(CafeApp app)
{
    private static async Task<long> Balance(ComandaClient client, long customer) =>
        (await client.Ask($"GET /api/customers/{customer}")).Body.GetProperty("loyalty_points").GetInt64();

    [Fact]
    public async Task A_manager_adjusts_with_a_reason_and_never_below_nothing()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var customer = (await manager.Ask("POST /api/customers", new { name = "Ana" })).Id;
        Task<Answer> Adjust(object body) => manager.Ask($"POST /api/customers/{customer}/points", body);
        var given = await Adjust(new { points = 50, reason = " late delivery " });
        (given.Status, given.Body.GetProperty("loyalty_points").GetInt64(), given.Text("reason")).ShouldBe((201, 50, "late delivery"));
        (await Adjust(new { points = -51, reason = "x" })).Code.ShouldBe("insufficient_points");
        (await Adjust(new { points = -50, reason = "mistake" })).Status.ShouldBe(201);
        (await Adjust(new { points = 0 })).Fields.ShouldBe(["points", "reason"], ignoreOrder: true);
        (await Adjust(new { points = 1_000_001, reason = "x" })).Fields.ShouldBe(["points"]);
        (await Adjust(new { points = 1.5, reason = "x" })).Fields.ShouldBe(["points"]);
        (await (await shop.As("cashier")).Ask(
            $"POST /api/customers/{customer}/points",
            new { points = 1, reason = "x" })).Code.ShouldBe("forbidden");
        var entries = (await manager.Ask($"GET /api/customers/{customer}/points?limit=1")).Items.ToList();
        (
            entries.Single().GetProperty("kind").GetString(),
            entries.Single().GetProperty("points").GetInt64(),
            entries.Single().GetProperty("balance").GetInt64()).ShouldBe(("adjusted", -50, 0));
        var logged = await (await shop.As("admin")).Ask("GET /api/audit?action=points_adjusted");
        logged.Items.Select(e => e.GetProperty("after").GetProperty("points").GetInt64()).ShouldBe([-50, 50]);
    }

    [Fact]
    public async Task A_repeated_key_adjusts_once()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var customer = (await manager.Ask("POST /api/customers", new { name = "Ana" })).Id;
        var told = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => manager.Ask(
            $"POST /api/customers/{customer}/points",
            new { points = 7, reason = "x" },
            ("Idempotency-Key", "a"))));
        told.ShouldAllBe(t => t.Status == 201);
        (await Balance(manager, customer)).ShouldBe(7);
    }

    [Fact]
    public async Task The_balance_is_the_sum_of_the_ledger_whatever_happens_at_once()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var elsewhere = await shop.As("manager", await app.StartProcess());
        var customer = (await manager.Ask("POST /api/customers", new { name = "Ana" })).Id;
        var random = new Random(5);
        var asked = Enumerable.Range(0, 200).Select(_ => random.Next(-30, 31)).Select(n => n == 0 ? 1 : n).ToList();
        var told = await Task.WhenAll(asked.Select((points, i) => (i % 2 == 0 ? manager : elsewhere).Ask(
            $"POST /api/customers/{customer}/points",
            new { points, reason = "r" })));
        told.ShouldAllBe(t => t.Status == 201 || t.Code == "insufficient_points");
        var worked = told.Zip(asked).Where(t => t.First.Status == 201).Sum(t => t.Second);
        (await Balance(manager, customer)).ShouldBe(worked);
        (await app.Database.Scalar(
            "select sum(points)::bigint from point_entries where customer_id = $1",
            default,
            customer)).ShouldBe((long)worked);
        // Each entry's balance follows from the one before, and none is below nothing.
        (await app.Database.Scalar(
            "select bool_and(balance >= 0 and balance = running) from (select balance, sum(points) over (order by id) as running from "
                + "point_entries where customer_id = $1) e",
            default,
            customer)).ShouldBe(true);
    }

    [Fact]
    public async Task The_database_changes_no_entry_and_no_balance_below_nothing()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var customer = (await manager.Ask("POST /api/customers", new { name = "Ana" })).Id;
        await manager.Ask($"POST /api/customers/{customer}/points", new { points = 7, reason = "x" });
        foreach (var sql in new[]
        {
            $"update point_entries set points = 9 where customer_id = {customer}",
            $"delete from point_entries where customer_id = {customer}",
            "truncate point_entries cascade",
            $"update customers set loyalty_points = 9 where id = {customer}"
        })
        {
            await using var command = app.Database.CreateCommand(sql);
            await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
        }

        (await Balance(manager, customer)).ShouldBe(7);
    }
}
