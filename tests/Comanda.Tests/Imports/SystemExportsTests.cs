using Comanda.Imports;
using Comanda.Orders;
using Comanda.Registers;
using MiniExcelLibs;

namespace Comanda.Tests.Imports;

/// <summary>What the cells of each system mean, on rows that were made up after its own.</summary>
public sealed class SystemExportsTests
{
    private const string ToastItems =
        "Location,Order Id,Order #,Sent Date,Order Date,Check Id,Server,Table,Dining Option,Item Selection Id,Item Id,SKU,Menu Item,"
        + "Menu Group,Menu,Gross Price,Discount,Net Price,Qty,Tax,Void?,Deferred,Tax Inclusion Option\n"
        + "Quay,1300000015734303122,9,10/8/26 5:18 PM,10/8/26 5:17 PM,1,Ana,6,Dine In,1300000015734303101,1300000001877960256,,Latte,"
        + "Coffee,All,5.00,1.00,4.00,1.0,0.32000000,false,false,Tax Not Included\n"
        + "Quay,1300000015734303122,9,10/8/26 5:18 PM,10/8/26 5:17 PM,1,Ana,6,Dine In,1300000015734303102,1300000001877960257,,Toast,"
        + "Food,All,\"1,013.00\",0.00,13.00,2.0,1.30,true,false,Tax Not Included\n"
        + "Quay,1300000015734303122,9,10/8/26 5:18 PM,10/8/26 5:17 PM,1,Ana,6,Dine In,1300000015734303103,1300000001877960258,,Gift card,"
        + "Gifts,All,50.00,0.00,50.00,1.0,0.00,false,true,Tax Not Included\n"
        + "Quay,1300000015734303123,10,10/9/26 12:30 AM,10/9/26 12:20 AM,2,Ana,,Take Out,1300000015734303104,1300000001877960256,,Latte,"
        + "Coffee,All,5.00,0.00,5.00,1.0,0.40,false,false,Tax Not Included\n";

    private const string ToastModifiers =
        "Location,Order Id,Order #,Order Date,Modifier Id,Modifier,Parent Menu Selection Item ID,Gross Price,Discount,Net Price,Qty,Void?\n"
        + "Quay,1300000015734303122,9,10/8/26 5:17 PM,1,Oat milk,1300000015734303101,0.50,0.00,0.50,1.0,false\n"
        + "Quay,1300000015734303122,9,10/8/26 5:17 PM,2,Decaf,1300000015734303101,0.70,0.00,0.70,1.0,true\n";

    private const string ToastOrders =
        "Location,Order Id,Order #,Checks,Opened,Server,Dining Options,Discount Amount,Amount,Tax,Tip,Gratuity,Total,Voided,Paid\n"
        + "Quay,1300000015734303122,9,1,10/08/26 5:17 PM,Ana,Dine In,1.00,4.50,0.32,1.00,0.90,6.72,false,10/08/26 6:02 PM\n"
        + "Quay,1300000015734303123,10,1,10/09/26 12:20 AM,Ana,Take Out,0.00,5.00,0.40,0.00,0.00,5.40,false,10/09/26 12:41 AM\n"
        + "Quay,1300000015734303124,11,1,10/08/26 8:00 PM,Ana,Take Out,0.00,8.00,0.60,0.00,0.00,8.60,true,\n";

    private const string ToastPayments =
        "Location,Payment Id,Order Id,Order #,Paid Date,Order Date,Amount,Tip,Gratuity,Total,Refunded,Refund Date,Refund Amount,"
        + "Refund Tip Amount,Void Date,Status,Type,Other Type\n"
        + "Quay,77,1300000015734303122,9,10/8/26 6:02 PM,10/8/26 5:17 PM,4.82,1.00,0.90,6.72,PARTIAL,10/10/26 11:05 AM,2.00,1.00,,CAPTURED,"
        + "Credit,\n"
        + "Quay,78,1300000015734303123,10,10/9/26 12:41 AM,10/9/26 12:20 AM,5.40,0.00,0.00,5.40,,,,,,,Cash,\n"
        + "Quay,79,1300000015734303123,10,10/9/26 12:41 AM,10/9/26 12:20 AM,5.40,0.00,0.00,5.40,,,,,10/9/26 12:42 AM,VOIDED,Credit,\n";

