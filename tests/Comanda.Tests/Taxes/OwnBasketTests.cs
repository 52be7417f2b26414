using System.Text.Json;

namespace Comanda.Tests.Taxes;

/// <summary>
/// Baskets of our own under the taxes of fourteen places, worked out by hand: discounts over several rates, charges, fees, every scope of
/// cash rounding. Each is placed and paid, goes back in parts until nothing is left, and is eaten elsewhere than it was ordered for.
/// </summary>
public sealed class OwnBasketTests(CafeApp app)
{
    private const string Here = "dine-in", Away = "takeaway";

    private static readonly Dictionary<string, Basket> Baskets = new(StringComparer.Ordinal)
    {
        // 10.45 − 10 % = 1.05, shared 0.39 (coffee), 0.46 (cake), 0.20 (milk).
        ["DE"] = new()
        {
            Rows = [("drink", "any", "VAT", 19), ("food", "any", "VAT", 7), ("milk", Here, "VAT", 19), ("milk", Away, "VAT", 7)],
            Items = [("drink", 3.90m, 1, Here), ("food", 4.60m, 1, Here), ("milk", 1.95m, 1, Away)],
            Discount = ("percentage", 10),
            Total = 9.40m,
            Taxes = [("VAT", 7, 5.50m, 0.39m), ("VAT", 19, 2.95m, 0.56m)],
        },
        // 1.00 shared 0.37, 0.30, 0.33.
        ["AT"] = new()
        {
            Rows = [("bread", Away, "USt", 4.9m), ("bread", Here, "USt", 10), ("food", "any", "USt", 10), ("drink", "any", "USt", 20)],
            Items = [("bread", 4.20m, 1, Away), ("food", 3.50m, 1, Away), ("drink", 3.80m, 1, Here)],
            Discount = ("fixed", 1),
            Total = 10.50m,
            Taxes = [("USt", 4.9m, 3.65m, 0.18m), ("USt", 10, 2.91m, 0.29m), ("USt", 20, 2.89m, 0.58m)],
        },
        // 2.50 for delivery lies on the goods: 0.31, 0.76, 1.43.
        ["FR"] = new()
        {
            Rows = [("bread", "any", "TVA", 5.5m), ("meal", "any", "TVA", 10), ("wine", "any", "TVA", 20)],
            Items = [("bread", 1.30m, 2, null), ("meal", 6.40m, 1, null), ("wine", 12m, 1, null)],
            Settings = [("delivery_fee", """{"amount":2.50,"taxed":"as_items"}""")],
            Type = "delivery",
            Total = 23.50m,
            Taxes = [("TVA", 5.5m, 2.76m, 0.15m), ("TVA", 10, 6.51m, 0.65m), ("TVA", 20, 11.19m, 2.24m)],
        },
        // 12.5 % of the 11.00 that are eaten here: 1.38.
        ["GB"] = new()
        {
            Rows = [("hot", "any", "VAT", 20), ("cold", Here, "VAT", 20), ("cold", Away, "VAT", 0)],
            Items = [("hot", 5.50m, 2, Here), ("cold", 3.95m, 1, Away)],
            Settings = [("service_charge", """{"type":"percentage","value":12.5,"taxed":"as_items","on":"dine-in"}""")],
            Total = 16.33m,
            Taxes = [("VAT", 0, 3.95m, 0m), ("VAT", 20, 10.32m, 2.06m)],
        },
        ["IE"] = new()
        {
            Rows = [("cake", Away, "VAT", 13.5m), ("cake", Here, "VAT", 9), ("coffee", "any", "VAT", 9), ("crisps", "any", "VAT", 23)],
            Items = [("cake", 3.20m, 1, Away), ("coffee", 3.65m, 1, Here), ("crisps", 1.83m, 1, Away)],
            Settings = [("cash_rounding", "0.05"), ("cash_scope", "total")],
            Total = 8.68m,
            CashDue = 8.70m,
            Taxes = [("VAT", 9, 3.35m, 0.30m), ("VAT", 13.5m, 2.82m, 0.38m), ("VAT", 23, 1.49m, 0.34m)],
        },
        // A part by card: the rest in cash is exact.
        ["IT"] = new()
        {
            Rows = [("dish", "any", "IVA", 10), ("drink", Here, "IVA", 10), ("drink", Away, "IVA", 22)],
            Items = [("dish", 4.53m, 1, Away), ("drink", 1.60m, 1, Here), ("drink", 1.20m, 1, Away)],
            Settings = [("cash_rounding", "0.05"), ("cash_scope", "only_if_all_cash")],
            ByCard = 3,
            Total = 7.33m,
            CashDue = 4.33m,
            Taxes = [("IVA", 10, 5.57m, 0.56m), ("IVA", 22, 0.98m, 0.22m)],
        },
        // 3 % of 10.05 is 0.30: 0.13 and 0.17.
        ["CH"] = new()
        {
            Rows = [("food", Here, "MWST", 8.1m), ("food", Away, "MWST", 2.6m)],
            Items = [("food", 4.50m, 1, Here), ("food", 1.85m, 3, Away)],
            Discount = ("percentage", 3),
            Settings = [("cash_rounding", "0.05")],
            Total = 9.75m,
            CashDue = 9.75m,
            Taxes = [("MWST", 2.6m, 5.24m, 0.14m), ("MWST", 8.1m, 4.04m, 0.33m)],
        },
        // 2.00 off: 0.47, 1.28, 0.25; three taxes on 10.45.
        ["US-NY"] = new()
        {
            Rows = [("prepared", "any", "State", 4), ("prepared", "any", "City", 4.5m), ("prepared", "any", "MCTD", 0.375m)],
            Untaxed = "bagel",
            Items = [("prepared", 3.25m, 1, Away), ("prepared", 8.95m, 1, Away), ("bagel", 1.75m, 1, Away)],
            Discount = ("fixed", 2),
            Settings = [("prices_include_tax", "false"), ("cash_rounding", "0.05")],
            Total = 12.88m,
            CashDue = 12.90m,
            Taxes = [("City", 4.5m, 10.45m, 0.47m), ("MCTD", 0.375m, 10.45m, 0.04m), ("State", 4, 10.45m, 0.42m)],
        },
        // 3.95 of ready food is not above 4.00: 5 % alone; other goods do not count.
        ["CA-ON"] = new()
        {
            Rows = [("ready", "any", "HST", 13), ("goods", "any", "HST", 13)],
            UpTo = ("ready", "GST", 5, 4.00m),
            Items = [("ready", 2.10m, 1, Away), ("ready", 1.85m, 1, Away), ("goods", 3.00m, 1, Away)],
            Settings = [("prices_include_tax", "false"), ("cash_rounding", "0.05")],
            Total = 7.54m,
            CashDue = 7.55m,
            Taxes = [("GST", 5, 3.95m, 0.20m), ("HST", 13, 3.00m, 0.39m)],
        },
        // Central and state tax each on 333.00 and on 18.00.
        ["IN"] = new()
        {
            Rows =
            [
                ("meal", "any", "CGST", 2.5m), ("meal", "any", "SGST", 2.5m), ("packed", "any", "CGST", 9), ("packed", "any", "SGST", 9),
            ],
            Items = [("meal", 185m, 2, Here), ("packed", 20m, 1, Away)],
            Discount = ("percentage", 10),
            Settings = [("currency", "INR"), ("prices_include_tax", "false")],
            Total = 370.90m,
            Taxes =
            [
                ("CGST", 2.5m, 333m, 8.33m), ("CGST", 9, 18m, 1.62m), ("SGST", 2.5m, 333m, 8.33m), ("SGST", 9, 18m, 1.62m),
            ],
        },
        // Cut down, once for each rate: 43.6 and 57.8.
        ["JP"] = new()
        {
            Rows = [("food", Here, "消費税", 10), ("food", Away, "消費税", 8)],
            Items = [("food", 480, 1, Here), ("food", 260, 3, Away)],
            Settings = [("currency", "JPY"), ("tax_mode", "down")],
            Total = 1260,
            Taxes = [("消費税", 8, 723, 57), ("消費税", 10, 437, 43)],
        },
        ["AU"] = new()
        {
            Rows = [("coffee", "any", "GST", 10), ("bread", "any", "GST", 0)],
            Items = [("coffee", 4.80m, 1, Here), ("bread", 6.50m, 1, Away)],
            Settings = [("currency", "AUD"), ("cash_rounding", "0.05")],
            Total = 11.30m,
            CashDue = 11.30m,
            Taxes = [("GST", 0, 6.50m, 0m), ("GST", 10, 4.36m, 0.44m)],
        },
        // 7.65: the tie goes down.
        ["NZ"] = new()
        {
            Rows = [("all", "any", "GST", 15)],
            Items = [("all", 2.55m, 3, Here)],
            Settings = [("currency", "NZD"), ("tax_mode", "half_down"), ("cash_rounding", "0.10"), ("cash_tie", "down")],
            Total = 7.65m,
            CashDue = 7.60m,
            Taxes = [("GST", 15, 6.65m, 1.00m)],
        },
        // 47.75: the tie goes up.
        ["DK"] = new()
        {
            Rows = [("all", "any", "moms", 25)],
            Items = [("all", 19.25m, 1, Here), ("all", 28.50m, 1, Away)],
            Settings = [("currency", "DKK"), ("cash_rounding", "0.50")],
            Total = 47.75m,
            CashDue = 48.00m,
            Taxes = [("moms", 25, 38.20m, 9.55m)],
        },
    };

