using Comanda.Imports;

namespace Comanda.Tests.Imports;

/// <summary>
/// Excerpts of real exports, which lie beside the repository: their figures are what their notes measured. Where they are not there, the
/// tests say that they were skipped.
/// </summary>
public sealed class SharedExportsTests(CafeApp app)
{
    private static (string Name, byte[] Content) Open(string path)
    {
        var file = CafeApp.Shared is { } shared ? Path.Combine(shared, "exports", path) : "";
        if (!File.Exists(file))
            Assert.Skip($"{path} is not beside the repository");
        return (Path.GetFileName(path), File.ReadAllBytes(file));
    }

    private static ImportOptions? None => null;

    [Theory]
    [InlineData("square/items-2026-06-01-2026-06-12.csv")]
    [InlineData("square/items-2026-07-01-2026-07-02.csv")]
    public async Task Squares_net_is_gross_and_discounts_in_every_row_and_in_the_reports(string path)
    {
        var file = Open(path);
        var owner = await (await app.NewShop(("currency", "USD"), ("time_zone", "America/New_York"))).As("owner");
        var plan = await owner.Plan([file]);
        plan.Counts().Refused.ShouldBe(0, plan.ToString());
        var days = plan.Body.GetProperty("totals_by_day").EnumerateArray().ToList();
        days.ShouldNotBeEmpty();
        days.ShouldAllBe(d => d.GetProperty("difference").GetDecimal() == 0);
        await owner.Run(plan.Id);
        // Summed here by hand, cell by cell.
        var rows = Cells(file.Content);
        decimal Sum(string kind, string column) => rows.Where(r => r["Event Type"] == kind)
            .Sum(r => decimal.Parse(r[column].Replace("$", ""), System.Globalization.CultureInfo.InvariantCulture));
        var (from, to) = (DateOnly.Parse(days[0].Text("date")), DateOnly.Parse(days[^1].Text("date")));
        var sales = await owner.GetSales(from, to, "day");
        sales.Total.Sales.ShouldBe(Sum("Payment", "Net Sales") + Sum("Payment", "Tax"));
        sales.Total.Orders.ShouldBe(rows.Where(r => r["Event Type"] == "Payment").Select(r => r["Transaction ID"]).Distinct().Count());
        sales.Total.Lines.ShouldBe(rows.Count(r => r["Event Type"] == "Payment"));
        var (tax, off, back) = (0m, 0m, 0m);
        for (var day = from; day <= to; day = day.AddDays(1))
        {
            var daily = await owner.GetDailySales(day);
            (tax, off, back) = (tax + daily.Tax, off + daily.Discounts, back + daily.Refunds);
            daily.Unpaid.ShouldBe(0m);
        }

        tax.ShouldBe(Sum("Payment", "Tax"));
        off.ShouldBe(-Sum("Payment", "Discounts"));
        back.ShouldBe(-Sum("Refund", "Net Sales") - Sum("Refund", "Tax"));
    }

    [Fact]
    public async Task Loyverses_receipts_without_the_cancelled_ones()
    {
        var (lines, receipts) = (
            Open("loyverse/receipts-by-item-2026-06-01-2026-09-24.real.csv"), Open("loyverse/receipts-2026-06-01-2026-09-24.real.csv"));
        var owner = await (await app.NewShop(("currency", "PHP"))).As("owner");
        var plan = await owner.Plan([lines, receipts]);
        plan.Body.GetProperty("questions").GetArrayLength().ShouldBe(0, plan.ToString());
        await owner.Run(plan.Id);
        var rows = Cells(receipts.Content).Where(r => r["Status"] == "Closed").ToList();
        var items = Cells(lines.Content).Where(r => r["Status"] == "Closed").ToList();
        var alone = items.Where(i => rows.TrueForAll(r => r["Receipt number"] != i["Receipt number"])).ToList();
        decimal D(string cell) => decimal.Parse(cell, System.Globalization.CultureInfo.InvariantCulture);
        var sales = await owner.GetSales(new(2026, 6, 1), new(2026, 9, 30), "day");
        sales.Total.Sales.ShouldBe(rows.Sum(r => D(r["Total collected"])) + alone.Sum(r => D(r["Net sales"])));
        sales.Total.Orders.ShouldBe(rows.Count + alone.Select(r => r["Receipt number"]).Distinct().Count());
        // One receipt was cancelled and another, corrected one written a minute later.
        (await owner.GetDailySales(new(2026, 8, 8))).TotalSales.ShouldBe(140m + 157m);
        var card = rows.Where(r => r["Payment type"] == "Card").Sum(r => D(r["Total collected"]));
        (await owner.GetDailySales(new(2026, 9, 24))).PaymentMethods["card"].ShouldBe(card);
    }

