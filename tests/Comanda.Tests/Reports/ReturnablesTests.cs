using System.Text.Json;
using Comanda.Data;
using Comanda.Reports;
using Comanda.Tests.Stock;
using FsCheck;
using FsCheck.Xunit;

namespace Comanda.Tests.Reports;

/// <summary>Cups, boxes and crates: out and back, and what is owed for them.</summary>
public sealed class ReturnablesTests(CafeApp app)
{
    private sealed record CupShop(TestShop Shop, ComandaClient Manager, long Coffee, long Cup);

    /// <summary>A coffee to go at 3.00 in a cup whose deposit is 0.50 and bears no tax.</summary>
    private async Task<CupShop> Open(string sku = "CUP")
    {
        var shop = await app.NewShop();
        await (await shop.As("admin")).Works("PUT /api/taxes", new
        {
            classes = new[] { new { code = "drink" }, new { code = "deposit" } },
            rows = new object[]
            {
                new { @class = "drink", way = "any", name = "VAT", rate = 20 },
                new { @class = "deposit", way = "any", name = "deposit", treatment = "outside" },
            },
            default_class = "drink",
        });
        var manager = await shop.As("manager");
        var cup = (await manager.Works(
            "POST /api/menu/items",
            new { name = "Cup", category = "Cups", price = 0.5, tax_class = "deposit", is_deposit = true, sku })).Id;
        var coffee = (await manager.Works(
            "POST /api/menu/items", new { name = "Coffee to go", category = "Cups", price = 3, deposit_item_id = cup })).Id;
        return new(shop, manager, coffee, cup);
    }

    private static Task<Answer> Sell(CupShop shop, long item, int quantity, long? customer = null) => shop.Manager.Works(
        "POST /api/orders",
        new
        {
            type = "takeaway",
            customer_id = customer,
            items = new[] { new { menu_item_id = item, quantity } },
            payments = new[] { new { method = "cash" } },
        });

    private static JsonElement Cups(Answer answer) =>
        answer.Items.Single(i => i.GetProperty("sku").GetString() == "CUP");

