using Comanda.Data;

namespace Comanda.BrowserTests;

/// <summary>Long lists and the story of one order.</summary>
public sealed class BooksTableTests(CafeApp app)
{
    [Fact]
    public async Task Five_thousand_orders_scroll_and_only_those_in_sight_are_drawn_and_those_before_read()
    {
        await using var screens = await Screens.Begin(app);
        var cashier = await screens.Shop.As("cashier", screens.Address);
        var order = await cashier.PlaceOrder(new("takeaway", [new((await screens.Shop.Item("Sencha")).Id, 1)]));
        await Copy(order.Id, 5000);
        await using var desk = await screens.OpenOffice("/office/orders");
        await desk.Has("[role=status]", "rows so far");
        (await desk.Page.EvaluateExpressionAsync<int>("document.querySelectorAll('.ledger tbody tr').length")).ShouldBeLessThan(80);
        await desk.Until("the last row is there", async () =>
        {
            await desk.Page.EvaluateExpressionAsync("void (document.querySelector('.ledger-box').scrollTop = 1e7)");
            return (await desk.Text("p.ledger-count")).StartsWith("5,001 rows", StringComparison.Ordinal);
        });
        await desk.Has(".ledger tbody a", order.OrderNumber); // the newest come first, and this is the oldest
        (await desk.Page.EvaluateExpressionAsync<int>("document.querySelectorAll('.ledger tbody tr').length")).ShouldBeLessThan(80);
        (await desk.Page.EvaluateExpressionAsync<bool>(
            "(top => top('.ledger th') <= top('.ledger-box') + 2)(s => document.querySelector(s).getBoundingClientRect().top)"))
            .ShouldBeTrue("the head stays in sight");

        // Arrow keys go from row to row, also over the edge of what is seen.
        await desk.Page.EvaluateExpressionAsync("void (document.querySelector('.ledger-box').scrollTop = 0)");
        await desk.Has(".ledger tbody a", "copy-5000");
        await desk.Page.EvaluateExpressionAsync("document.querySelector('.ledger tbody a').focus()");
        foreach (var _ in Enumerable.Range(0, 40))
            await desk.Keys("ArrowDown");
        await desk.Until(
            "the forty-first has the focus",
            async () => await desk.Page.EvaluateExpressionAsync<string>("document.activeElement.innerText") == "copy-4960");
        await desk.Put("Number or guest", "copy-123");
        await desk.Keys("Enter");
        await desk.Has("p.ledger-count", "11 rows"); // 123 and 1230 to 1239
        (await desk.Page.EvaluateExpressionAsync<string>("location.search")).ShouldBe("?q=copy-123");
        desk.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_story_of_an_order_has_its_lines_money_journal_and_who_did_what()
    {
        await using var screens = await Screens.Begin(app);
        var cashier = await screens.Shop.As("cashier", screens.Address);
        var order = await cashier.PlaceOrder(new(
            "takeaway", [new((await screens.Shop.Item("Rye loaf")).Id, 2)], CustomerName: "Grace", Payments: [new("card")]));
        var manager = await screens.Shop.As("manager", screens.Address);
        (await manager.Ask($"POST /api/orders/{order.Id}/refund", new { amount = 3, reason = "burnt" })).Status.ShouldBe(201);
        await using var desk = await screens.OpenOffice($"/office/orders/{order.Id}");
        await desk.Has("h1", "Order " + order.OrderNumber);
        foreach (var text in new[] { "Rye loaf", "Grace", "Carlo Cashier", "Placed by Carlo Cashier", "€3.00 went back", "burnt" })
            await desk.Shows(text);
        var story = await desk.Text(".story");
        foreach (var text in new[] { ": Sale", ": Refund", "Marta Manager: refund" })
            story.ShouldContain(text);
        (await desk.Text(".receipt-paper")).ShouldContain("Rye loaf");
        (await desk.Objections()).ShouldBeEmpty();
        desk.Complaints.ShouldBeEmpty();
    }

    /// <summary>So many more orders like one, as a year makes them.</summary>
    private async Task Copy(long id, int many)
    {
        await using var connection = await app.Database.OpenConnectionAsync();
        await using var read = connection.Command(
            """
            select string_agg(quote_ident(column_name), ', ') from information_schema.columns
            where table_name = 'orders' and column_name not in ('id', 'number', 'order_number')
            """);
        var columns = (string)(await read.ExecuteScalarAsync())!;
        await using var copy = connection.Command(
            // Far from the ids and numbers that are handed out, which other tests want.
            $"insert into orders (id, number, order_number, {columns}) "
                + $"select o.id * 1000000 + n, o.number + 1000000 + n, 'copy-' || n, {columns} "
                + "from orders o, generate_series(1, $2) n where o.id = $1",
            id,
            many);
        await copy.ExecuteNonQueryAsync();
    }
}
