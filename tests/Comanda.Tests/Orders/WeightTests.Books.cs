using System.Text;
using System.Text.Json;
using Comanda.Tests.Stock;

namespace Comanda.Tests.Orders;

public sealed partial class WeightTests
{
    [Theory]
    [InlineData("true")]
    [InlineData("false")]
    public async Task Parts_of_a_weighed_line_go_back_and_sum_to_it_to_the_cent(string inclusive)
    {
        var deli = await Open(("tax_rate", "19"), ("prices_include_tax", inclusive));
        var order = await deli.Sale(0.355m, discount: 0.17m);
        var line = order.Items[0];
        Task<Answer> Back(object item) => deli.Manager.Ask(
            $"POST /api/orders/{order.Id}/refund",
            new { items = new[] { item }, reason = "off" });
        foreach (var wrong in new[] { 0.3555m, 0, -0.1m, 0.356m })
            (await Back(new { order_item_id = line.Id, quantity = wrong })).Fields.ShouldBe(["items[0].quantity"]);
        var parts = new List<Answer>();
        foreach (var weight in new[] { 0.1m, 0.001m, 0.1m })
            parts.Add(await Back(new { order_item_id = line.Id, quantity = weight }));
        (await Back(new { order_item_id = line.Id, quantity = 0.2m })).Code.ShouldBe("already_refunded"); // 0.154 is left
        parts.Add(await Back(new { order_item_id = line.Id })); // what is left
        parts.ShouldAllBe(p => p.Status == 201);
        parts.Sum(p => Number(p.Body, "amount")).ShouldBe(line.Total);
        parts.Sum(p => Number(p.Body, "tax")).ShouldBe(line.Tax);
        parts.Sum(p => Number(p.Items.Single(), "quantity")).ShouldBe(0.355m);
        parts.Sum(p => p.Body.GetProperty("taxes").EnumerateArray().Sum(t => Number(t, "tax"))).ShouldBe(line.Tax);
        (await Back(new { order_item_id = line.Id })).Code.ShouldBe("already_refunded");
        (await deli.Manager.GetOrder(order.Id)).PaymentStatus.ShouldBe("refunded");
        (await deli.Manager.VerifyJournal()).Valid.ShouldBeTrue();
        var piece = await deli.Manager.PlaceOrder(new("takeaway", [new(deli.Espresso, 3)], Payments: [new("cash")]));
        (await deli.Manager.Ask(
            $"POST /api/orders/{piece.Id}/refund",
            new { items = new[] { new { order_item_id = piece.Items[0].Id, quantity = 0.5 } }, reason = "x" })).Fields
            .ShouldBe(["items[0].quantity"]);
    }

    [Fact]
    public async Task A_bill_is_split_by_weight_and_an_edit_of_a_part_changes_no_cent_of_it()
    {
        var deli = await Open(("tax_rate", "19"));
        var order = await deli.Manager.PlaceOrder(new("dine-in", [new(deli.Comte, 0.355m), new(deli.Espresso)], Table: "4"));
        Task<Answer> Split(decimal quantity, int line = 0) => deli.Manager.Ask(
            $"POST /api/orders/{order.Id}/split",
            new { items = new[] { new { order_item_id = order.Items[line].Id, quantity } } });
        (await Split(0.5m)).Fields.ShouldBe(["items[0].quantity"]);
        (await Split(0.5m, line: 1)).Fields.ShouldBe(["items[0].quantity"]);
        var bills = (await Split(0.118m)).Body.GetProperty("orders").EnumerateArray().ToList(); // a third of 4.58
        bills.Sum(b => Number(b, "total_amount")).ShouldBe(order.TotalAmount);
        bills.Sum(b => Number(b, "tax")).ShouldBe(order.Tax);
        bills.Select(b => Number(b.GetProperty("items")[0], "quantity")).ShouldBe([0.237m, 0.118m]);
        foreach (var bill in bills)
        {
            var line = bill.GetProperty("items")[0];
            var receipt = await Print(deli.Manager, bill.GetProperty("id").GetInt64(), "text");
            receipt.Split('\n').ShouldContain(r => r.StartsWith("Comté") && r.EndsWith(" " + line.GetProperty("total").GetRawText()));
            var stays = bill.GetProperty("items").EnumerateArray().Select(l => new { id = l.GetProperty("id").GetInt64() });
            var edited = await deli.Manager.Ask(
                $"PUT /api/orders/{bill.GetProperty("id").GetInt64()}",
                new { items = stays, notes = "x", version = bill.GetProperty("version").GetInt64() });
            edited.Status.ShouldBe(200, edited.ToString());
            Number(edited.Body, "total_amount").ShouldBe(Number(bill, "total_amount"));
        }
    }

