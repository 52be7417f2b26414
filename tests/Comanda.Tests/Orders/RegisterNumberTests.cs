namespace Comanda.Tests.Orders;

public sealed class RegisterNumberTests(CafeApp app)
{
    [Fact]
    public async Task Trap07_parallel_tills_retries_and_refusals_leave_no_hole_and_no_double()
    {
        var shop = await app.NewShop();
        var espresso = (await shop.Item("Espresso")).Id;
        var other = await app.StartProcess();
        var counters = new[] { await shop.As("cashier"), await shop.As("cashier", other), await shop.As("manager") };
        var till = await shop.As("cashier", other);
        till.Http.DefaultRequestHeaders.Add("X-Device-Token", shop.TillToken);

        await Task.WhenAll(Enumerable.Range(0, 120).Select(async i =>
        {
            var client = i % 4 == 3 ? till : counters[i % 3];
            var key = $"number-{i % 100}"; // the last twenty repeat the first twenty
            if (i % 10 == 5)
                await Should.ThrowAsync<ComandaException>(() => client.PlaceOrder(new("takeaway", [new(espresso, 0)]), key + "-bad"));
            await client.PlaceOrder(new("takeaway", [new(espresso)]), key);
        }));

        await using var command = app.Database.CreateCommand(
            "select r.code, count(*), min(o.number), max(o.number), count(distinct o.number), r.last_order_number from orders o join "
                + "registers r on r.id = o.register_id where o.shop_id = $1 group by r.code, r.last_order_number");
        command.Parameters.AddWithValue(shop.Id);
        await using var reader = await command.ExecuteReaderAsync();
        var total = 0L;
        while (await reader.ReadAsync())
        {
            var (count, min, max, distinct, last) = (
                reader.GetInt64(1),
                reader.GetInt64(2),
                reader.GetInt64(3),
                reader.GetInt64(4),
                reader.GetInt64(5));
            min.ShouldBe(1);
            max.ShouldBe(count);
            distinct.ShouldBe(count);
            last.ShouldBe(count);
            total += count;
        }

        total.ShouldBe(100);
        (await (await shop.As("manager")).VerifyJournal()).ShouldBe(new JournalState(true, 100, null));
    }
}
