using Comanda.Data;
using Npgsql;

namespace Comanda.Tests.Journal;

public sealed class JournalTests(CafeApp app)
{
    [Fact]
    public async Task Every_sale_payment_and_cancellation_is_an_entry_and_the_chain_holds()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var espresso = (await shop.Item("Espresso")).Id;
        var order = await manager.PlaceOrder(new("takeaway", [new(espresso)], Payments: [new("cash", 1m)]));
        await manager.Pay(order.Id, new("card"));
        await manager.CancelOrder(order.Id, "spilled");
        (await manager.VerifyJournal()).ShouldBe(new JournalState(true, 3, null));

        using var response = await manager.Send(HttpMethod.Get, "/api/journal?limit=2");
        var text = await response.Content.ReadAsStringAsync();
        text.ShouldContain("\"kind\":\"sale\"");
        text.ShouldContain("\"order_number\":\"C-1\"");
        text.ShouldContain("next_cursor\":\"");
    }

    [Fact]
    public async Task What_the_journal_has_of_one_order_is_asked_for_by_its_id_and_only_in_its_shop()
    {
        var (shop, other) = (await app.NewShop(), await app.NewShop());
        var manager = await shop.As("manager");
        var espresso = (await shop.Item("Espresso")).Id;
        var order = await manager.PlaceOrder(new("takeaway", [new(espresso)]));
        await manager.PlaceOrder(new("takeaway", [new(espresso)]));
        await manager.CancelOrder(order.Id, "spilled");
        (await manager.GetJournal($"order_id={order.Id}")).Items.Select(e => e.Kind).ShouldBe(["sale", "cancellation"]);
        var first = await manager.GetJournal($"order_id={order.Id}&limit=1");
        (await manager.GetJournal($"order_id={order.Id}&limit=1&cursor={first.NextCursor}")).Items.ShouldHaveSingleItem()
            .Kind.ShouldBe("cancellation");
        (await (await other.As("manager")).GetJournal($"order_id={order.Id}")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_database_itself_refuses_to_change_the_journal()
    {
        var shop = await app.NewShop();
        await (await shop.As("admin")).PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]));
        foreach (var sql in new[]
        {
            "update journal set content = '{}' where shop_id = $1",
            "delete from journal where shop_id = $1",
            "truncate journal"
        })
        {
            await using var connection = await app.Database.OpenConnectionAsync();
            await using var command = connection.Command(sql);
            if (sql.Contains('$'))
                command.Parameters.AddWithValue(shop.Id);
            (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).MessageText.ShouldContain("append-only");
        }
    }

    [Theory]
    [InlineData("update journal set content = replace(content, '230', '130') where shop_id = $1 and number = 2", 2)]
    [InlineData("delete from journal where shop_id = $1 and number = 2", 2)]
    [InlineData("delete from journal where shop_id = $1 and number = 3", 3)]
    [InlineData("update journal set kind = 'payment' where shop_id = $1 and number = 1", 1)]
    public async Task Who_gets_past_the_database_is_found_by_the_chain(string tampering, long at)
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        for (var i = 0; i < 3; i++)
            await manager.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]));
        await using (var connection = await app.Database.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await connection.Execute("set local session_replication_role = replica", default); // what only a superuser can: no triggers
            await connection.Execute(tampering, default, shop.Id);
            await transaction.CommitAsync();
        }

        var state = await manager.VerifyJournal();
        state.Valid.ShouldBeFalse();
        state.FirstBroken!.Number.ShouldBe(at);
    }
}