    [Fact]
    public async Task A_weight_takes_its_part_of_the_recipe_and_what_comes_back_puts_it_back()
    {
        var deli = await Open();
        var (wheel, paper) = (await deli.Manager.Ingredient("Wheel", "g", 5000, cost: 0.008m),
            await deli.Manager.Ingredient("Paper", "piece", 100));
        await deli.Manager.Works($"PUT /api/menu/items/{deli.Comte}/recipe", new object[]
        {
            new { inventory_id = wheel, quantity = 1, unit = "kg" },
            new { inventory_id = paper, quantity = 0.333 },
        });
        var order = await deli.Sale(0.355m);
        (await deli.Manager.Stock(wheel)).ShouldBe(5000 - 355);
        (await deli.Manager.Stock(paper)).ShouldBe(100 - 0.118m); // 0.118215
        var line = order.Items[0].Id;
        foreach (var (back, restock, left) in new[] { (0.1m, true, 4745m), (0.055m, false, 4745m), (0.1m, true, 4845m) })
        {
            await deli.Manager.Works(
                $"POST /api/orders/{order.Id}/refund",
                new { items = new[] { new { order_item_id = line, quantity = back } }, restock, reason = "x" });
            (await deli.Manager.Stock(wheel)).ShouldBe(left);
        }

        await app.StockFollowsOrders(deli.Shop.Id);
        await deli.Manager.CancelOrder(order.Id);
        ((await deli.Manager.Stock(wheel)), (await deli.Manager.Stock(paper))).ShouldBe((5000, 100));
        await app.StockFollowsOrders(deli.Shop.Id);
        var open = await deli.Place(deli.Line(0.2m));
        await deli.Manager.Works(
            $"PUT /api/orders/{open.Id}",
            new { items = new[] { new { id = open.Items.Single().GetProperty("id").GetInt64(), quantity = 0.333 } } });
        (await deli.Manager.Stock(wheel)).ShouldBe(5000 - 333);
        await app.StockFollowsOrders(deli.Shop.Id);
    }

    [Fact]
    public async Task What_is_weighed_is_not_counted_down_and_is_no_part_of_a_combo()
    {
        var deli = await Open();
        (await deli.Manager.Ask($"PUT /api/menu/items/{deli.Comte}/stock", new { quantity = 5 })).Fields.ShouldBe(["quantity"]);
        (await deli.Manager.Ask($"PUT /api/menu/items/{deli.Comte}/stock", new { in_stock = true })).Status.ShouldBe(200);
        await deli.Manager.Works($"PUT /api/menu/items/{deli.Espresso}/stock", new { quantity = 5 });
        (await deli.Manager.Ask($"PUT /api/menu/items/{deli.Espresso}", new { sold_by = "weight" })).Fields.ShouldBe(["sold_by"]);
        object Combo(long part) => new
        {
            name = "Set " + part,
            category = "Deli",
            price = 5,
            combo = new[] { new { name = "Part", choices = new[] { new { menu_item_id = part } } } },
        };
        (await deli.Manager.Ask("POST /api/menu/items", Combo(deli.Comte))).Fields.ShouldBe(["combo[0].choices[0].menu_item_id"]);
        var bagel = (await deli.Shop.Item("Smoked salmon bagel")).Id;
        var set = await deli.Manager.Works("POST /api/menu/items", Combo(bagel));
        (await deli.Manager.Ask($"PUT /api/menu/items/{bagel}", new { sold_by = "weight" })).Fields.ShouldBe(["sold_by"]);
        (await deli.Manager.Ask($"PUT /api/menu/items/{set.Id}", new { sold_by = "weight" })).Fields.ShouldBe(["sold_by"]);
        (await deli.Place(new { menu_item_id = set.Id, quantity = 0.5 })).Fields.ShouldBe(["items[0].quantity"]);
    }

