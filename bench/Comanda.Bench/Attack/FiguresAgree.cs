using System.Text.Json;
using Comanda.Data;
using Comanda.Stock;

namespace Comanda.Bench.Attack;

/// <summary>In the evening: whether every figure of a shop agrees with every other, to the cent.</summary>
internal sealed class FiguresAgree(Arena arena, ArenaShop shop, Person owner, string part, CancellationToken cancel)
{
    private readonly Findings findings = arena.Findings;

    public async Task Run()
    {
        var cent = await CloseDrawers();
        var daily = await Get("GET /api/reports/sales/daily");
        var sessions = await All("GET /api/drawers?status=closed&limit=200");
        foreach (
            var (ofDrawer, ofDay) in ((string, string)[])
                [
                    ("sales", "total_sales"),
                    ("orders", "order_count"),
                    ("tax", "tax"),
                    ("tips", "tips"),
                    ("discounts", "discounts"),
                    ("refunds", "refunds"),
                    ("service_charges", "service_charges"),
                    ("gift_cards_sold", "gift_cards_sold"),
                ]
        )
        {
            Same($"drawers' {ofDrawer} and the day's {ofDay}", Sum(sessions, ofDrawer), Of(daily, ofDay));
        }

        var hours = await Get($"GET /api/reports/sales?group_by=hour&from={daily.GetProperty("date")}&to={daily.GetProperty("date")}");
        Same("sales by hour and the day", Of(hours.GetProperty("total"), "sales"), Of(daily, "total_sales"));
        Same(
            "the day's own hours and the day",
            daily.GetProperty("by_hour").EnumerateArray().Sum(h => Of(h, "total")),
            Of(daily, "total_sales")
        );

        var orders = (await All("GET /api/orders?limit=200")).Where(o => !o.GetProperty("training").GetBoolean()).ToList();
        orders.ForEach(AddsUp);
        var sold = orders.Where(o => Text(o, "status") != "cancelled").ToList();
        Same("the orders and the day", sold.Sum(o => Of(o, "total_amount") - Of(o, "tip")), Of(daily, "total_sales"));
        Same("the orders' tax and the day's", sold.Sum(o => Of(o, "tax")), Of(daily, "tax"));
        await Takings(daily, cent);
        Cash(
            sessions,
            orders,
            await Number(
                "select coalesce(sum(amount + rounding), 0)::bigint from gift_card_movements where shop_id = $1 and method = 'cash'"
            ) * cent
        );
        await Ledgers();
        var journal = await Get("GET /api/journal/verify");
        findings.Check(journal.GetProperty("valid").GetBoolean(), part, "the journal does not hold", () => journal.ToString());
    }

    /// <summary>Closes what is open, so that all of it is in Z reports; answers what a minor unit is in the shop's currency.</summary>
    private async Task<decimal> CloseDrawers()
    {
        foreach (var open in await All("GET /api/drawers?status=open&limit=200"))
        {
            var closed = await owner.Ask($"POST /api/drawers/{Of(open, "id")}/close", new { counted = 0 }, cancel: cancel);
            findings.Check(closed.Ok, part, "a drawer does not close", closed.ToString);
        }

        return Text(await Get("GET /api/reports/sales/daily"), "currency") == "JPY" ? 1 : 0.01m;
    }

    private void AddsUp(JsonElement order)
    {
        var lines = List(order, "items").Sum(l => Of(l, "total"));
        var own = lines + Of(order, "delivery_fee") + Of(order, "tip");
        findings.Check(own == Of(order, "total_amount"), part, "an order is not the sum of its lines", order.ToString);
        findings.Check(
            List(order, "items").Sum(l => Of(l, "tax")) == Of(order, "tax"),
            part,
            "an order's tax is not its lines'",
            order.ToString
        );
        foreach (var payment in List(order, "payments"))
        {
            var back = List(order, "refunds").Where(r => Of(r, "payment_id") == Of(payment, "id")).Sum(r => Of(r, "amount"));
            findings.Check(back <= Of(payment, "amount"), part, "more went back than was paid", order.ToString);
        }
    }