    [Fact]
    public void Toasts_folder_is_the_business_day_and_its_files_are_one_sale()
    {
        var read = BroughtFiles.Read("USD",
            ("1/20261008/PaymentDetails.csv", ToastPayments),
            ("1/20261008/ModifiersSelectionDetails.csv", ToastModifiers),
            ("1/20261008/OrderDetails.csv", ToastOrders),
            ("1/20261008/ItemSelectionDetails.csv", ToastItems));
        read.Refused.ShouldBeEmpty();
        read.Questions.ShouldBeEmpty();
        read.Sales.ShouldAllBe(s => s.Day == new DateOnly(2026, 10, 8));
        var (first, night, voided) = (read.Sales[0], read.Sales[1], read.Sales[2]);
        voided.Cancelled.ShouldBeTrue();
        // 4.00 + 0.50 for oat milk + 0.32 tax + 0.90 gratuity; voids and gift cards are none of it.
        var line = first.Lines.ShouldHaveSingleItem();
        (line.Total, line.Tax, line.Discount, line.ServiceCharge).ShouldBe((new Money(572), new Money(32), new Money(100), new Money(90)));
        line.Options.ShouldHaveSingleItem().ShouldBe(new TakenOption("Oat milk", new(50)));
        (first.Tip, first.Total, first.Type).ShouldBe((new Money(100), new Money(672), OrderType.DineIn));
        first.Payments.ShouldHaveSingleItem().ShouldBe(new TakenPayment(PaymentMethod.Card, new(672), first.Payments[0].At, "77"));
        night.Payments.ShouldHaveSingleItem().Method.ShouldBe(PaymentMethod.Cash);
        var refund = read.Refunds.ShouldHaveSingleItem();
        (refund.Of, refund.Amount, refund.Tip, refund.At.Day).ShouldBe((first.Ref, new Money(200), new Money(100), 10));
        read.Said[new(2026, 10, 8)].ShouldBe(new Money(572 + 540));
    }

    [Fact]
    public void A_Toast_id_that_a_spreadsheet_broke_is_refused()
    {
        var read = BroughtFiles.Read("USD", ("ItemSelectionDetails.csv", ToastItems.Replace("1300000015734303123,", "1.3E+18,")));
        read.Refused.ShouldHaveSingleItem().Field.ShouldBe("Order Id");
    }

    [Fact]
    public void Clovers_charge_is_no_item_its_flag_a_refund_and_its_modifiers_have_prices()
    {
        var read = BroughtFiles.Read("USD",
            ("orders.csv",
                "Order Date,Order ID,Order Number,Order Type,Order Employee Name,Note,Currency,Tax Amount,Tip,Service Charge,Discount,"
                + "Order Total,Payments Total,Refunds Total,Tender,Order Payment State\n"
                + "18-Aug-2026 07:05 PM EDT,O1,1,Dine In,Ana,,USD,0.38,1.00,2.00,-0.60,8.78,9.78,0.00,Credit Card,Paid\n"
                + "18-Aug-2026 07:20 PM EDT,O2,2,Take Out,Ana,,USD,0.23,,,,3.48,3.48,3.48,Cash,Refunded\n"),
            ("items.csv",
                "Line Item Date,Order Employee Name,Item ID,Item SKU,Order ID,Item Name,Currency,Per Unit Quantity,Item Unit,Item Revenue,"
                + "Modifiers,Modifiers Revenue,Total Revenue,Item Total,Item Tax Rate,Tax Amount,Refunded,Exchanged,Order Payment State,"
                + "Service Charge\n"
                + "18-Aug-2026 07:05 PM EDT,Ana,I1,,O1,Latte,USD,,,5.50,\"Oat milk (M1) $0.50, Extra shot (M2) "
                    + "$1.00\",1.50,7.00,6.40,0.0697,"
                + "0.38,false,false,Paid,False\n"
                + "18-Aug-2026 07:05 PM EDT,Ana,I9,,O1,# Guest,USD,,,0.00,,,0.00,0.00,,,false,false,Paid,False\n"
                + "18-Aug-2026 07:05 PM EDT,Ana,,,O1,Gratuity,USD,,,2.00,,,2.00,2.00,,,false,false,Paid,True\n"
                + "18-Aug-2026 07:20 PM EDT,Ana,I4,,O2,Croissant,USD,,,3.25,,,3.25,3.25,0.0697,0.23,true,false,Paid,False\n"));
        read.Refused.ShouldBeEmpty();
        var (first, second) = (read.Sales[0], read.Sales[1]);
        first.At.ShouldBe(new DateTimeOffset(2026, 8, 18, 23, 5, 0, TimeSpan.Zero));
        var line = first.Lines.ShouldHaveSingleItem();
        (line.Total, line.ServiceCharge, line.Discount, line.UnitPrice).ShouldBe((new Money(878), new Money(200), new Money(60),
            new Money(550)));
        line.Options.ShouldBe([new("Oat milk", new(50)), new("Extra shot", new(100))]);
        line.Taxes.ShouldHaveSingleItem().Rate.Percent.ShouldBe(6.97m);
        (first.Tip, first.Total, first.Payments.Single().Amount).ShouldBe((new Money(100), new Money(978), new Money(978)));
        (second.Total, second.Tip).ShouldBe((new Money(348), Money.Zero));
        read.Refunds.ShouldHaveSingleItem().Amount.ShouldBe(new Money(348));
    }