    [Fact]
    public async Task Trap26_the_menus_csv_carries_how_an_item_is_sold()
    {
        var deli = await Open();
        StringContent Csv(string text) => new(text, Encoding.UTF8, "text/csv");
        using var exported = await deli.Manager.Send(HttpMethod.Get, "/api/menu/items/export");
        var csv = await exported.Content.ReadAsStringAsync();
        csv.Split("\r\n").ShouldContain(l => l.Contains("Comté") && l.Contains(",weight,kg"));
        csv.Split("\r\n").ShouldContain(l => l.Contains("Espresso") && l.Contains(",piece,"));
        var again = await deli.Manager.Ask("POST /api/menu/items/bulk-import", Csv(csv));
        (again.Text("created"), again.Text("updated")).ShouldBe(("0", "0"), again.ToString());
        await deli.Manager.Works(
            "POST /api/menu/items/bulk-import",
            Csv("name,category,price,sold_by,unit\r\nComté,Deli,1.29,weight,100g\r\nOlives,Deli,15,weight,\r\nLoaf,Deli,4,,\r\n"));
        (await deli.Shop.Item("Comté")).Unit.ShouldBe("100g");
        (await deli.Shop.Item("Olives")).Unit.ShouldBe("kg");
        (await deli.Shop.Item("Loaf")).SoldBy.ShouldBe("piece");
        var bad = await deli.Manager.Ask(
            "POST /api/menu/items/bulk-import",
            Csv("name,category,price,sold_by,unit\r\nA,Deli,1,box,\r\nB,Deli,1,piece,kg\r\nC,Deli,1,weight,stone\r\n"));
        bad.Body.GetProperty("errors").EnumerateArray()
            .Select(e => (e.GetProperty("line").GetInt32(), e.GetProperty("field").GetString()))
            .ShouldBe([(2, "sold_by"), (3, "unit"), (4, "unit")]);
        await deli.Manager.Works($"PUT /api/menu/items/{deli.Espresso}/stock", new { quantity = 5 });
        var category = (await deli.Shop.Item("Espresso")).Category;
        (await deli.Manager.Ask(
            "POST /api/menu/items/bulk-import",
            Csv($"name,category,sold_by\r\nEspresso,{category},weight\r\n"))).Body.GetProperty("errors")[0].GetProperty("field").GetString()
            .ShouldBe("sold_by");
    }

    [Fact]
    public async Task Trap14_every_report_agrees_on_what_was_weighed()
    {
        var deli = await Open(("tax_rate", "7"));
        await deli.Sale(0.355m);
        await deli.Sale(1.2m);
        await deli.Manager.PlaceOrder(new("takeaway", [new(deli.Espresso, 2)], Payments: [new("cash")]));
        var sold = 4.58m + 15.48m + 4.60m;
        var top = (await deli.Manager.Ask("GET /api/reports/products/top")).Items.ToList();
        var comte = top.Single(p => p.GetProperty("menu_item_id").GetInt64() == deli.Comte);
        (Number(comte, "quantity"), comte.GetProperty("unit").GetString(), Number(comte, "revenue")).ShouldBe((1.555m, "kg", 20.06m));
        Number(top.Single(p => p.GetProperty("menu_item_id").GetInt64() == deli.Espresso), "quantity").ShouldBe(2);
        var costs = (await deli.Manager.Ask("GET /api/reports/costs?group_by=item")).Body;
        var row = costs.GetProperty("rows").EnumerateArray().Single(r => r.GetProperty("key").GetString() == deli.Comte.ToString());
        (Number(row, "quantity"), row.GetProperty("unit").GetString()).ShouldBe((1.555m, "kg"));
        Number(costs.GetProperty("total"), "quantity").ShouldBe(4); // pieces, of which a weighed line is one
        var day = (await deli.Manager.Ask("GET /api/reports/costs")).Body.GetProperty("rows")[0];
        Number(day, "quantity").ShouldBe(4);
        var sales = (await deli.Manager.Ask("GET /api/reports/sales")).Body.GetProperty("total");
        (Number(sales, "sales"), Number(sales, "units")).ShouldBe((sold, 4));
        Number((await deli.Manager.Ask("GET /api/reports/sales/daily")).Body, "total_sales").ShouldBe(sold);
    }

