using Comanda.Data;

namespace Comanda.Tests.Orders;

public sealed partial class ComboTests(CafeApp app)
{
    private sealed record Deal(TestShop Shop, ComandaClient Manager, long Id, long Latte, long Espresso, long Croissant, long Bagel);

    /// <summary>A drink and something to eat for 5.50; the bagel 1.20 more. Drinks are taxed at 20 %, food at 5 %.</summary>
    private async Task<Deal> BreakfastDeal(decimal price = 5.50m)
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        var ids = new List<long>();
        foreach (var (name, tax) in new[] { ("Caffè latte", 20), ("Espresso", 20), ("Butter croissant", 5), ("Smoked salmon bagel", 5) })
        {
            ids.Add((await shop.Item(name)).Id);
            await manager.Ask($"PUT /api/menu/items/{ids[^1]}", new { tax_rate = tax });
        }

        var made = await manager.Ask("POST /api/menu/items", new
        {
            name = "Breakfast deal",
            category = "Deals",
            price,
            combo = new object[]
            {
                new { name = "Drink", choices = new[] { new { menu_item_id = ids[0] }, new { menu_item_id = ids[1] } } },
                new { name = "Food", choices = new object[]
                {
                    new { menu_item_id = ids[2] },
                    new { menu_item_id = ids[3], surcharge = 1.20 }
                } },
            },
        });
        made.Status.ShouldBe(201, made.ToString());
        made.Body.GetProperty("combo")[1].GetProperty("choices")[1].GetProperty("name").GetString().ShouldBe("Smoked salmon bagel");
        // of all that may be chosen
        made.Body.GetProperty("allergens").EnumerateArray().Select(a => a.GetString()).ShouldBe(["gluten", "eggs", "fish", "milk"]);
        return new(shop, manager, made.Id, ids[0], ids[1], ids[2], ids[3]);
    }

    private static object Order(Deal deal, int quantity, params object[] parts) =>
        new { items = new[] { new { menu_item_id = deal.Id, quantity, parts } } };

    [Fact]
    public async Task Trap12_a_combo_is_sold_as_parts_that_sum_to_its_price_each_with_its_own_tax()
    {
        var deal = await BreakfastDeal();
        var body = Order(deal, 3, new { menu_item_id = deal.Latte, modifiers = new[] { "oat-milk" } }, new { menu_item_id = deal.Bagel });
        var preview = await deal.Manager.Ask("POST /api/orders/preview", body);
        var placed = await deal.Manager.Ask("POST /api/orders", body);
        placed.Status.ShouldBe(201, placed.ToString());
        placed.Body.GetProperty("total_amount").GetDecimal().ShouldBe(3 * (5.50m + 1.20m + 0.60m));
        preview.Body.GetProperty("total_amount").GetDecimal().ShouldBe(placed.Body.GetProperty("total_amount").GetDecimal());
        preview.Body.GetProperty("explanation")[0].GetProperty("text").GetString()!.ShouldContain("share of Breakfast deal, 6.7");
        var lines = (await deal.Manager.GetOrder(placed.Id)).Items;
        lines.Select(l => (l.Name, l.Quantity, l.TaxRate)).ShouldBe([("Caffè latte", 3, 20m), ("Smoked salmon bagel", 3, 5m)]);
        // 4.00 : 9.80 of 5.50, and the bagel's surcharge on the bagel.
        lines.Select(l => l.UnitPrice).ShouldBe([1.59m, 3.91m + 1.20m]);
        lines.ShouldAllBe(l => l.Combo!.Number == 1 && l.Combo.MenuItemId == deal.Id && l.Combo.Name == "Breakfast deal");
        var receipt = await (await deal.Manager.Send(
            HttpMethod.Get,
            $"/api/orders/{placed.Id}/receipt?format=text")).Content.ReadAsStringAsync();
        receipt.ShouldMatch(@"3 x Breakfast deal +20\.10\n  Caffè latte\n  \+ Oat milk +1\.80\n  Smoked salmon bagel\n");
    }

    [Fact]
    public async Task Trap12_whatever_a_combo_costs_its_parts_sum_to_it()
    {
        var deal = await BreakfastDeal();
        foreach (var price in new[] { 0m, 0.01m, 0.02m, 1.99m, 49.98m, 50m, 33.33m })
        {
            (await deal.Manager.Ask($"PUT /api/menu/items/{deal.Id}", new { price })).Status.ShouldBe(200);
            var placed = await deal.Manager.Ask(
                "POST /api/orders",
                Order(deal, 7, new { menu_item_id = deal.Espresso }, new { menu_item_id = deal.Croissant }));
            placed.Body.GetProperty("total_amount").GetDecimal().ShouldBe(price * 7);
            placed.Items.Sum(l => l.GetProperty("total").GetDecimal()).ShouldBe(price * 7);
        }

        var discounted = await deal.Manager.Ask("POST /api/orders", new
        {
            items = new[] { new
            {
                menu_item_id = deal.Id,
                discount = new { type = "percentage", value = 10, reason = "regular" },
                parts = new[] { new { menu_item_id = deal.Espresso }, new { menu_item_id = deal.Croissant } }
            } },
        });
        discounted.Body.GetProperty("total_amount").GetDecimal().ShouldBe(30.00m); // 33.33 less 3.33
    }

    [Fact]
    public async Task What_is_wrong_with_the_parts_is_told_by_name()
    {
        var deal = await BreakfastDeal();
        Task<Answer> Ask(params object[] parts) => deal.Manager.Ask("POST /api/orders", Order(deal, 1, parts));
        (await Ask(new { menu_item_id = deal.Latte })).Fields.ShouldBe(["items[0].parts"]);
        (await Ask(
            new { menu_item_id = deal.Latte },
            new { menu_item_id = deal.Espresso })).Fields.ShouldBe(["items[0].parts[1].menu_item_id"]);
        (await Ask(
            new { menu_item_id = deal.Latte, modifiers = new[] { "gold" } },
            new { menu_item_id = deal.Bagel })).Fields.ShouldBe(["items[0].parts[0].modifiers[0]"]);
        (await deal.Manager.Ask("POST /api/orders", new
        {
            items = new[]
        {
            new { menu_item_id = deal.Latte, parts = new[] { new { menu_item_id = deal.Bagel } } }
        }
        })).Fields.ShouldBe(["items[0].parts"]);
    }

    [Fact]
    public async Task A_combo_follows_its_parts_sold_out_counted_down_archived()
    {
        var deal = await BreakfastDeal();
        async Task<System.Text.Json.JsonElement> Seen() => (await deal.Manager.Ask($"GET /api/products/{deal.Id}")).Body;
        await deal.Manager.Ask($"PUT /api/menu/items/{deal.Croissant}/stock", new { quantity = 2 });
        (await deal.Manager.Ask(
            "POST /api/orders",
            Order(deal, 2, new { menu_item_id = deal.Espresso }, new { menu_item_id = deal.Croissant }))).Status.ShouldBe(201);
        (await deal.Manager.Ask(
            "POST /api/orders",
            Order(deal, 1, new { menu_item_id = deal.Espresso }, new { menu_item_id = deal.Croissant }))).Code.ShouldBe("out_of_stock");
        (await Seen()).GetProperty("in_stock").GetBoolean().ShouldBeTrue(); // there are bagels
        await deal.Manager.Ask($"PUT /api/menu/items/{deal.Bagel}/stock", new { in_stock = false });
        await Answers.Eventually(async () => !(await Seen()).GetProperty("in_stock").GetBoolean());
        await deal.Manager.Ask($"PUT /api/menu/items/{deal.Bagel}/stock", new { in_stock = true });
        (await Seen()).GetProperty("in_stock").GetBoolean().ShouldBeTrue();
        await deal.Manager.Ask($"PUT /api/menu/items/{deal.Id}/stock", new { in_stock = false });
        (await deal.Manager.Ask("POST /api/orders", Order(
            deal,
            1,
            new { menu_item_id = deal.Espresso },
            new { menu_item_id = deal.Bagel }))).Text("detail")!.ShouldContain("Breakfast deal");
        await deal.Manager.Ask($"PUT /api/menu/items/{deal.Id}/stock", new { in_stock = true });
        (await deal.Manager.Ask($"DELETE /api/menu/items/{deal.Latte}")).Status.ShouldBe(204);
        (await Seen()).GetProperty("combo")[0].GetProperty("choices").GetArrayLength().ShouldBe(1);
        // What is not chosen is the first that there is: the latte has gone, the croissants are sold.
        (await deal.Manager.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = deal.Id } } })).Items
            .Select(l => l.GetProperty("name").GetString())
            .ShouldBe(["Espresso", "Smoked salmon bagel"]);
        (await deal.Manager.Ask(
            "POST /api/orders",
            Order(deal, 1, new { modifiers = new[] { "decaf" } }, new { menu_item_id = deal.Bagel }))).Status.ShouldBe(201);
        (await deal.Manager.Ask($"DELETE /api/menu/items/{deal.Espresso}")).Status.ShouldBe(204);
        (await deal.Manager.Ask(
            "POST /api/orders",
            new { items = new[] { new { menu_item_id = deal.Id } } })).Code.ShouldBe("out_of_stock");
    }

    [Fact]
    public async Task A_combo_has_no_options_tax_or_countdown_of_its_own_and_contains_no_combo()
    {
        var deal = await BreakfastDeal();
        Task<Answer> Change(object change) => deal.Manager.Ask($"PUT /api/menu/items/{deal.Id}", change);
        object Slot(params object[] choices) => new { name = "Part", choices };
        (await Change(new { tax_rate = 5 })).Fields.ShouldBe(["tax_rate"]);
        (await Change(new
        {
            modifier_groups = new[]
        {
            new { name = "Size", options = new[] { new { name = "Large" } } }
        }
        })).Fields.ShouldBe(["modifier_groups"]);
        (await deal.Manager.Ask($"PUT /api/menu/items/{deal.Id}/stock", new { quantity = 3 })).Fields.ShouldBe(["quantity"]);
        (await Change(new
        {
            combo = new[]
        {
            Slot(new { menu_item_id = deal.Id })
        }
        })).Fields.ShouldBe(["combo[0].choices[0].menu_item_id"]);
        (await Change(new
        {
            combo = new[]
        {
            Slot(new { menu_item_id = 1L, surcharge = -1 }),
            new { name = "", choices = Array.Empty<object>() }
        }
        })).Fields
            .ShouldBe(["combo[0].choices[0].surcharge", "combo[1].name", "combo[1].choices"], ignoreOrder: true);
        (await deal.Manager.Ask($"PUT /api/menu/items/{deal.Latte}", new
        {
            combo = new[]
        {
            Slot(new { menu_item_id = deal.Bagel })
        },
            modifier_groups = Array.Empty<object>(),
        })).Fields.ShouldContain("combo");
        (await deal.Manager.Ask("POST /api/menu/items", new
        {
            name = "Deal of deals",
            category = "Deals",
            price = 1,
            combo = new[]
        {
            Slot(new { menu_item_id = deal.Id })
        }
        })).Fields.ShouldBe(["combo[0].choices[0].menu_item_id"]);
        // Another shop's items are none of this menu's.
        var elsewhere = (await (await app.NewShop()).Item("Espresso")).Id;
        (await Change(new
        {
            combo = new[]
        {
            Slot(new { menu_item_id = elsewhere })
        }
        })).Fields.ShouldBe(["combo[0].choices[0].menu_item_id"]);
        (await Change(new { combo = Array.Empty<object>() })).Body.GetProperty("combo").GetArrayLength().ShouldBe(0);
        (await deal.Manager.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = deal.Id } } })).Body
            .GetProperty("total_amount")
            .GetDecimal()
            .ShouldBe(5.50m);
    }

    [Fact]
    public async Task Two_combos_never_contain_each_other_and_a_choice_that_comes_late_comes()
    {
        var deal = await BreakfastDeal();
        for (var round = 0; round < 5; round++)
        {
            var pair = new List<long>();
            foreach (var name in new[] { "A", "B" })
                pair.Add((await deal.Manager.Ask(
                    "POST /api/menu/items",
                    new { name = $"{name}{round}", category = "Deals", price = 1 })).Id);
            Task<Answer> Contain(long outer, long inner) => deal.Manager.Ask(
                $"PUT /api/menu/items/{outer}",
                new { combo = new[] { new { name = "Part", choices = new[] { new { menu_item_id = inner } } } } });
            var told = await Task.WhenAll(Contain(pair[0], pair[1]), Contain(pair[1], pair[0]));
            told.Count(t => t.Status == 200).ShouldBe(1);
        }

        // An item that this process has not heard of yet, as when another has just made it.
        var late = (long)(await app.Database.Scalar(
            "insert into menu_items (shop_id, category_id, name, description, price, allergens) select shop_id, category_id, 'Late', '', "
                + "100, '{}' from menu_items where id = $1 returning id",
            default,
            deal.Latte))!;
        var made = await deal.Manager.Ask("POST /api/menu/items", new
        {
            name = "Late deal",
            category = "Deals",
            price = 2,
            combo = new[]
        {
            new { name = "Part", choices = new[] { new { menu_item_id = late } } }
        }
        });
        await deal.Manager.Ask($"PUT /api/menu/items/{late}", new { description = "now it is heard of" });
        (await deal.Manager.Ask($"GET /api/products/{made.Id}")).Body.GetProperty("in_stock").GetBoolean().ShouldBeTrue();
    }
}
