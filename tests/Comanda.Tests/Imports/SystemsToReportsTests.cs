using System.Text;
using Comanda.Data;
using Comanda.Imports;
using MiniExcelLibs;

namespace Comanda.Tests.Imports;

/// <summary>Files of each system, made up after its own, from the door to the reports: by the command line and by the API.</summary>
public sealed class SystemsToReportsTests(CafeApp app)
{
    private const string ToastItems =
        "Order Id,Order #,Sent Date,Order Date,Server,Dining Option,Item Selection Id,Item Id,Menu Item,Menu Group,Gross Price,Discount,"
        + "Net Price,Qty,Tax,Void?,Deferred,Tax Inclusion Option\n"
        + "1300000015734303122,9,10/8/26 5:18 PM,10/8/26 5:17 PM,Ana,Dine In,130000001573430311,41,Latte,Coffee,5.00,1.00,4.00,1.0,"
        + "0.32000000,false,false,Tax Not Included\n"
        + "1300000015734303123,10,10/9/26 12:30 AM,10/9/26 12:20 AM,Ana,Take Out,130000001573430312,41,Latte,Coffee,5.00,0.00,5.00,1.0,"
        + "0.40,false,false,Tax Not Included\n";

    private const string ToastOrders =
        "Order Id,Order #,Checks,Opened,Server,Dining Options,Discount Amount,Amount,Tax,Tip,Gratuity,Total,Voided\n"
        + "1300000015734303122,9,1,10/08/26 5:17 PM,Ana,Dine In,1.00,4.00,0.32,1.00,0.00,5.32,false\n"
        + "1300000015734303123,10,1,10/09/26 12:20 AM,Ana,Take Out,0.00,5.00,0.40,0.00,0.00,5.40,false\n";

    private static string ToastPayments(string refund) =>
        "Payment Id,Order Id,Order #,Paid Date,Order Date,Amount,Tip,Gratuity,Total,Refunded,Refund Date,Refund Amount,"
        + "Refund Tip Amount,Void Date,Status,Type,Other Type\n"
        + $"77,1300000015734303122,9,10/8/26 6:02 PM,10/8/26 5:17 PM,4.32,1.00,0.00,5.32,{refund},,CAPTURED,Credit,\n"
        + "78,1300000015734303123,10,10/9/26 12:41 AM,10/9/26 12:20 AM,5.40,0.00,0.00,5.40,,,,,,,Cash,\n";