    [Fact]
    public async Task Trap01_a_tills_queue_and_a_retry_bring_a_weight_once()
    {
        var deli = await Open();
        var now = DateTimeOffset.UtcNow;
        object Sale(string key, decimal quantity) => new
        {
            key,
            made_at = now,
            total_amount = 4.58m,
            order = new { type = "takeaway", items = new[] { deli.Line(quantity) }, payments = new[] { new { method = "cash" } } },
        };
        for (var i = 0; i < 2; i++)
        {
            var sent = await deli.Manager.Ask(
                "POST /api/orders/sync",
                new { sent_at = now, orders = new[] { Sale("w-1", 0.355m), Sale("w-2", 0.3555m) } });
            sent.Body.GetProperty("results").EnumerateArray().Select(r => r.GetProperty("status").GetString())
                .ShouldBe([i == 0 ? "placed" : "repeated", "set_aside"], sent.ToString());
        }

        var keyed = new[] { ("Idempotency-Key", "w-3") };
        var body = new { type = "takeaway", items = new[] { deli.Line(0.2m) } };
        var first = await deli.Manager.Ask("POST /api/orders", body, keyed);
        (await deli.Manager.Ask("POST /api/orders", body, keyed)).Body.GetRawText().ShouldBe(first.Body.GetRawText());
        (await deli.Manager.GetOrders()).Items.Select(o => o.Items[0].Quantity).ShouldBe([0.2m, 0.355m], ignoreOrder: true);
    }

    [Fact]
    public async Task Trap27_a_weighed_line_eaten_here_or_taken_along_bears_its_own_tax()
    {
        var deli = await Open();
        (await (await deli.Shop.As("owner")).Ask("PUT /api/taxes", new
        {
            classes = new[] { new { code = "food", name = "Food" } },
            default_class = "food",
            rows = new object[]
            {
                new { @class = "food", way = "dine-in", name = "VAT", rate = 19 },
                new { @class = "food", way = "any", name = "VAT", rate = 7 },
            },
        })).Status.ShouldBe(200);
        var order = await deli.Manager.PlaceOrder(new(
            "dine-in",
            [new(deli.Comte, 0.355m), new(deli.Comte, 0.355m, Way: "takeaway")],
            Payments: [new("cash")]));
        order.Items.Select(l => (l.TaxRate, l.Tax, l.Total)).ShouldBe([(19, 0.73m, 4.58m), (7, 0.30m, 4.58m)]);
        var back = await deli.Manager.Ask($"POST /api/orders/{order.Id}/refund", new
        {
            items = order.Items.Select(l => new { order_item_id = l.Id, quantity = 0.1 }),
            reason = "x",
        });
        back.Items.Select(l => Number(l, "amount")).ShouldBe([1.29m, 1.29m]);
        back.Body.GetProperty("taxes").EnumerateArray()
            .Select(t => (Number(t, "rate"), Number(t, "tax")))
            .ShouldBe([(7, 0.08m), (19, 0.21m)]);
    }

    [Fact]
    public async Task Trap29_a_weight_for_next_week_is_edited_and_still_next_weeks()
    {
        var deli = await Open();
        var week = DateTimeOffset.UtcNow.AddDays(7);
        var order = await deli.Manager.PlaceOrder(new("takeaway", [new(deli.Comte, 0.355m)], ScheduledFor: week));
        var edited = await deli.Manager.Ask(
            $"PUT /api/orders/{order.Id}",
            new { items = new[] { new { id = order.Items[0].Id, quantity = 0.4 } } });
        Number(edited.Body, "total_amount").ShouldBe(5.16m);
        edited.Body.GetProperty("scheduled_for").GetDateTimeOffset().ShouldBe(Clock.Cut(week));
        edited.Body.GetProperty("fired_at").ValueKind.ShouldBe(JsonValueKind.Null);
    }
}