    public static TheoryData<string> Places { get; } = [.. Baskets.Keys];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task A_basket_worked_out_by_hand_is_sold_so_and_goes_back_so(string place)
    {
        var it = Baskets[place];
        var (manager, items) = await Shop(it);
        var basket = new
        {
            type = it.Type,
            items = it.Items.Select(i => new { menu_item_id = items[(i.Class, i.Price)], quantity = i.Quantity, way = i.Way }),
            discount = it.Discount is { } off ? new { type = off.Type, value = off.Value, reason = "ours" } : null,
            payments = it.ByCard == 0
                ? new object[] { new { method = "cash" } }
                : [new { method = "card", amount = it.ByCard }, new { method = "cash" }],
        };
        var placed = await manager.Ask("POST /api/orders", basket);
        placed.Status.ShouldBe(201, placed.ToString());
        (Of(placed.Body, "total_amount"), placed.Text("payment_status")).ShouldBe((it.Total, "paid"));
        Taxes(placed.Body).ShouldBe(it.Taxes);
        var paid = placed.Body.GetProperty("payments").EnumerateArray().ToList();
        if (it.CashDue is { } due)
            (Of(paid[^1], "amount") + Of(paid[^1], "rounding")).ShouldBe(due);

        // In parts, until nothing is left: a third of what is left, four times, and then the rest.
        var (left, digits) = (it.Total, it.Settings.Contains(("currency", "JPY")) ? 0 : 2);
        var gone = new List<JsonElement>();
        for (var part = 0; part < 5; part++)
        {
            var amount = part == 4 ? (decimal?)null : decimal.Round(left / 3, digits);
            var back = await manager.Ask($"POST /api/orders/{placed.Id}/refund", new { amount, reason = "part" });
            back.Status.ShouldBe(201, back.ToString());
            left -= Of(back.Body, "amount");
            gone.Add(back.Body);
        }

        left.ShouldBe(0);
        gone.SelectMany(Taxes).GroupBy(t => (t.Name, t.Rate)).Select(g => (g.Key.Name, g.Key.Rate, g.Sum(t => t.Net), g.Sum(t => t.Tax)))
            .OrderBy(t => t.Name, StringComparer.Ordinal).ThenBy(t => t.Rate).ShouldBe(it.Taxes);
        var order = await manager.Ask($"GET /api/orders/{placed.Id}");
        order.Text("payment_status").ShouldBe("refunded");
        order.Body.GetProperty("refunds").EnumerateArray().Sum(r => Of(r, "amount") + Of(r, "rounding"))
            .ShouldBe(paid.Sum(p => Of(p, "amount") + Of(p, "rounding")));
        var day = (await manager.Ask("GET /api/reports/sales/daily")).Body;
        day.GetProperty("taxes").EnumerateArray().ShouldAllBe(t => Of(t, "declared_net") == 0 && Of(t, "declared_tax") == 0);
        (Of(day, "tax") - Of(day.GetProperty("refunded"), "tax"), Of(day, "cash_rounding")).ShouldBe((0m, 0m));
        Of((await manager.Ask("GET /api/reports/sales?group_by=type")).Body.GetProperty("total"), "tax").ShouldBe(Of(day, "tax"));
    }

