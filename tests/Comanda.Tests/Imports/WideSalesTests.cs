using Comanda.Data;
using Comanda.Imports;

namespace Comanda.Tests.Imports;

/// <summary>Files with a column for each product, brought by a mapping.</summary>
public sealed class WideSalesTests(CafeApp app)
{
    private const string Days =
        "day,weather,Espresso,Croissant,Loaf,staff\n"
        + "2026-05-01,sun,12,3,,Ana\n"
        + "2026-05-02,rain,0,two,1,Ana\n"
        + "2026-05-03,rain,,-,,Ben\n"
        + "Total,,12,3,1,\n";

    [Fact]
    public async Task A_column_for_each_product_is_a_line_for_each_that_was_sold()
    {
        var (result, shop) = await Import(Days, """
            "columns": { "transaction": "day", "date": "day", "staff": "staff", "products": ["Espresso", "Croissant", "Loaf"] },
            "prices": { "Espresso": "1.20", "Croissant": "1,50", "Loaf": "4" }
            """);
        (result.Orders, result.Lines, result.Total).ShouldBe((2, 3, new Money(1440 + 450 + 400)));
        result.SetAside.Select(s => (s.Line, s.Reason)).ShouldBe(
        [
            (3, "Croissant: 'two' is not a whole number from 1 to 100000"),
            (4, "no product has a quantity"),
            (5, "day: 'Total' is not a time in the given format"),
        ]);
        (await shop.GetDailySales(new(2026, 5, 1))).TotalSales.ShouldBe(18.90m);
        (await shop.GetDailySales(new(2026, 5, 2))).TotalSales.ShouldBe(4m);
        var sold = (await shop.GetTopProducts(new(2026, 5, 1), new(2026, 5, 3), "quantity", 10)).Items;
        sold.Select(p => (p.Name, p.Quantity)).ShouldBe([("Espresso", 12m), ("Croissant", 3m), ("Loaf", 1m)]);
    }

    [Fact]
    public async Task All_columns_that_mean_nothing_else_are_products_and_cells_may_be_amounts()
    {
        var (result, shop) = await Import("no;at;Bread;Cakes\n7;2026-05-01 09:00:00;3,20;\n8;2026-05-01 10:00:00;1,10;12,00\n", """
            "columns": { "transaction": "no", "at": "at", "products": "*" }, "product_cells": "amount", "delimiter": ";"
            """);
        (result.Orders, result.Lines, result.SetAside.Count).ShouldBe((2, 3, 0));
        (await shop.GetDailySales(new(2026, 5, 1))).TotalSales.ShouldBe(16.30m);
    }

    [Theory]
    [InlineData("""{"transaction":"no","at":"at","product":"p","products":["a"]}""", "columns: give product")]
    [InlineData("""{"transaction":"no","at":"at","products":["a"],"quantity":"q"}""", "product_cells")]
    [InlineData("""{"transaction":"no","at":"at"}""", "transaction and product are needed")]
    [InlineData("""{"transaction":"no","at":"at","products":["a"]}""", "prices")]
    public async Task A_mapping_says_one_of_both(string columns, string said) =>
        (await Should.ThrowAsync<StartupException>(() => Import("no,at,a\n", $"\"columns\": {columns}"))).Message
            .ShouldContain(said);

    private async Task<(SalesImported Result, ComandaClient Shop)> Import(string csv, string mapping)
    {
        var name = "Wide " + Guid.NewGuid().ToString("N")[..8];
        var folder = Directory.CreateTempSubdirectory("comanda-wide-");
        try
        {
            FileInfo sales = new(Path.Combine(folder.FullName, "s.csv")), map = new(Path.Combine(folder.FullName, "m.json"));
            await File.WriteAllTextAsync(sales.FullName, csv);
            await File.WriteAllTextAsync(
                map.FullName, $$"""{ "source": "{{name}}", "currency": "EUR", "time_zone": "UTC", "shop": "{{name}}", {{mapping}} }""");
            var (_, result) = await ImportSalesVerb.Import(app.Database, sales, map, false, new ProgressBar(quiet: true), default);
            var admin = app.Client();
            await admin.SignIn("admin", "password123");
            var id = await app.Database.Scalar("select id from shops where name = $1", default, name);
            admin.Http.DefaultRequestHeaders.Add("X-Shop-Id", $"{id}");
            return (result, admin);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
