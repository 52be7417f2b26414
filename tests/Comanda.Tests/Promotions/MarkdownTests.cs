using System.Text.Json;
using Comanda.Promotions;
using Comanda.Taxes;
using Comanda.Tests.Stock;
using FsCheck;
using FsCheck.Xunit;

namespace Comanda.Tests.Promotions;

/// <summary>What is left goes cheaper, step by step.</summary>
public sealed class MarkdownTests(CafeApp app)
{
    private const string Promotions = "POST /api/admin/promotions";

    private static string Hour(double ahead) => $"{DateTime.UtcNow.AddHours(ahead):HH:mm}";

    private static object Ladder(params object[] steps) => new { title = "Evening", discount_type = "markdown", steps };

    /// <summary>200 croissants that cost 1.20 to bake and are 2.60, with 10 % tax in it.</summary>
    private async Task<Bakery> Baked()
    {
        var bakery = await Bakery.Open(app, ("opening_hours", "{}"));
        await bakery.Manager.Works(
            $"POST /api/inventory/{bakery.Flour}/adjust", new { adjustment = 100, reason = "delivery", unit_cost = 20 });
        await bakery.Make(bakery.Dough, 50);
        await bakery.Make(bakery.Baked, 200);
        return bakery;
    }

    [Fact]
    public async Task The_step_of_the_hour_is_the_price_on_the_menu_in_the_preview_on_a_till_alone_and_in_the_order()
    {
        var bakery = await Baked();
        var id = (await bakery.Manager.Works(Promotions, new
        {
            title = "Evening",
            discount_type = "markdown",
            applicable_products = new[] { bakery.Croissant },
            steps = new object[]
            {
                new { from = Hour(-2), percent = 20 },
                new { from = Hour(-1), percent = 30 },
                new { from = Hour(1), percent = 80 },
            },
            available_until = Hour(2),
        })).Id;
        var guest = app.Stranger(bakery.Shop);
        var menu = await guest.GetMenu();
        var late = menu.Items.Single(i => i.Id == bakery.Croissant).Markdown.ShouldNotBeNull();
        (late.PromotionId, late.Percent, late.Price, late.Until).ShouldBe((id, 30, 1.82m, Hour(1)));
        menu.Items.Count(i => i.Markdown is not null).ShouldBe(1);
        var one = await guest.Ask($"GET /api/menu/items/{bakery.Croissant}");
        one.Body.GetProperty("markdown").Decimal("price").ShouldBe(1.82m);

        OrderRequest basket = new("takeaway", [new(bakery.Croissant, Quantity: 3)]);
        var prices = new TillPrices(menu, await bakery.Manager.GetTillRules());
        prices.CheaperAt(DateTimeOffset.UtcNow)[bakery.Croissant].ShouldBe(late);
        var till = prices.Price(basket, DateTimeOffset.UtcNow, PriceWords.English).Value;
        var preview = await bakery.Manager.Works("POST /api/orders/preview", basket);
        (preview.Decimal("total_amount"), till.TotalAmount).ShouldBe((5.46m, 5.46m));
        var order = await bakery.Sell(3);
        order.Decimal("total_amount").ShouldBe(5.46m);
        var share = order.Items.Single().GetProperty("promotions")[0];
        (share.Decimal("step"), share.Decimal("amount")).ShouldBe((30, 2.34m));

        // What will be left then, nobody knows: whoever orders ahead pays the whole price.
        var ahead = basket with { ScheduledFor = DateTimeOffset.UtcNow.AddMinutes(30) };
        (await bakery.Manager.Works("POST /api/orders/preview", ahead)).Decimal("total_amount").ShouldBe(7.80m);
        prices.Price(ahead, DateTimeOffset.UtcNow, PriceWords.English).Value.TotalAmount.ShouldBe(7.80m);
    }