    /// <summary>Ordered for here and taken along, or the other way round: as if it had been ordered so, at the same shelf price.</summary>
    [Theory]
    [MemberData(nameof(Places))]
    public async Task Trap27_eaten_elsewhere_after_all_is_taxed_as_if_ordered_so(string place)
    {
        var it = Baskets[place];
        var (manager, items) = await Shop(it);
        object Basket(string type) => new
        {
            type,
            items = it.Items.Select(i => new { menu_item_id = items[(i.Class, i.Price)], quantity = i.Quantity }),
            discount = it.Discount is { } off ? new { type = off.Type, value = off.Value, reason = "ours" } : null,
        };
        foreach (var (from, to) in new[] { (Here, Away), (Away, Here), (Here, "delivery"), ("delivery", Away) })
        {
            var placed = await manager.Ask("POST /api/orders", Basket(from));
            var moved = await manager.Ask($"PUT /api/orders/{placed.Id}", new { type = to });
            moved.Status.ShouldBe(200, moved.ToString());
            var asked = await manager.Ask("POST /api/orders/preview", Basket(to));
            Taxes(moved.Body).ShouldBe(Taxes(asked.Body), $"{from} to {to}");
            (Of(moved.Body, "total_amount"), Of(moved.Body, "subtotal"))
                .ShouldBe((Of(asked.Body, "total_amount"), Of(placed.Body, "subtotal")));
        }
    }