    [Fact]
    public async Task What_went_out_less_what_came_back_is_outstanding_by_guest_and_owed_in_the_books()
    {
        var shop = await Open();
        var guest = (await shop.Manager.Works("POST /api/customers", new { name = "Cora", phone = "+351912000111" })).Id;
        await Sell(shop, shop.Coffee, 4, guest);
        await Sell(shop, shop.Coffee, 3);
        await Sell(shop, shop.Cup, -1, guest);
        var gone = await Sell(shop, shop.Coffee, 2);
        await shop.Manager.Works($"POST /api/orders/{gone.Id}/cancel", new { reason = "mistake" });

        var all = await shop.Manager.Works("GET /api/returnables");
        (all.Body.Decimal("out"), all.Body.Decimal("back"), all.Body.Decimal("outstanding"), all.Body.Decimal("liability"))
            .ShouldBe((7, 1, 6, 3m));
        Cups(all).GetProperty("missing_since").GetString().ShouldBe($"{DateTime.UtcNow:yyyy-MM-dd}");
        Cups(all).GetProperty("missing")[0].Decimal("pieces").ShouldBe(6);
        var guests = (await shop.Manager.Works("GET /api/returnables/guests")).Items
            .Select(g => (g.GetProperty("name").GetString(), g.Decimal("outstanding"), g.Decimal("liability"))).ToList();
        guests.ShouldBe([("Cora", 3, 1.5m), (null, 3, 1.5m)], ignoreOrder: true);
        var page = await shop.Manager.Works("GET /api/returnables/guests?limit=1");
        (await shop.Manager.Works("GET /api/returnables/guests?limit=1&cursor=" + page.Text("next_cursor"))).Items.Count().ShouldBe(1);

        var summary = (await shop.Manager.Works("GET /api/reports/summary")).Body;
        summary.GetProperty("owed").Decimal("deposits").ShouldBe(3m);
        var entries = (await shop.Manager.Works("GET /api/reports/accounting")).Body;
        entries.Decimal("debit").ShouldBe(entries.Decimal("credit"));
        var owed = entries.GetProperty("entries").EnumerateArray().Single(e => e.GetProperty("kind").GetString() == "deposits");
        (owed.Decimal("credit"), owed.GetProperty("account").GetString()).ShouldBe((3m, "1732"));
        // Seven coffees at 3.00 with a fifth on top of the net: the deposits are no revenue.
        entries.GetProperty("entries").EnumerateArray().Where(e => e.GetProperty("kind").GetString() == "revenue")
            .Select(e => (e.Decimal("rate"), e.Decimal("credit"))).ShouldBe([(20, 17.5m)]);
        (await shop.Manager.Ask("GET /api/returnables?shops=x")).Fields.ShouldBe(["shops"]);
        (await shop.Manager.Ask("GET /api/returnables/guests?cursor=x&limit=0")).Fields.ShouldBe(["limit", "cursor"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_cup_of_one_shop_comes_back_at_another_of_the_chain()
    {
        var (here, there) = (await Open(), await Open());
        var owner = await here.Shop.As("owner");
        await app.Database.Scalar(
            """
            insert into shop_members (shop_id, user_id, role)
            select $1, user_id, 'owner' from shop_members where shop_id = $2 and role = 'owner'
            """,
            default,
            there.Shop.Id,
            here.Shop.Id);
        await Sell(here, here.Coffee, 5);
        await Sell(there, there.Cup, -2);
        var chain = await owner.Works($"GET /api/returnables?shops={here.Shop.Id},{there.Shop.Id}");
        var cups = Cups(chain);
        (cups.Decimal("out"), cups.Decimal("back"), cups.Decimal("outstanding"), cups.Decimal("liability")).ShouldBe((5, 2, 3, 1.5m));
        cups.GetProperty("menu_item_ids").GetArrayLength().ShouldBe(2);
        Cups(await there.Manager.Works("GET /api/returnables")).Decimal("outstanding").ShouldBe(-2);
        (await here.Manager.Ask($"GET /api/returnables?shops={there.Shop.Id}")).Status.ShouldBe(404);
    }

    /// <summary>Whatever is sold, taken back, refunded and cancelled: deposits out = deposits back + liability.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Deposits_out_are_deposits_back_and_liability(int seed)
    {
        var (shop, random) = (await Open(), new Random(seed));
        var (pieces, orders) = (0, new List<(long Id, int Cups)>());
        for (var step = 0; step < 25; step++)
        {
            switch (random.Next(5))
            {
                case 0 when orders.Count > 0:
                    var cancelled = orders[random.Next(orders.Count)];
                    orders.Remove(cancelled);
                    await shop.Manager.Works($"POST /api/orders/{cancelled.Id}/cancel", new { reason = "mistake" });
                    pieces -= cancelled.Cups;
                    break;
                case 1 when orders.Exists(o => o.Cups > 0):
                    var refunded = orders.First(o => o.Cups > 0);
                    orders.Remove(refunded);
                    await shop.Manager.Works($"POST /api/orders/{refunded.Id}/refund", new { reason = "cold" });
                    pieces -= refunded.Cups;
                    break;
                case 2:
                    var back = random.Next(1, 4);
                    orders.Add(((await Sell(shop, shop.Cup, -back)).Id, -back));
                    pieces -= back;
                    break;
                default:
                    var many = random.Next(1, 6);
                    orders.Add(((await Sell(shop, shop.Coffee, many)).Id, many));
                    pieces += many;
                    break;
            }
        }

        var all = await shop.Manager.Works("GET /api/returnables");
        foreach (var of in new[] { all.Body, Cups(all) })
        {
            (of.Decimal("out") - of.Decimal("back")).ShouldBe(of.Decimal("outstanding"));
            (of.Decimal("out_amount") - of.Decimal("back_amount")).ShouldBe(of.Decimal("liability"));
            (of.Decimal("outstanding"), of.Decimal("liability")).ShouldBe((pieces, pieces * 0.5m));
        }

        var books = (await shop.Manager.Works("GET /api/reports/accounting")).Body.GetProperty("entries").EnumerateArray()
            .Where(e => e.GetProperty("kind").GetString() == "deposits").Sum(e => e.Decimal("credit") - e.Decimal("debit"));
        books.ShouldBe(pieces * 0.5m);
        (await shop.Manager.Works("GET /api/returnables/guests")).Items.Sum(g => g.Decimal("liability")).ShouldBe(pieces * 0.5m);
    }

    /// <summary>However many come back: what is missing is what went out last, and as much as is not back.</summary>
    [Property(MaxTest = 300)]
    public void What_is_missing_went_out_last((byte Day, byte Pieces)[] gone, ushort back)
    {
        var days = gone.Select(g => (new DateOnly(2026, 1, 1).AddDays(g.Day), (long)g.Pieces)).ToList();
        var missing = MissingPieces.Of(days, back);
        missing.Sum(m => m.Pieces).ShouldBe(Math.Max(0, days.Sum(d => d.Item2) - back));
        foreach (var later in days.GroupBy(d => d.Item1).Where(d => missing.Count > 0 && d.Key > missing[0].Day && d.Sum(x => x.Item2) > 0))
            missing.Single(m => m.Day == later.Key).Pieces.ShouldBe(later.Sum(x => x.Item2));
    }
}