    private async Task Takings(JsonElement daily, decimal cent)
    {
        var gone =
            cent
            * await Number(
                """
                select coalesce(sum(r.amount), 0)::bigint from refunds r join orders o on o.id = r.order_id
                where o.shop_id = $1 and o.status = 'cancelled' and r.kind = 'refund' and not o.training
                """
            );
        Same(
            "what was sold and what was taken",
            Of(daily, "total_sales")
                + Of(daily, "tips")
                + Of(daily, "cash_rounding")
                + Of(daily, "gift_cards_sold")
                - Of(daily, "refunds")
                + gone,
            ByTender("payment_methods") - ByTender("refund_methods") + Of(daily, "unpaid"));

        decimal ByTender(string list) => daily.GetProperty(list).EnumerateObject().Sum(m => m.Value.GetDecimal());
    }

    private void Cash(List<JsonElement> sessions, List<JsonElement> orders, decimal ofCards)
    {
        decimal Moved(JsonElement order, string list) =>
            List(order, list).Where(p => Text(p, "method") == "cash").Sum(p => Of(p, "amount") + Of(p, "rounding"));
        Same(
            "what the drawers expect and the cash that moved",
            sessions.Sum(s => Of(s, "expected") - Of(s, "float") - Of(s, "paid_in") + Of(s, "paid_out")),
            orders.Sum(o => Moved(o, "payments") - Moved(o, "refunds")) + ofCards
        );
    }

    /// <summary>What is kept as a balance is the sum of its movements; no number is missing.</summary>
    private async Task Ledgers()
    {
        await None(
            "points that are not the sum of their ledger",
            """
            select count(*) from customers c cross join lateral (
                select coalesce(sum(points), 0) as had, coalesce(sum(points - owed), 0) as net
                from point_entries e where e.customer_id = c.id) l
            where c.shop_id = $1 and (c.loyalty_points <> l.had or c.points_net <> l.net)
            """
        );
        await None("negative points", "select count(*) from customers where shop_id = $1 and loyalty_points < 0");
        await None(
            "gift cards that are not the sum of their movements",
            """
            select count(*) from gift_cards g where shop_id = $1
                and balance <> (select sum(amount) from gift_card_movements m where m.card_id = g.id)
            """
        );
        await None(
            "holes in a register's numbers",
            """
            select count(*) from (
                select number - lag(number, 1, number - 1) over (partition by register_id order by number) as step
                from journal where shop_id = $1) s
            where step <> 1
            """
        );
        await None("orders below zero", "select count(*) from orders where shop_id = $1 and total < 0");
        var wrong = await FoldStock.Wrong(arena.Database, shop.Id, cancel);
        findings.Check(wrong.Count == 0, part, "stock is not the sum of its movements", () =>
            $"shop {shop.Id}, items {string.Join(", ", wrong)}"
        );
    }

    private async Task None(string what, string sql)
    {
        var count = await Number(sql);
        findings.Check(count == 0, part, what, () => $"shop {shop.Id}: {count}");
    }

    private async Task<long> Number(string sql) => Convert.ToInt64(await arena.Database.Scalar(sql, cancel, shop.Id));

    private void Same(string what, decimal one, decimal other) =>
        findings.Check(one == other, part, $"{what} differ", () => $"shop {shop.Id}: {one} and {other}");

    private async Task<JsonElement> Get(string what)
    {
        var reply = await owner.Ask(what, cancel: cancel);
        return reply.Ok ? reply.Json : throw new BenchException($"{what} in shop {shop.Id} answered {reply}");
    }

    private async Task<List<JsonElement>> All(string what)
    {
        var all = new List<JsonElement>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await Get(cursor.Length == 0 ? what : $"{what}&cursor={cursor}");
            all.AddRange(page.GetProperty("items").EnumerateArray());
            cursor = page.GetProperty("next_cursor").GetString();
        }

        return all;
    }

    private static decimal Sum(List<JsonElement> rows, string field) => rows.Sum(r => Of(r, field));

    private static List<JsonElement> List(JsonElement of, string field) => [.. of.GetProperty(field).EnumerateArray()];

    private static decimal Of(JsonElement of, string field) =>
        of.GetProperty(field) is { ValueKind: JsonValueKind.Number } number ? number.GetDecimal() : 0;

    private static string Text(JsonElement of, string field) => of.GetProperty(field).ToString();
}