    private async Task<(ComandaClient Manager, Dictionary<(string, decimal), long> Items)> Shop(Basket it)
    {
        var shop = await app.NewShop([("tax_rounding", "per_rate"), ("delivery_fee", "0"), .. it.Settings]);
        var rows = it.Rows.Select(r => (object)new { @class = r.Class, way = r.Way, name = r.Name, rate = r.Rate }).ToList();
        if (it.Untaxed is { } untaxed)
            rows.Add(new { @class = untaxed, way = "any", name = "exempt", treatment = "exempt" });
        if (it.UpTo is { } few)
            rows.Add(new { @class = few.Class, way = "any", name = few.Name, rate = few.Rate, priority = 1, max_sum = few.Sum });
        var classes = it.Items.Select(i => i.Class).Concat(it.Rows.Select(r => r.Class)).Distinct().Select(code => new { code });
        var put = await (await shop.As("admin")).Ask("PUT /api/taxes", new { classes, rows });
        put.Status.ShouldBe(200, put.ToString());
        var (manager, items) = (await shop.As("manager"), new Dictionary<(string, decimal), long>());
        foreach (var (code, price) in it.Items.Select(i => (i.Class, i.Price)).Distinct())
        {
            var added = await manager.Ask(
                "POST /api/menu/items", new { name = $"{code} {price}", category = "Ours", price, tax_class = code });
            added.Status.ShouldBe(201, added.ToString());
            items[(code, price)] = added.Id;
        }

        return (manager, items);
    }

    private static decimal Of(JsonElement element, string field) => element.GetProperty(field).GetDecimal();

    private static List<(string Name, decimal Rate, decimal Net, decimal Tax)> Taxes(JsonElement of) =>
    [
        .. of.GetProperty("taxes").EnumerateArray()
            .Select(t => (t.GetProperty("name").GetString()!, Of(t, "rate"), Of(t, "net"), Of(t, "tax"))),
    ];

    private sealed record Basket
    {
        public (string Class, string Way, string Name, decimal Rate)[] Rows { get; init; } = [];

        public string? Untaxed { get; init; }

        public (string Class, string Name, decimal Rate, decimal Sum)? UpTo { get; init; }

        public (string Class, decimal Price, int Quantity, string? Way)[] Items { get; init; } = [];

        public (string Type, decimal Value)? Discount { get; init; }

        public (string Key, string Value)[] Settings { get; init; } = [];

        public string Type { get; init; } = Here;

        public decimal ByCard { get; init; }

        public decimal Total { get; init; }

        public decimal? CashDue { get; init; }

        public List<(string Name, decimal Rate, decimal Net, decimal Tax)> Taxes { get; init; } = [];
    }
}
