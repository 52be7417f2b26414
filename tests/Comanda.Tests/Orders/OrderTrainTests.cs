using Comanda.Orders;
using Comanda.Tests.Stock;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Orders;

/// <summary>Orders that come while others are being written go together; nobody notices but by the clock.</summary>
public sealed class OrderTrainTests(CafeApp app)
{
    private const int Crowd = 60;

    [Fact]
    public async Task A_crowd_at_several_registers_and_shops_is_written_without_a_hole_and_each_hears_of_its_own()
    {
        var (shop, neighbour) = (await app.NewShop(), await app.NewShop());
        var (counter, till, other) = (await shop.As("cashier"), await shop.As("cashier"), await neighbour.As("cashier"));
        till.Http.DefaultRequestHeaders.Add("X-Device-Token", shop.TillToken);
        var (latte, theirs) = (await shop.Item("Caffè latte"), await neighbour.Item("Caffè latte"));

        var placed = await Task.WhenAll(Enumerable.Range(0, Crowd).Select(async i =>
        {
            var client = (i % 3) switch { 0 => counter, 1 => till, _ => other };
            var lines = new LineRequest[] { new((i % 3 == 2 ? theirs : latte).Id, 1 + (i % 4), ["oat-milk"]), new(Item(i)) };
            return (At: i, Order: await client.PlaceOrder(
                new("takeaway", lines, Payments: [new("cash", Tendered: 100m)], CustomerName: $"guest {i}"), $"crowd-{i}"));
        }));

        foreach (var (i, order) in placed)
        {
            var of = i % 3 == 2 ? other : counter;
            var read = await of.GetOrder(order.Id);
            (read.OrderNumber, read.CustomerName, read.TotalAmount).ShouldBe((order.OrderNumber, $"guest {i}", order.TotalAmount));
            read.Items[0].Quantity.ShouldBe(1 + (i % 4));
            read.Payments.Single().Amount.ShouldBe(order.TotalAmount);
        }

        placed.Where(p => p.At % 3 == 0).Select(p => p.Order.OrderNumber).Order().ShouldBe(Numbers("C"));
        placed.Where(p => p.At % 3 == 2).Select(p => p.Order.OrderNumber).Order().ShouldBe(Numbers("C"));
        foreach (var (of, count) in new[] { (shop, Crowd / 3 * 2), (neighbour, Crowd / 3) })
        {
            var manager = await of.As("manager");
            (await manager.VerifyJournal()).ShouldBe(new JournalState(true, count, null));
            var created = (await manager.GetEvents(0)).Items.Where(e => e.Event == "order_created").ToList();
            created.Count.ShouldBe(count);
            created.Select(e => e.Data.GetProperty("order_number").GetString()).Distinct().Count().ShouldBe(count);
        }

        long Item(int i) => (i % 3 == 2 ? theirs : latte).Id;
        static IEnumerable<string> Numbers(string code) => Enumerable.Range(1, Crowd / 3).Select(n => $"{code}-{n}").Order();
    }