    [Theory]
    [InlineData("shopify/orders_export_1.73col.real-scrubbed.csv")]
    [InlineData("shopify/orders_export_1.78col.real-scrubbed.csv")]
    public void Shopifys_subtotal_is_its_lines_without_tip_and_discount_and_its_total_is_kept(string path)
    {
        var file = Open(path);
        var read = BroughtFiles.Read("USD", None, file);
        var rows = Cells(file.Content);
        read.Refused.ShouldBeEmpty();
        read.Questions.ShouldBeEmpty();
        var heads = rows.Where(r => r["Total"].Length > 0).ToList();
        read.Sales.Count.ShouldBe(heads.Count);
        foreach (var head in heads)
        {
            decimal D(string column) => head[column].Length == 0 ? 0 : decimal.Parse(head[column],
                System.Globalization.CultureInfo.InvariantCulture);
            var sale = read.Sales.Single(s => s.Number == head["Name"]);
            sale.Total.ShouldBe(new Money((long)(D("Total") * 100)), head["Name"]);
            var gross = sale.Lines.Sum(l => (l.UnitPrice * (l.Quantity / 1000)).Minor);
            (gross - (long)(D("Discount Amount") * 100)).ShouldBe((long)(D("Subtotal") * 100), head["Name"]);
            sale.Lines.Sum(l => l.Tax.Minor).ShouldBe((long)(D("Taxes") * 100), head["Name"]);
            read.Refunds.Where(r => r.Of == sale.Ref).Sum(r => (r.Amount + r.Tip).Minor).ShouldBe((long)(D("Refunded Amount") * 100));
        }
    }

    [Theory]
    [InlineData("loyverse/export_items.cafe-modifiers-taxes.real.csv", "loyverse", "MVR")]
    [InlineData("loyverse/export_items.jpy-no-decimals.real.csv", "loyverse", "JPY")]
    [InlineData("shopify/products_export_1.61col.real.csv", "shopify", "USD")]
    [InlineData("vend/product-export.real.csv", "lightspeed_x", "USD")]
    [InlineData("vend/product-export.excel-cell-limit.shortened.csv", "lightspeed_x", "USD")]
    [InlineData("woocommerce/sample_products.rebuilt.csv", "woocommerce", "USD")]
    public async Task Catalogues_come_with_every_item_and_none_for_nothing(string path, string system, string currency)
    {
        var file = Open(path);
        var read = BroughtFiles.Read(currency, None, file);
        read.Files.ShouldHaveSingleItem().System.ShouldBe(system);
        read.Products.ShouldNotBeEmpty();
        read.Products.Select(p => p.Ref).Distinct().Count().ShouldBe(read.Products.Count);
        var zero = Cells(file.Content).Count(r => r.Values.Any(v => v is "0.00" or "0"));
        read.Products.Count(p => p.Price is { IsZero: true }).ShouldBeLessThanOrEqualTo(zero);
        var owner = await (await app.NewShop(("currency", currency))).As("owner");
        var there = (await owner.Ask("GET /api/products")).Items.Count();
        var done = await owner.Run((await owner.Plan([file])).Id);
        var kept = read.Products.Count(p => !p.Archived);
        (await owner.Ask("GET /api/products")).Items.Count().ShouldBe(there + kept, done.ToString());
        (await owner.Run((await owner.Plan([file])).Id)).Counts().ShouldBe((0, 0, kept, done.Counts().Refused));
    }

    [Fact]
    public void A_cell_that_was_cut_and_a_bundles_row_take_no_product_along()
    {
        var cut = BroughtFiles.Read("USD", None, Open("vend/product-export.excel-cell-limit.shortened.csv"));
        cut.Refused.Select(r => r.Field).ShouldBe(["retail_price", "id"]);
        var real = BroughtFiles.Read("USD", None, Open("vend/product-export.real.csv"));
        real.Products.ShouldAllBe(p => p.Name != "Item");
    }

    [Theory]
    [InlineData("sumup/sales-report-de-from-2026-03.from-fixture.csv", "CHF")]
    [InlineData("sumup/sales-report-en-until-2024-04.csv", "CHF")]
    [InlineData("sumup/transaction-report-de.from-fixture.csv", "CHF")]
    [InlineData("toast/ItemSelectionDetails.15col-2023.real.csv", "USD")]
    [InlineData("toast/ItemSelectionDetails.32col.anonymised-fixture.csv", "USD")]
    [InlineData("toast/OrderDetails.fixture.csv", "USD")]
    public void Sales_come_to_what_the_file_says(string path, string currency)
    {
        var read = BroughtFiles.Read(currency, None, Open(path));
        read.Refused.ShouldBeEmpty();
        read.Questions.ShouldBeEmpty();
        read.Sales.ShouldNotBeEmpty();
        var said = read.Said.Values.Aggregate(Money.Zero, (sum, m) => sum + m);
        var taken = read.Sales.Where(s => !s.Cancelled).Aggregate(Money.Zero, (sum, s) => sum + s.Total - s.Tip)
            - read.Refunds.Aggregate(Money.Zero, (sum, r) => sum + r.Amount);
        taken.ShouldBe(said);
    }

    /// <summary>Rows by their headings, read by other code than the importer's.</summary>
    private static List<Dictionary<string, string>> Cells(byte[] content)
    {
        var rows = new List<List<string>> { new() };
        var (cell, quoted) = (new System.Text.StringBuilder(), false);
        var text = System.Text.Encoding.UTF8.GetString(content).TrimStart('\ufeff');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '"' && quoted && i + 1 < text.Length && text[i + 1] == '"')
            {
                cell.Append('"');
                i++;
            }
            else if (c == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && c is ',' or '\n' && !quoted)
            {
                rows[^1].Add(cell.ToString().TrimEnd('\r'));
                cell.Clear();
                if (c == '\n')
                    rows.Add([]);
            }
            else
            {
                cell.Append(c);
            }
        }

        rows[^1].Add(cell.ToString());
        return [.. rows.Skip(1).Where(r => r.Count > 1).Select(r => rows[0].Index().DistinctBy(h => h.Item)
            .ToDictionary(h => h.Item, h => h.Index < r.Count ? r[h.Index] : ""))];
    }
}
