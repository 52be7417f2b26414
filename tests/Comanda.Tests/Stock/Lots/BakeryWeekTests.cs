namespace Comanda.Tests.Stock;

/// <summary>A week of a bakery through the public API, every figure of which was known before.</summary>
public sealed class BakeryWeekTests(CafeApp app)
{
    [Fact]
    public async Task A_week_of_deliveries_doughs_bakes_sales_waste_and_one_recall()
    {
        var opened = await Bakery.Open(app);
        var anna = (await opened.Manager.Works("POST /api/customers", new { name = "Anna", email = "anna@example.com" })).Id;
        var clock = new MovableClock();
        var process = await app.StartProcess(services => services.Replace(clock));
        var monday = DateTime.UtcNow.Date.AddDays(1);
        var (price, receipts) = (0m, new List<(int Day, string Number)>());
        for (var day = 0; day < 7; day++)
        {
            clock.Move(new DateTimeOffset(monday.AddDays(day).AddHours(9), TimeSpan.Zero) - clock.GetUtcNow());
            var bakery = opened with { Manager = await opened.Shop.As("manager", process) };
            var today = DateOnly.FromDateTime(monday).AddDays(day);
            async Task Deliver(string lot, int quantity, int keeps) => await bakery.Manager.Works(
                $"POST /api/inventory/{bakery.Flour}/adjust",
                new { adjustment = quantity, reason = "delivery", lot, best_before = today.AddDays(keeps) });
            async Task Make(long item, int quantity, string lot) => await bakery.Manager.Works(
                $"POST /api/inventory/{item}/make", new { quantity, lot, best_before = today });
            // 30 kg of flour are five doughs of 6 kg; the sixth and seventh are of what came on Thursday.
            if (day == 0)
                await Deliver("F1", 30, 60);
            if (day == 3)
                await Deliver("F2", 20, 90);
            await Make(bakery.Dough, 10, "D" + day);
            await Make(bakery.Baked, 100, "B" + day);
            // 60 on Monday, five more each day; ten of them Anna's on Monday, Wednesday, Friday and Sunday.
            foreach (var (quantity, guest) in new (int, long?)[] { (10, day % 2 == 0 ? anna : null), (50 + (5 * day), null) })
            {
                var order = await bakery.Sell(quantity, guest);
                price = decimal.Parse(order.Text("total_amount")!, System.Globalization.CultureInfo.InvariantCulture) / quantity;
                receipts.Add((day, order.Text("order_number")!));
            }

            await bakery.Manager.Works(
                $"POST /api/inventory/{bakery.Baked}/adjust",
                new { adjustment = -(40 - (5 * day)), reason = "waste", lot = "B" + day });
        }

        var week = opened with { Manager = await opened.Shop.As("manager", process) };
        ((await week.Manager.Stock(week.Flour)), (await week.Manager.Stock(week.Dough)), (await week.Manager.Stock(week.Baked)))
            .ShouldBe((8, 0, 0));
        ((await week.Left("F1")), (await week.Left("F2"))).ShouldBe((0, 8));
        var from = DateOnly.FromDateTime(monday);
        var sales = await week.Manager.Works($"GET /api/reports/sales?from={from:yyyy-MM-dd}&to={from.AddDays(6):yyyy-MM-dd}&group_by=day");
        sales.Body.GetProperty("total").GetProperty("sales").GetDecimal().ShouldBe(525 * price);

        var recall = await week.Manager.Works("GET /api/recall?lot=F1");
        recall.Body.GetProperty("lots").GetArrayLength().ShouldBe(11); // itself, five doughs and five bakes
        (recall.Body.GetProperty("orders").GetInt64(), recall.Body.GetProperty("left_over").GetBoolean()).ShouldBe((10, false));
        var guest1 = recall.Body.GetProperty("guests").EnumerateArray().Single();
        (guest1.GetProperty("name").GetString(), guest1.GetProperty("orders").GetInt64()).ShouldBe(("Anna", 3));
        var other = await week.Manager.Works("GET /api/recall?lot=F2");
        other.Body.GetProperty("lots").GetArrayLength().ShouldBe(5);
        other.Body.GetProperty("orders").GetInt64().ShouldBe(4);
        foreach (var (day, number) in receipts)
        {
            var back = await week.Manager.Works($"GET /api/recall?receipt={number}");
            back.Body.GetProperty("lots").EnumerateArray().Select(l => l.GetProperty("lot").GetProperty("lot").GetString())
                .ShouldBe([day < 5 ? "F1" : "F2", "D" + day, "B" + day], ignoreOrder: true);
        }

        (await week.Manager.Works("POST /api/recall/messages", new { lot = "F1" })).Body.GetProperty("sent").GetInt32().ShouldBe(1);
        await app.LotsFollowStock(week.Shop.Id);
        await app.StockFollowsOrders(week.Shop.Id);
    }
}