    [Fact]
    public async Task It_never_goes_below_what_an_item_costs_unless_that_is_said_here_as_on_a_till_alone()
    {
        var bakery = await Baked();
        var id = (await bakery.Manager.Works(Promotions, Ladder(new { from = Hour(-1), percent = 60 }))).Id;
        // 1.04 would be 0.95 without tax; 1.32 is 1.20.
        await Costs(1.32m);
        await bakery.Manager.Works($"PUT /api/admin/promotions/{id}", new { below_cost = true });
        await Costs(1.04m);
        (await bakery.Manager.Works($"GET /api/admin/promotions/{id}")).Body.GetProperty("below_cost").GetBoolean().ShouldBeTrue();

        async Task Costs(decimal price)
        {
            var menu = await app.Stranger(bakery.Shop).GetMenu();
            menu.Items.Single(i => i.Id == bakery.Croissant).Markdown!.Price.ShouldBe(price);
            var prices = new TillPrices(menu, await bakery.Manager.GetTillRules());
            OrderRequest basket = new("takeaway", [new(bakery.Croissant)]);
            prices.Price(basket, DateTimeOffset.UtcNow, PriceWords.English).Value.TotalAmount.ShouldBe(price);
            (await bakery.Sell(1)).Decimal("total_amount").ShouldBe(price);
        }
    }

    [Fact]
    public async Task The_report_tells_what_each_step_sold_what_waste_that_avoided_and_what_was_left_all_the_same()
    {
        var bakery = await Baked();
        await bakery.Sell(10);
        var id = (await bakery.Manager.Works(Promotions, Ladder(new { from = Hour(-1), percent = 20 }))).Id;
        await bakery.Sell(4);
        await bakery.Manager.Works($"PUT /api/admin/promotions/{id}", new { steps = new[] { new { from = Hour(-1), percent = 40 } } });
        var back = await bakery.Sell(6);
        await bakery.Manager.Works(
            "POST /api/payments", new { order_id = back.Id, method = "cash", amount = back.Decimal("total_amount") });
        await bakery.Manager.Works($"POST /api/orders/{back.Id}/refund", new
        {
            reason = "too many",
            items = new[] { new { order_item_id = back.Items.Single().GetProperty("id").GetInt64(), quantity = 1 } },
        });
        foreach (var (reason, gone) in new[] { ("food_bank", 5), ("waste", 2) })
            await bakery.Manager.Works($"POST /api/inventory/{bakery.Baked}/adjust", new { adjustment = -gone, reason });

        var report = (await bakery.Manager.Works("GET /api/reports/markdowns")).Body;
        // 2.60 less 20 % is 2.08, without tax 1.89; less 40 % 1.56, without tax 1.418. The one that came back is not in stock again.
        report.GetProperty("steps").EnumerateArray().Select(s => (
                s.GetProperty("promotion_id").GetInt64(),
                s.Decimal("percent"),
                s.Decimal("quantity"),
                s.Decimal("discount"),
                s.Decimal("net_sales"),
                s.Decimal("cost"),
                s.Decimal("waste_avoided"),
                s.Decimal("margin")))
            .ShouldBe([(id, 20, 4, 2.08m, 7.56m, 4.8m, 4.8m, 2.76m), (id, 40, 5, 6.24m, 7.09m, 7.2m, 6m, -0.11m)]);
        (report.GetProperty("total").Decimal("quantity"), report.GetProperty("total").Decimal("orders")).ShouldBe((9, 2));
        (report.Decimal("wasted"), report.Decimal("given_away")).ShouldBe((2.4m, 6m));
        var use = (await bakery.Manager.Works("GET /api/reports/inventory")).Items
            .Single(i => i.GetProperty("inventory_id").GetInt64() == bakery.Baked);
        use.Decimal("waste").ShouldBe(7);
        var csv = await (await bakery.Manager.Send(HttpMethod.Get, "/api/reports/markdowns?format=csv")).Content.ReadAsStringAsync();
        csv.ShouldContain("Evening,20,1,4,2.08,7.56");
    }