    [Fact]
    public void SumUps_refund_is_a_negative_row_of_its_sale_and_tips_are_in_the_other_report()
    {
        var read = BroughtFiles.Read("CHF",
            ("Umsatz.csv",
                "Datum,Typ,Transaktionsnummer,Zahlungsmethode,Menge,Beschreibung,Category,Sku,Währung,Preis vor Rabatt,Rabatt,Preis "
                    + "(brutto),"
                + "Preis (netto),Steuer,Steuersatz,Konto\n"
                + "\"24.03.2026, 12:32\",Verkauf,TA,Visa - Debitkarte,2,\" Suppe \",Mittag,,CHF,14.0,2.0,12.0,11.1,0.9,8.1%,a@example.com\n"
                + "\"25.03.2026, 12:37\",Rückerstattung,TA,Visa,1,,,,CHF,-6.0,,-6.0,-6.0,,,\n"),
            ("Transaktionen.csv",
                "Datum,Transaktions-ID,Transaktionsart,Status,Beschreibung,Betrag inkl. MwSt.,Trinkgeldbetrag,Gebühr\n"
                + "2026-03-24 12:32:00,TA,Umsatz,Erfolgreich,2 x Suppe,13.0,1.0,0.2\n"
                + "2026-03-25 12:37:00,TA,Rückerstattung,,,-6.0,,\n"));
        read.Refused.ShouldBeEmpty();
        var sale = read.Sales.ShouldHaveSingleItem();
        (sale.Total, sale.Tip, sale.Payments.Single().Amount).ShouldBe((new Money(1300), new Money(100), new Money(1300)));
        var line = sale.Lines.ShouldHaveSingleItem();
        (line.Name, line.Quantity, line.UnitPrice, line.Discount, line.Tax).ShouldBe(("Suppe", 2000L, new Money(700), new Money(200),
            new Money(90)));
        line.Taxes[0].Rate.Percent.ShouldBe(8.1m);
        var refund = read.Refunds.ShouldHaveSingleItem();
        (refund.Of, refund.Amount, refund.At.Day).ShouldBe((sale.Ref, new Money(600), 25));
    }

    [Fact]
    public async Task Zettles_workbook_has_titles_above_and_sums_below_and_the_rate_in_a_heading()
    {
        string[][] rows =
        [
            ["Example Café ApS"],
            [],
            ["Kvitteringer", "2"],
            ["Dato", "Tid", "Kvitteringsnummer", "Moms (25.0%)", "Total", "Afgift", "Netto", "Betalingsmetode", "Hændelsestype",
                "Personale",
                "Beskrivelse"],
            ["2025-09-01 10:02", "10:02", "1001", "9.0", "45.0", "-0.79", "44.21", "Kort", "Betaling", "Ana", "2 x Kaffe"],
            ["2025-09-02 10:30", "10:30", "1002", "-9.0", "-45.0", "0.0", "-45.0", "Kort", "Refusion", "Ana", "2 x Kaffe"],
            ["", "Total", "", "0.0", "0.0", "-0.79", "-0.79", "", "", "", ""],
        ];
        var read = BroughtFiles.Read("DKK", null, ("kvitteringer.xlsx", await Workbook(rows)));
        read.Refused.ShouldBeEmpty();
        var sale = read.Sales.ShouldHaveSingleItem();
        (sale.Total, sale.Lines[0].Tax, sale.Lines[0].Taxes[0].Rate.Percent).ShouldBe((new Money(4500), new Money(900), 25m));
        read.Refunds.ShouldHaveSingleItem().Of.ShouldBe(sale.Ref);
    }

    [Fact]
    public async Task Odoos_lines_and_payments_share_rows_and_a_refunds_subtotals_are_positive()
    {
        string[][] rows =
        [
            ["Order Ref", "Date", "Customer", "Status", "Total", "Order Lines/Product", "Order Lines/Quantity", "Order Lines/Unit Price",
                "Order Lines/Discount (%)", "Order Lines/Subtotal w/o Tax", "Order Lines/Subtotal", "Payments/Payment Method",
                    "Payments/Amount"],
            ["C/1", "2026-04-12 16:20:30", "", "Paid", "10.0", "[LAT] Latte", "2", "4.5", "0", "8.18", "9.0", "Cash", "5.0"],
            ["", "", "", "", "", "[CRO] Croissant", "1", "2.0", "0", "1.82", "2.0", "Card", "5.0"],
            ["", "", "", "", "", "[DISC] Discount", "1", "-1.0", "0", "-0.91", "-1.0", "", ""],
            ["C/1 REFUND", "2026-04-13 08:01:00", "", "Paid", "-4.5", "[LAT] Latte", "-1", "4.5", "0", "4.09", "4.5", "Cash", "-4.5"],
        ];
        var read = BroughtFiles.Read("EUR", null, ("Point of Sale Orders (pos.order).xlsx", await Workbook(rows)));
        read.Refused.ShouldBeEmpty();
        var sale = read.Sales.ShouldHaveSingleItem();
        (sale.Total, sale.Lines.Count, sale.Lines.Sum(l => l.Discount.Minor)).ShouldBe((new Money(1000), 2, 100L));
        sale.Payments.Select(p => (p.Method, p.Amount.Minor)).ShouldBe([(PaymentMethod.Cash, 500L), (PaymentMethod.Card, 500L)]);
        var refund = read.Refunds.ShouldHaveSingleItem();
        (refund.Of, refund.Amount, refund.Lines.Single().Quantity).ShouldBe((sale.Ref, new Money(450), 1000L));
    }

