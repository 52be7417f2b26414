using Comanda.Data;

namespace Comanda.Tests.Identity;

/// <summary>Thousands who sign in at once keep nobody who works from working.</summary>
public sealed class SignInTurnsTests(CafeApp app)
{
    [Fact]
    public async Task A_strangers_hundreds_of_sign_ins_that_wait_for_one_another_leave_connections_for_a_tills_order()
    {
        const string address = "127.0.77.7";
        var shop = await app.NewShop();
        var till = await shop.As("cashier");
        var item = await shop.Item("Espresso");
        var stranger = app.StrangerFrom(address, shop.Id);
        Task<Answer> Guess(int n) =>
            stranger.Ask("POST /api/auth/login", new { username = $"nobody-{n}-{shop.Id}", password = "password123" });
        (await Guess(0)).Status.ShouldBe(401);

        // Whoever fails from there is counted in one row; as long as somebody holds it, they wait, each with a connection.
        await using var connection = await app.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        (await connection.Scalar("select count from attempts where key = $1 for update", default, "address:" + address)).ShouldBe(1);
        var guesses = Enumerable.Range(1, 300).Select(Guess).ToList();
        var first = await Task.WhenAny(guesses);
        (await first).Status.ShouldBe(429); // more than can wait at one place
        while (
            await app.Database.Scalar(
                "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like 'insert into attempts%'",
                default
            )
                is 0L
        )
            await Task.Delay(20);

        var order = await till.Ask(
            "POST /api/orders",
            new { items = new[] { new { menu_item_id = item.Id } }, payments = new[] { new { method = "cash" } } }
        );
        order.Status.ShouldBe(201);
        (await till.Ask("POST /api/auth/refresh", new { refresh_token = "x" })).Status.ShouldBe(401); // another door

        await transaction.RollbackAsync();
        (await Task.WhenAll(guesses)).Select(g => g.Status).Distinct().Order().ShouldBe([401, 429]);
    }
}