    [Theory]
    [InlineData("""{"steps": []}""", "steps")]
    [InlineData("""{"steps": [{"from": "17:00", "percent": 0}]}""", "steps[0].percent")]
    [InlineData("""{"steps": [{"from": "5 pm", "percent": 10}]}""", "steps[0].from")]
    [InlineData("""{"steps": [{"percent": 10}]}""", "steps[0].from")]
    [InlineData("""{"steps": [null]}""", "steps[0].from,steps[0].percent")]
    [InlineData("""{"steps": [{"from": "17:00", "percent": 20}, {"from": "17:00", "percent": 30}]}""", "steps[1].from")]
    [InlineData("""{"steps": [{"from": "17:00", "percent": 20}, {"from": "18:00", "percent": 20}]}""", "steps[1].percent")]
    [InlineData(
        """{"steps": [{"from": "17:00", "percent": 20}, {"from": "19:00", "percent": 30}], "available_until": "18:00"}""",
        "available_until")]
    [InlineData("""{"steps": [{"from": "17:00", "percent": 20}], "code": "LATE", "usage_limit": 3}""", "code,usage_limit")]
    [InlineData("""{"steps": [{"from": "17:00", "percent": 20}], "discount_value": 20}""", "discount_value")]
    [InlineData("""{"discount_type": "percentage", "discount_value": 5, "steps": [{"from": "17:00", "percent": 20}]}""", "steps")]
    public async Task What_is_no_ladder_is_refused(string fields, string wrong)
    {
        var manager = await (await app.NewShop()).As("manager");
        var body = new Dictionary<string, object?> { ["title"] = "Evening", ["discount_type"] = "markdown" };
        foreach (var field in JsonElement.Parse(fields).EnumerateObject())
            body[field.Name] = field.Value;
        var answer = await manager.Ask(Promotions, body);
        answer.Status.ShouldBe(400, answer.ToString());
        string.Join(',', answer.Fields.Order(StringComparer.Ordinal)).ShouldBe(wrong);
    }

    [Fact]
    public void A_ladder_may_go_over_midnight()
    {
        var night = Night("22:00 10, 23:30 20, 00:30 50");
        foreach (var (time, percent) in new[] { ("22:00", 10), ("23:29", 10), ("23:30", 20), ("00:29", 20), ("00:30", 50), ("01:59", 50) })
            night.At(new DateTime(2026, 3, 2).Add(TimeOnly.Parse(time).ToTimeSpan())).Percent.Percent.ShouldBe(percent, time);
        night.Hours!.AreOn(new DateTime(2026, 3, 2, 2, 0, 0)).ShouldBeFalse();
        night.Hours!.AreOn(new DateTime(2026, 3, 2, 21, 59, 0)).ShouldBeFalse();
    }

    /// <summary>Whatever a basket is: a line keeps its floor, nothing goes below nothing, and a piece costs what its label says.</summary>
    [Property(MaxTest = 500)]
    public void No_line_goes_below_its_floor(NonEmptyArray<(byte Item, byte Pieces, ushort Price, byte Percent, ushort Least)> basket)
    {
        var lines = basket.Get.Select(b => new PromotableLine(
            b.Item, 1, Way.Takeaway, (b.Pieces % 20) + 1, new(b.Price * ((b.Pieces % 20) + 1)))
        {
            Quantity = (b.Pieces % 20) + 1,
        }).ToList();
        var percent = (basket.Get[0].Percent % 100) + 1;
        var least = basket.Get.DistinctBy(b => b.Item).ToDictionary(b => (long)b.Item, b => new Money(b.Least));
        var promotion = Night($"00:00 {percent}") with { LeastOf = id => least[id] };
        var given = ApplyPromotions.To(lines, new([promotion.At(new DateTime(2026, 3, 2))], null));
        foreach (var (i, line) in lines.Index())
        {
            var off = given.Given.Count == 0 ? Money.Zero : given.Given[0].OffLines[i];
            var (each, floor) = (line.Amount.Minor / line.Pieces, least[line.ItemId].Minor);
            off.Minor.ShouldBeGreaterThanOrEqualTo(0);
            var price = each - TaxRate.OfPercent(percent).OnTopOf(new Money(each)).Minor;
            (line.Amount - off).Minor.ShouldBe(Math.Max(price, Math.Min(each, floor)) * line.Pieces);
        }
    }

    private static Promotion Night(string steps)
    {
        var errors = new FieldErrors();
        PromotionInput terms = new()
        {
            Title = "Night",
            DiscountType = "markdown",
            Steps = [.. steps.Split(", ").Select(s => s.Split(' ')).Select(s => new MarkdownStepInput(s[0], int.Parse(s[1])))],
            AvailableUntil = steps.StartsWith("22", StringComparison.Ordinal) ? "02:00" : null,
        };
        var read = ReadPromotion.From(1, terms, Currency.Of("EUR"), new(TimeZoneInfo.Utc, TimeOnly.MinValue), errors);
        errors.Any.ShouldBeFalse();
        return read;
    }
}