    [Fact]
    public void Shopifys_tip_may_be_the_first_row_and_its_taxes_inside_or_on_top()
    {
        const string headings =
            "Name,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,"
            + "Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem requires shipping,Billing Name,Notes,Cancelled at,"
            + "Payment Method,Payment Reference,Refunded Amount,Vendor,Id,Lineitem discount,Tax 1 Name,Tax 1 Value,Phone\n";
        var read = BroughtFiles.Read("USD", ("orders.csv", headings
            + "#1,a@example.com,paid,USD,18.00,0.00,1.44,21.44,TEN,2.00,,2026-04-06 21:52:40 "
                + "-0400,1,Tip,2.00,,false,Ana,,,Stripe,r1,0.00,,901,"
            + "0.00,State Tax 8%,1.44,\n"
            + "#1,a@example.com,,,,,,,,,,2026-04-06 21:52:40 -0400,2,Cake,10.00,CK,true,,,,,,,Baker,,2.00,,,\n"
            + "#2,b@example.com,partially_refunded,USD,10.00,5.00,1.60,15.00,,0.00,Post,2026-04-07 10:00:00 "
                + "-0400,1,Cake,10.00,CK,true,Ben,,,"
            + "Shop Cash + Shopify Payments,r2,4.00,Baker,902,0.00,VAT 19%,1.60,\n"));
        read.Refused.ShouldBeEmpty();
        var (first, second) = (read.Sales[0], read.Sales[1]);
        (first.Total, first.Tip, first.TaxInside).ShouldBe((new Money(2144), new Money(200), false));
        var line = first.Lines.ShouldHaveSingleItem();
        (line.Total, line.Discount, line.Tax, line.Taxes[0].Rate.Percent).ShouldBe((new Money(1944), new Money(200), new Money(144), 8m));
        (second.Total, second.Delivery, second.TaxInside, second.Lines[0].Tax).ShouldBe((new Money(1500), new Money(500), true,
            new Money(160)));
        read.Refunds.ShouldHaveSingleItem().Amount.ShouldBe(new Money(400));
    }

    [Fact]
    public void Open_prices_never_become_nothing()
    {
        var read = BroughtFiles.Read("USD", ("catalog.csv",
            "Token,Item Name,Variation Name,SKU,Description,Categories,Price,Archived,GTIN,Modifier Set - Milk,Tax - Sales Tax (8.25%)\n"
            + "A1,Latte,Small,,\"Two\nlines\",DRINKS > ESPRESSO (CATTOKEN0001),4.5,N,,Y,Y\n"
            + "A2,Latte,Large,,,DRINKS > ESPRESSO (CATTOKEN0001),5.25,N,,Y,Y\n"
            + "A3,Donation,Regular,,,,variable,N,,N,N\n"
            + "A4,Old,Regular,,,,3,Y,4.00638E+12,N,N\n"
            + "A5,Broken,Regular,,,,free,N,,N,N\n"));
        read.Products.Select(p => (p.Name, p.Price?.Minor, p.Archived)).ShouldBe(
            [("Latte Small", 450L, false), ("Latte Large", 525L, false), ("Donation", null, false), ("Old", 300L, true)]);
        (read.Products[0].Category, read.Products[0].TaxRate?.Percent).ShouldBe(("ESPRESSO", 8.25m));
        read.Refused.Select(r => (r.Line, r.Field)).ShouldBe([(6, "GTIN"), (7, "Price")]);
        read.Notes.ShouldContain(n => n.Contains("neither their options nor their prices"));
    }

    private static async Task<byte[]> Workbook(string[][] rows)
    {
        using var stream = new MemoryStream();
        var width = rows.Max(r => r.Length);
        await stream.SaveAsAsync(
            rows.Select(r => Enumerable.Range(0, width).ToDictionary(i => $"c{i}", i => (object)(i < r.Length ? r[i] : ""))),
            printHeader: false);
        return stream.ToArray();
    }
}
