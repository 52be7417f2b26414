using Comanda.Imports;

namespace Comanda.Tests.Imports;

/// <summary>Square's files, from the command that brings them to every report that shows them.</summary>
public sealed class SquareImportTests(CafeApp app)
{
    private static readonly string Items = SquareRows.Headings
        + SquareRows.Line("2026-06-11 14:44:57", "Matcha Latte", "1.0", "$9.00 $0.00 $9.00 $0.70", "T1", modifiers: "16oz, Whole Milk")
        + SquareRows.Line("2026-06-11 14:44:57", "Matcha Latte", "1.0", "$9.00 $0.00 $9.00 $0.69", "T1", modifiers: "Whole Milk, 16oz")
        + SquareRows.Line("2026-06-11 15:00:00", "Lemonade", "2.0", "$10.00 -$2.34 $7.66 $0.60", "T2", brand: "")
        + SquareRows.Line("2026-06-12 09:00:00", "Sticker", "1.0", "$2.00 -$2.00 $0.00 $0.00", "T3", brand: "")
        + SquareRows.Line("2026-06-13 10:00:00", "Matcha Latte", "-1.0", "-$9.00 $0.00 -$9.00 -$0.70", "T4", "P-T1", "Refund");

    private const string Payments =
        "Date,Time,Time Zone,Gross Sales,Discounts,Service Charges,Net Sales,Gift Card Sales,Tax,Tip,Partial Refunds,Total "
            + "Collected,Source,"
        + "Card,Card Entry Methods,Cash,Square Gift Card,Other Tender,Other Tender Type,Tender Note,Fees,Net Total,Transaction "
            + "ID,Payment ID,"
        + "Staff Name,Description,Event Type,Dining Option,Refund Reason,Transaction Status,Cash App\n"
        + "2026-06-11,14:44:57,UTC,$18.00,$0.00,$0.00,$18.00,$0.00,$1.39,$2.00,$0.00,$21.39,Register,$20.00,,$1.39,$0.00,"
        + "$0.00,,,-$0.53,$20.86,"
        + "T1,P-T1,Rosa,Matcha,Payment,For Here,,Complete,$0.00\n"
        + "2026-06-13,10:00:00,UTC,-$9.00,$0.00,$0.00,-$9.00,$0.00,-$0.70,-$1.00,$0.00,-$10.70,Register,-$10.70,,$0.00,$0.00,$0.00,,,$0.00,"
        + "-$10.70,T4,P-T1,,Matcha,Refund,,Too sweet,Complete,$0.00\n";