    [Fact]
    public async Task Toasts_day_by_the_command_line_and_its_refund_of_tomorrow_with_its_payments_alone()
    {
        var shop = await Dollars();
        var owner = await shop.As("owner");
        var folder = Directory.CreateTempSubdirectory("comanda-toast-");
        try
        {
            var day = folder.CreateSubdirectory("20261008");
            await File.WriteAllTextAsync(Path.Combine(day.FullName, "ItemSelectionDetails.csv"), ToastItems);
            await File.WriteAllTextAsync(Path.Combine(day.FullName, "OrderDetails.csv"), ToastOrders);
            await File.WriteAllTextAsync(Path.Combine(day.FullName, "PaymentDetails.csv"), ToastPayments(",,,"));
            ImportVerb.Asked asked = new($"{shop.Id}", false, new(null, null, null));
            (await ImportVerb.Run(app.Database, [new(folder.FullName)], asked, default)).ShouldBe(0);
            var sold = await owner.GetDailySales(new(2026, 10, 8));
            (sold.OrderCount, sold.TotalSales, sold.Tips, sold.Discounts, sold.Tax).ShouldBe((2L, 9.72m, 1m, 1m, 0.72m));
            (sold.PaymentMethods["card"], sold.PaymentMethods["cash"]).ShouldBe((5.32m, 5.40m));

            File.Delete(Path.Combine(day.FullName, "ItemSelectionDetails.csv"));
            File.Delete(Path.Combine(day.FullName, "OrderDetails.csv"));
            await File.WriteAllTextAsync(
                Path.Combine(day.FullName, "PaymentDetails.csv"), ToastPayments("FULL,10/10/26 11:05 AM,4.32,1.00"));
            // The other payment's order is in none of these files.
            (await ImportVerb.Run(app.Database, [new(folder.FullName)], asked, default)).ShouldBe(2);
            (await owner.GetDailySales(new(2026, 10, 8))).TotalSales.ShouldBe(9.72m);
            var back = await owner.GetDailySales(new(2026, 10, 10));
            (back.Refunds, back.Refunded.Tips).ShouldBe((5.32m, 1m));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Toasts_ids_whose_last_digits_a_spreadsheet_took_make_no_sale()
    {
        var owner = await (await Dollars()).As("owner");
        var plan = await owner.Plan(("ItemSelectionDetails.csv", ToastItems
            .Replace("1300000015734303122", "1300000015734300000").Replace("1300000015734303123", "1300000015734300000")));
        plan.Counts().ShouldBe((0, 0, 0, 1));
    }

    private const string CloverLines =
        "Line Item Date,Order Employee Name,Item ID,Order ID,Item Name,Item Revenue,Modifiers,Total Revenue,Item Total,Item Tax Rate,"
        + "Tax Amount,Refunded,Exchanged,Order Payment State,Service Charge\n"
        + "18-Aug-2026 07:05 PM EDT,Ana,I1,O1,Latte,5.50,\"Oat milk (M1) $0.50\",6.00,5.40,0.0697,0.38,false,false,Paid,False\n"
        + "18-Aug-2026 07:05 PM EDT,Ana,,O1,Gratuity,2.00,,2.00,2.00,,,false,false,Paid,True\n"
        + "18-Aug-2026 07:20 PM EDT,Ana,I4,O2,Croissant,3.25,,3.25,3.25,0.0697,0.23,true,false,Paid,False\n"
        + "18-Aug-2026 07:30 PM EDT,Ana,I4,O3,Croissant,3.25,,3.25,3.25,0.0697,0.23,false,false,Paid,False\n"
        + "Total,,,,,14.00,,14.50,13.90,,0.84,,,,\n";

    private const string CloverOrders =
        "Order Date,Order ID,Order Number,Order Type,Order Employee Name,Tax Amount,Tip,Service Charge,Discount,Order Total,"
        + "Payments Total,Refunds Total,Tender,Order Payment State\n"
        + "18-Aug-2026 07:05 PM EDT,O1,1,Dine In,Ana,0.38,1.00,2.00,-0.60,7.78,8.78,0.00,Credit Card,Paid\n"
        + "18-Aug-2026 07:20 PM EDT,O2,2,Take Out,Ana,0.23,,,,3.48,3.48,3.48,Cash,Refunded\n"
        + "18-Aug-2026 07:30 PM EDT,O3,3,Take Out,Ana,0.23,,,,3.48,3.48,1.00,Cash,Partially Refunded\n";

    [Fact]
    public async Task Clovers_refunds_are_what_its_orders_say_and_its_sums_are_no_row()
    {
        var owner = await (await Dollars("America/New_York")).As("owner");
        var done = await owner.Import(("lines.csv", CloverLines), ("orders.csv", CloverOrders));
        done.Counts().ShouldBe((5, 0, 0, 0), done.ToString());
        var day = await owner.GetDailySales(new(2026, 8, 18));
        // The gratuity is a charge on the bill and no item.
        (day.OrderCount, day.TotalSales, day.Tips, day.ServiceCharges, day.Refunds).ShouldBe((3L, 14.74m, 1m, 2m, 4.48m));
        (day.PaymentMethods["card"], day.PaymentMethods["cash"]).ShouldBe((8.78m, 6.96m));
        (await owner.Import(("lines.csv", CloverLines), ("orders.csv", CloverOrders))).Counts().ShouldBe((0, 0, 5, 0));
        // One half of it alone takes away nothing that the other brought.
        (await owner.Import(("lines.csv", CloverLines))).Counts().Changed.ShouldBe(0);
        (await owner.Import(("orders.csv", CloverOrders))).Counts().New.ShouldBe(0);
        (await owner.GetDailySales(new(2026, 8, 18))).Tips.ShouldBe(1m);
    }

    [Fact]
    public async Task Clovers_inventory_has_prices_of_modifiers_rates_and_names_with_commas()
    {
        var owner = await (await Dollars()).As("owner");
        using var stream = new MemoryStream();
        await stream.SaveAsAsync(new Dictionary<string, object>
        {
            ["Items"] = Rows(
                "Clover ID|Name|Price|Price Type|Price Unit|Default tax rates?|Non-revenue item?|Modifier Groups|Categories|Tax Rates",
                "I1|Latte|4.5|Fixed||Yes|No|Milk, plant or cow, Extras|Coffee, hot|",
                "I2|Basket||Variable||No|No|||Reduced",
                "I3|# Guest|0|Fixed|||Yes|||"),
            ["Modifier Groups"] = Rows(
                "Modifier Group ID|Modifier Group Name|Modifier|Price|Required Quantity|Max Quantity",
                "G1|Milk, plant or cow|Oat milk|0.5|1|1",
                "||Whole milk|0||",
                "G2|Extras|Extra shot|1|0|3"),
            ["Categories"] = Rows("Category ID|Category Name|Item Sort Order", "C1|Coffee, hot|Latte", "C2|Retail|Basket"),
            ["Tax Rates"] = Rows("Tax Rate ID|Name|Tax Rate|Default?", "T1|Sales Tax|6.97|Yes", "T2|Reduced|2.5|No"),
        });
        var plan = await owner.Plan([("inventory.xlsx", stream.ToArray())], []);
        plan.Counts().ShouldBe((2, 0, 0, 0), plan.ToString());
        await owner.Run(plan.Id);
        var items = (await owner.Ask("GET /api/products?limit=200")).Items.ToList();
        var latte = items.Single(i => i.Text("name") == "Latte" && i.GetProperty("price").GetDecimal() == 4.5m);
        var one = (await owner.Ask($"GET /api/menu/items/{latte.Id()}")).Body;
        one.ToString().ShouldContain("Oat milk");
        one.ToString().ShouldContain("Extra shot");
        one.ToString().ShouldContain("Coffee, hot");
        // An open price is none: it is there, and is not sold for nothing.
        items.Single(i => i.Text("name") == "Basket").GetProperty("in_stock").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task SumUps_two_equal_refunds_are_two_and_tips_come_from_the_other_report()
    {
        var shop = await app.NewShop(("currency", "CHF"), ("time_zone", "UTC"));
        var owner = await shop.As("owner");
        const string sales =
            "Datum;Typ;Transaktionsnummer;Transaktionsart;Menge;Beschreibung;Category;Sku;Währung;Preis vor Rabatt;Rabatt;Preis (brutto);"
            + "Preis (netto);Steuer;Steuersatz;Konto\n"
            + "24.03.2026, 12:32;Verkauf;TA;Visa - Debitkarte;2;Suppe;Mittag;;CHF;14,0;2,0;12,0;11,1;0,9;8.1%;a@example.com\n"
            + "25.03.2026, 12:37;Rückerstattung;TA;Visa;1;;;;CHF;-3,0;;-3,0;-3,0;;;\n"
            + "25.03.2026, 12:37;Rückerstattung;TA;Visa;1;;;;CHF;-3,0;;-3,0;-3,0;;;\n";
        const string transactions =
            "Datum,Transaktions-ID,Transaktionsart,Status,Beschreibung,Betrag inkl. MwSt.,Trinkgeldbetrag,Gebühr\n"
            + "2026-03-24 12:32:00,TA,Umsatz,Erfolgreich,2 x Suppe,13.0,1.0,0.2\n"
            + "2026-03-24 12:40:00,TB,Umsatz,Fehlgeschlagen,Suppe,6.0,0.0,0.0\n";
        var done = await owner.Import(("Umsatz.csv", sales), ("Transaktionen.csv", transactions));
        done.Counts().ShouldBe((3, 0, 0, 0), done.ToString());
        var day = await owner.GetDailySales(new(2026, 3, 24));
        (day.OrderCount, day.TotalSales, day.Tips, day.PaymentMethods["card"]).ShouldBe((1L, 12m, 1m, 13m));
        (await owner.GetDailySales(new(2026, 3, 25))).Refunds.ShouldBe(6m);
        (await owner.Import(("Umsatz.csv", sales), ("Transaktionen.csv", transactions))).Counts().ShouldBe((0, 0, 3, 0));
        (await owner.GetDailySales(new(2026, 3, 25))).Refunds.ShouldBe(6m);
    }

    [Fact]
    public async Task Zettles_refund_finds_its_receipt_in_an_earlier_import_whatever_the_language()
    {
        var shop = await app.NewShop(("currency", "SEK"), ("time_zone", "UTC"));
        var owner = await shop.As("owner");
        var july = Encoding.UTF8.GetBytes(
            "Café Exempel AB\n\nDatum;Tid;Kvittonummer;Moms (25%);Moms (12%);Totalt;Avgift;Netto;Betalsätt;"
            + "Händelsetyp;Personal;Beskrivning\n"
            + "2026-07-31 10:02;10:02;1001;9,00;;45,00;-0,79;44,21;Kort;Betalning;Ana;2 x Kaffe\n"
            + "2026-07-31 11:12;11:12;1002;;6,00;56,00;0,00;56,00;Swish;Betalning;Ben;1 x Tårta\n"
            + "Totalt;;;9,00;6,00;101,00;-0,79;100,21;;;;\n");
        var august = Encoding.UTF8.GetBytes(
            "Datum;Tid;Kvittonummer;Moms (25%);Moms (12%);Totalt;Avgift;Netto;Betalsätt;Händelsetyp;Personal;Beskrivning\n"
            + "2026-08-01 10:30;10:30;1003;-9,00;;-45,00;0,00;-45,00;Kort;Återbetalning;Ana;2 x Kaffe\n");
        await owner.Run((await owner.Plan([("juli.csv", july)], [])).Id);
        var sold = await owner.GetDailySales(new(2026, 7, 31));
        (sold.TotalSales, sold.Tax, sold.PaymentMethods["card"], sold.PaymentMethods["mobile"]).ShouldBe((101m, 15m, 45m, 56m));
        foreach (var same in new[] { 0, 1 })
        {
            var done = await owner.Run((await owner.Plan([("augusti.csv", august)], [])).Id);
            done.Counts().ShouldBe((1 - same, 0, same, 0), done.ToString());
            var back = await owner.GetDailySales(new(2026, 8, 1));
            (back.Refunds, back.Refunded.Tax).ShouldBe((45m, 9m));
        }
    }

    [Fact]
    public async Task Odoos_columns_are_found_in_the_users_language()
    {
        var shop = await app.NewShop(("currency", "EUR"), ("time_zone", "UTC"));
        var owner = await shop.As("owner");
        var done = await owner.Import(("pos.order.csv",
            "Bestellreferenz,Datum,Kunde,Status,Gesamt,Auftragszeilen/Produkt,Auftragszeilen/Menge,Auftragszeilen/Einzelpreis,"
            + "Auftragszeilen/Rabatt (%),Auftragszeilen/Zwischensumme ohne Steuern,Auftragszeilen/Zwischensumme,"
            + "Zahlungen/Zahlungsmethode,Zahlungen/Betrag\n"
            + "C/1,2026-04-12 16:20:30,,Bezahlt,10.0,[LAT] Latte,2,4.5,0,8.18,9.0,Bargeld,5.0\n"
            + ",,,,,[CRO] Croissant,1,2.0,0,1.82,2.0,Karte,5.0\n"
            + ",,,,,[DISC] Rabatt,1,-1.0,0,-0.91,-1.0,,\n"
            + "C/2,2026-04-12 17:00:00,,Storniert,4.5,[LAT] Latte,1,4.5,0,4.09,4.5,Bargeld,4.5\n"
            + "C/1 ERSTATTUNG,2026-04-13 08:01:00,,Bezahlt,-4.5,[LAT] Latte,-1,4.5,0,4.09,4.5,Bargeld,-4.5\n"));
        done.Counts().Refused.ShouldBe(0, done.ToString());
        var day = await owner.GetDailySales(new(2026, 4, 12));
        (day.OrderCount, day.TotalSales, day.Discounts, day.Tax).ShouldBe((1L, 10m, 1m, 0.91m));
        (day.PaymentMethods["cash"], day.PaymentMethods["card"]).ShouldBe((5m, 5m));
        (await owner.GetDailySales(new(2026, 4, 13))).Refunds.ShouldBe(4.5m);
    }

    [Fact]
    public async Task What_only_sums_up_a_period_is_known_and_makes_no_sale()
    {
        var owner = await (await Dollars()).As("owner");
        var plan = await owner.Plan(("report.csv",
            "Revenue Item Sales\n\nCategory Name,Name,Gross Sales,Net Sales,Sold,Refunded,Modifier Name\n"
            + "Coffee,,,,,,\n ,Latte,$5.00,$5.00,1,,\n"));
        plan.Body.GetProperty("plan").GetProperty("refused")[0].Text("message").ShouldContain("line items");
    }

    private Task<TestShop> Dollars(string zone = "UTC") =>
        app.NewShop(("currency", "USD"), ("time_zone", zone), ("prices_include_tax", "false"));

    private static List<Dictionary<string, object>> Rows(string headings, params string[] rows)
    {
        var names = headings.Split('|');
        return [.. rows.Select(r => r.Split('|').Index().ToDictionary(c => names[c.Index], object (c) => c.Item))];
    }
}