    [Fact]
    public async Task What_a_train_wrote_reads_as_what_goes_by_itself()
    {
        var shop = await app.NewShop(("loyalty_points_per_unit", "1"));
        var together = await shop.As("cashier");
        var alone = await shop.As(
            "cashier",
            await app.StartProcess(services => services.AddSingleton(new OrderTrains.Limits(Orders: 1, Tracks: 1))));
        var latte = (await shop.Item("Caffè latte")).Id;
        var cake = await Counted(shop, 100);
        var ann = (await (await shop.As("manager")).Works("POST /api/customers", new { name = "Ann" })).Id;
        var order = new OrderRequest(
            "dine-in",
            [new(latte, 2, ["oat-milk"]), new(cake)],
            CustomerId: ann,
            Payments: [new("card")],
            Tip: 1m,
            CustomerName: "Ann",
            Notes: "by the window",
            Table: "4");

        var crowd = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => together.PlaceOrder(order, $"together-{i}")));
        var single = await alone.PlaceOrder(order, "alone");

        var rows = new List<string>();
        await using var command = app.Database.CreateCommand(
            """
            select (to_jsonb(o) - '{id,number,order_number,created_at,fired_at,estimated_time,quoted,completed_at}'::text[])::text
                || (select string_agg((to_jsonb(l) - '{id,order_id,sold_at}'::text[])::text, ',' order by l.position)
                    from order_items l where l.order_id = o.id)
                || (select string_agg((to_jsonb(p) - '{id,order_id,paid_at}'::text[])::text, ',') from payments p where p.order_id = o.id)
                || (select string_agg(event, ',' order by seq) from events e
                    where e.shop_id = o.shop_id and (e.data::jsonb ->> 'id')::bigint = o.id)
                || (select count(*) from stock_movements m where m.order_id = o.id)
                || (select string_agg((to_jsonb(e) - '{id,order_id,balance,at}'::text[])::text, ',') from point_entries e
                    where e.order_id = o.id)
            from orders o where o.shop_id = $1
            """);
        command.Parameters.AddWithValue(shop.Id);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));

        rows.Count.ShouldBe(crowd.Length + 1);
        rows.Distinct().ShouldHaveSingleItem();
        single.OrderNumber.ShouldBe("C-21");
        // What is left and what Ann has went down and up by one order after the other, and devices heard of each.
        var manager = await shop.As("manager");
        (await manager.Works($"GET /api/menu/items/{cake}")).Decimal("stock_quantity").ShouldBe(79);
        (await manager.GetEvents(0)).Items
            .Where(e => e.Event == "stock_updated" && e.Data.TryGetProperty("quantity", out _))
            .Select(e => e.Data.GetProperty("quantity").GetInt32())
            .ShouldBe(Enumerable.Range(79, 21).Reverse());
        var points = (await manager.Works($"GET /api/customers/{ann}/points?limit=50")).Items.ToList();
        var each = points[0].Decimal("points");
        points.Select(e => e.Decimal("balance")).ShouldBe(Enumerable.Range(1, 21).Reverse().Select(n => n * each));
    }

    private static async Task<long> Counted(TestShop shop, int left)
    {
        var manager = await shop.As("manager");
        var item = await manager.Works("POST /api/menu/items", new { name = "Whole cake", category = "Cakes", price = 20 });
        await manager.Works($"PUT /api/menu/items/{item.Id}/stock", new { quantity = left });
        return item.Id;
    }

    [Fact]
    public async Task The_last_cake_and_the_last_point_go_to_one_of_a_crowd_and_the_others_are_refused_each_alone()
    {
        var shop = await app.NewShop(("loyalty_points_per_unit", "0"), ("loyalty_point_value", "1"));
        var (cashier, manager) = (await shop.As("cashier"), await shop.As("manager"));
        var (cake, espresso) = (await Counted(shop, 11), (await shop.Item("Espresso")).Id);
        var ann = (await manager.Works("POST /api/customers", new { name = "Ann" })).Id;
        await manager.Works($"POST /api/customers/{ann}/points", new { points = 7, reason = "to begin with" });

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => cashier.Ask(
            "POST /api/orders",
            (i % 3) switch
            {
                0 => new { type = "takeaway", items = new[] { new { menu_item_id = cake, quantity = 1 } } },
                1 => new
                {
                    type = "takeaway",
                    customer_id = ann,
                    redeem_points = 1,
                    items = new[] { new { menu_item_id = espresso, quantity = 1 } },
                },
                _ => (object)new { type = "takeaway", items = new[] { new { menu_item_id = espresso, quantity = 1 } } },
            },
            ("Idempotency-Key", $"crowd-{i}"))));

        string Outcomes(int which) => string.Join(
            ' ',
            answers.Where((_, i) => i % 3 == which).GroupBy(a => a.Code ?? $"{a.Status}").OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => $"{g.Key}:{g.Count()}"));
        (Outcomes(0), Outcomes(1), Outcomes(2)).ShouldBe(("201:11 out_of_stock:9", "201:7 insufficient_points:13", "201:20"));
        (await manager.Works($"GET /api/menu/items/{cake}")).Decimal("stock_quantity").ShouldBe(0);
        (await manager.Works($"GET /api/customers/{ann}")).Decimal("loyalty_points").ShouldBe(0);
        (await manager.VerifyJournal()).ShouldBe(new JournalState(true, 38, null));
    }

    [Fact]
    public async Task One_of_a_crowd_whose_key_another_process_is_using_gets_that_answer_and_holds_nobody_back()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var espresso = (await shop.Item("Espresso")).Id;
        var first = await cashier.PlaceOrder(new("takeaway", [new(espresso)]), "used");

        var placed = await Task.WhenAll(Enumerable.Range(0, 30).Select(i =>
            cashier.PlaceOrder(new("takeaway", [new(espresso)]), i % 3 == 0 ? "used" : i % 3 == 1 ? "twice" : $"own-{i}")));

        placed.Where((_, i) => i % 3 == 0).ShouldAllBe(o => o.Id == first.Id);
        placed.Where((_, i) => i % 3 == 1).Select(o => o.Id).Distinct().ShouldHaveSingleItem();
        placed.Where((_, i) => i % 3 == 2).Select(o => o.Id).Distinct().Count().ShouldBe(10);
        (await cashier.GetOrders("limit=100")).Items.Count.ShouldBe(12);
        (await (await shop.As("manager")).VerifyJournal()).ShouldBe(new JournalState(true, 12, null));
    }

    [Fact]
    public async Task Where_a_train_cannot_be_written_each_goes_by_itself_and_only_the_one_that_cannot_be_is_refused()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var espresso = (await shop.Item("Espresso")).Id;
        await using var rival = await app.Database.OpenConnectionAsync();
        await using var transaction = await rival.BeginTransactionAsync();
        await Data.Sql.Execute(
            rival,
            """
            insert into idempotency_keys (shop_id, scope, key, request_hash, status, location, body)
            values ($1, 'staff', 'rival', '\x00', 201, '', '{}')
            """,
            CancellationToken.None,
            shop.Id);

        var crowd = Enumerable.Range(0, 20).Select(async i =>
        {
            try
            {
                return (i, Code: "", Order: await cashier.PlaceOrder(new("takeaway", [new(espresso)]), i == 7 ? "rival" : $"crowd-{i}"));
            }
            catch (ComandaException refused)
            {
                return (i, refused.Code, Order: (OrderView?)null);
            }
        }).ToArray();
        await Answers.Eventually(async () => (long)(await Data.Sql.Scalar(
            app.Database,
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query ilike '%idempotency_keys%'",
            CancellationToken.None))! > 0);
        await transaction.CommitAsync();
        var answers = await Task.WhenAll(crowd);

        answers.Single(a => a.i == 7).Code.ShouldBe("idempotency_key_reused");
        answers.Where(a => a.i != 7).ShouldAllBe(a => a.Order != null);
        var manager = await shop.As("manager");
        (await manager.GetOrders("limit=100")).Items.Select(o => o.OrderNumber).Order()
            .ShouldBe(Enumerable.Range(1, 19).Select(n => $"C-{n}").Order());
        (await manager.VerifyJournal()).ShouldBe(new JournalState(true, 19, null));
    }

    [Fact]
    public async Task A_register_that_somebody_holds_keeps_no_other_register_waiting()
    {
        var (held, free) = (await app.NewShop(), await app.NewShop());
        var process = await app.StartProcess(services => services.AddSingleton(new OrderTrains.Limits(Orders: 32, Tracks: 1)));
        var (here, there) = (await held.As("cashier", process), await free.As("cashier", process));
        var (espresso, theirs) = ((await held.Item("Espresso")).Id, (await free.Item("Espresso")).Id);
        await here.PlaceOrder(new("takeaway", [new(espresso)]));
        await using var rival = await app.Database.OpenConnectionAsync();
        await using var transaction = await rival.BeginTransactionAsync();
        await Data.Sql.Execute(
            rival, "update registers set name = name where shop_id = $1", CancellationToken.None, held.Id);

        var waiting = Enumerable.Range(0, 10).Select(i => here.PlaceOrder(new("takeaway", [new(espresso)]), $"held-{i}")).ToArray();
        var others = await Task.WhenAll(
            Enumerable.Range(0, 30).Select(i => there.PlaceOrder(new("takeaway", [new(theirs)]), $"free-{i}")));

        others.Select(o => o.OrderNumber).Distinct().Count().ShouldBe(30);
        waiting.ShouldAllBe(w => !w.IsCompleted);
        await transaction.CommitAsync();
        (await Task.WhenAll(waiting)).Select(o => o.OrderNumber).Order()
            .ShouldBe(Enumerable.Range(2, 10).Select(n => $"C-{n}").Order());
        (await (await held.As("manager")).VerifyJournal()).ShouldBe(new JournalState(true, 11, null));
    }

    [Fact]
    public async Task Where_the_databases_session_dies_with_a_train_all_are_asked_to_come_again_and_do_so_once()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var espresso = (await shop.Item("Espresso")).Id;
        await Data.Sql.Scalar(
            app.Database,
            $"""
            create function dies_{shop.Id}() returns trigger language plpgsql as
                $$ begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$;
            create trigger dies_{shop.Id} before insert on orders for each row when (new.shop_id = {shop.Id})
                execute function dies_{shop.Id}()
            """,
            default);
        try
        {
            (await Crowd()).ShouldAllBe(a => a.Status == 503 && a.Code == "database_unavailable");
        }
        finally
        {
            await Data.Sql.Scalar(
                app.Database,
                $"drop trigger dies_{shop.Id} on orders; drop function dies_{shop.Id}()",
                default);
        }

        (await Crowd()).Select(a => a.Id).Distinct().Count().ShouldBe(20);
        (await (await shop.As("manager")).VerifyJournal()).ShouldBe(new JournalState(true, 20, null));

        Task<Answer[]> Crowd() => Task.WhenAll(Enumerable.Range(0, 20).Select(i => cashier.Ask(
            "POST /api/orders",
            new { type = "takeaway", items = new[] { new { menu_item_id = espresso, quantity = 1 } } },
            ("Idempotency-Key", $"dies-{i}"))));
    }
}