    [Fact]
    public async Task Sales_with_taxes_tips_tenders_and_refunds_stand_in_every_report()
    {
        var shop = await app.NewShop(("currency", "USD"), ("time_zone", "UTC"), ("prices_include_tax", "false"));
        var owner = await shop.As("owner");
        var plan = await owner.Plan(("items-2026-06-11-2026-06-14.csv", Items), ("transactions.csv", Payments));
        plan.Status.ShouldBe(201, plan.ToString());
        (plan.Text("system"), plan.Text("kind"), plan.Text("status")).ShouldBe(("square", "sales", "planned"));
        plan.Counts().ShouldBe((4, 0, 0, 0));
        var days = plan.Body.GetProperty("totals_by_day").EnumerateArray().ToList();
        days.Select(d => (d.GetProperty("date").GetString(), d.GetProperty("sales").GetDecimal(), d.GetProperty("in_file").GetDecimal()))
            .ShouldBe([("2026-06-11", 27.65m, 27.65m), ("2026-06-12", 0m, 0m), ("2026-06-13", 0m, -9.70m)]);
        days.ShouldAllBe(d => d.GetProperty("difference").GetDecimal() == 0);
        days[0].GetProperty("tenders").GetProperty("card").GetDecimal().ShouldBe(20.00m);
        (await owner.GetDailySales(new(2026, 6, 11))).OrderCount.ShouldBe(0, "a plan changes nothing");

        (await owner.Run(plan.Id)).Text("progress").ShouldBe("100");
        var first = await owner.GetDailySales(new(2026, 6, 11));
        (first.OrderCount, first.TotalSales, first.Tax, first.Tips, first.Discounts, first.Unpaid).ShouldBe((2L, 27.65m, 1.99m, 2.00m,
            2.34m, 0m));
        (first.PaymentMethods["card"], first.PaymentMethods["cash"]).ShouldBe((20.00m, 9.65m));
        (await owner.GetDailySales(new(2026, 6, 12))).Discounts.ShouldBe(2.00m);
        var third = await owner.GetDailySales(new(2026, 6, 13));
        (third.OrderCount, third.TotalSales, third.Refunds).ShouldBe((0L, 0m, 10.70m));
        (third.Refunded.Tax, third.Refunded.Tips).ShouldBe((0.70m, 1.00m));
        var period = await owner.GetSales(new(2026, 6, 11), new(2026, 6, 13), "day");
        period.Total.Sales.ShouldBe(27.65m);
        period.Rows.Sum(r => r.Sales).ShouldBe(27.65m);
        (await owner.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task Two_equal_lines_of_a_sale_are_two_and_a_renamed_item_is_one()
    {
        var owner = await (await app.NewShop(("currency", "USD"), ("time_zone", "UTC"))).As("owner");
        await owner.Import(("items.csv", SquareRows.Headings
            + SquareRows.Line("2026-06-11 10:00:00", "matcha latte", "1.0", "$9.00 $0.00 $9.00 $0.70", "T1", token: "TK")
            + SquareRows.Line("2026-06-11 10:00:00", "matcha latte", "1.0", "$9.00 $0.00 $9.00 $0.70", "T1", token: "TK")
            + SquareRows.Line("2026-06-12 10:00:00", "Matcha Latte ", "1.0", "$9.00 $0.00 $9.00 $0.70", "T2", token: "TK")));
        var sales = await owner.GetSales(new(2026, 6, 11), new(2026, 6, 12), "day");
        (sales.Total.Orders, sales.Total.Lines, sales.Total.Sales).ShouldBe((2L, 3L, 29.10m));
        (await owner.GetTopProducts(new(2026, 6, 11), new(2026, 6, 12), "quantity", 10)).Items.ShouldHaveSingleItem().Quantity.ShouldBe(3m);
    }

    [Fact]
    public async Task Trap34_a_file_that_was_imported_changed_and_cancelled_elsewhere_gives_each_sale_once()
    {
        var owner = await (await app.NewShop(("currency", "USD"), ("time_zone", "UTC"))).As("owner");
        string File(string net, string tail, string status = "Closed") =>
            "Date,Receipt number,Receipt type,Category,SKU,Item,Variant,Modifiers applied,Quantity,Gross sales,Discounts,Net sales,"
            + "Cost of goods,Gross profit,Taxes,POS,Store,Cashier name,Customer name,Customer contacts,Comment,Status\n"
            + $"2026-09-25 21:48,1-0028,Sale,Beer,10084,RED HORSE,,,1.000,{net},0.00,{net},1.00,1.00,0.00,POS "
                + $"1,Main,Owner,,,,{status}\n" + tail;
        const string second =
            "2026-09-25 21:49,1-0029,Sale,Beer,10084,RED HORSE,,,2.000,280.00,0.00,280.00,1.00,1.00,0.00,POS 1,Main,Owner,,,,Closed\n";
        const string back =
            "2026-09-27 10:00,1-0030,Refund,Beer,10084,RED HORSE,,,-1.000,-140.00,0.00,-140.00,1.00,1.00,0.00,POS 1,Main,Owner,,,,Closed\n";
        (DateOnly Of, DateOnly After) days = (new(2026, 9, 25), new(2026, 9, 27));

        (await owner.Import(("r.csv", File("140.00", second)))).Counts().ShouldBe((2, 0, 0, 0));
        (await owner.GetDailySales(days.Of)).TotalSales.ShouldBe(420m);
        // The same file again: each sale once.
        (await owner.Import(("again.csv", File("140.00", second)))).Counts().ShouldBe((0, 0, 2, 0));
        (await owner.GetDailySales(days.Of)).OrderCount.ShouldBe(2);
        // One of them is another by now: it is written anew, under its number.
        var numbers = (await owner.Ask("GET /api/orders")).Items.Select(o => (o.Id(), o.Text("order_number"))).Order().ToList();
        (await owner.Import(("changed.csv", File("150.00", second)))).Counts().ShouldBe((0, 1, 1, 0));
        (await owner.GetDailySales(days.Of)).TotalSales.ShouldBe(430m);
        (await owner.Ask("GET /api/orders")).Items.Select(o => (o.Id(), o.Text("order_number"))).Order().ShouldBe(numbers);
        // It was cancelled there, and a refund of the other came two days later.
        (await owner.Import(("cancelled.csv", File("150.00", second + back, "Cancelled")))).Counts().ShouldBe((1, 1, 1, 0));
        var first = await owner.GetDailySales(days.Of);
        (first.OrderCount, first.TotalSales, first.Refunds, first.PaymentMethods.Values.Sum()).ShouldBe((1L, 280m, 0m, 280m));
        (await owner.GetDailySales(days.After)).Refunds.ShouldBe(140m);
        // And all of it once more.
        (await owner.Import(("cancelled.csv", File("150.00", second + back, "Cancelled")))).Counts().ShouldBe((0, 0, 3, 0));
        (await owner.GetDailySales(days.After)).Refunds.ShouldBe(140m);
        (await owner.GetSales(days.Of, days.After, "day")).Total.Sales.ShouldBe(280m);
        (await owner.VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task A_refund_of_a_sale_of_an_earlier_file_finds_it_and_one_of_none_is_refused()
    {
        var owner = await (await app.NewShop(("currency", "USD"), ("time_zone", "UTC"))).As("owner");
        var june = SquareRows.Headings + SquareRows.Line("2026-06-30 10:00:00", "Cake", "2.0", "$10.00 $0.00 $10.00 $0.80", "T1");
        var july = SquareRows.Headings
            + SquareRows.Line("2026-07-01 10:00:00", "Cake", "-1.0", "-$5.00 $0.00 -$5.00 -$0.40", "T2", "P-T1", "Refund")
            + SquareRows.Line("2026-07-01 11:00:00", "Cake", "-1.0", "-$5.00 $0.00 -$5.00 -$0.40", "T9", "P-T8", "Refund");
        await owner.Import(("june.csv", june));
        var done = await owner.Import(("july.csv", july));
        var refused = done.Body.GetProperty("plan").GetProperty("refused").EnumerateArray().ToList();
        refused.ShouldHaveSingleItem().GetProperty("line").GetInt32().ShouldBe(3);
        (await owner.GetDailySales(new(2026, 7, 1))).Refunds.ShouldBe(5.40m);
        (await owner.Import(("july.csv", july))).Counts().Same.ShouldBe(1);
        (await owner.GetDailySales(new(2026, 7, 1))).Refunds.ShouldBe(5.40m);
    }
}
