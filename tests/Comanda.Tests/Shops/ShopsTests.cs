using System.Text.Json;
using Comanda.Shops;

namespace Comanda.Tests.Shops;

public sealed class ShopsTests(CafeApp app)
{
    [Fact]
    public async Task A_change_of_configuration_reaches_every_process_and_device_within_a_second()
    {
        var shop = await app.NewShop();
        var elsewhere = await app.StartProcess();
        var (admin, cashier) = (await shop.As("admin"), await shop.As("cashier", elsewhere));
        using var socket = await cashier.OpenSocket();
        (await admin.Ask("PUT /api/config/tax_rate", new { value = 21 })).Body.GetProperty("value").GetDecimal().ShouldBe(21);
        var heard = (await socket.Read(new CancellationTokenSource(1000).Token))!;
        (
            heard.Event,
            heard.Data.GetProperty("key").GetString(),
            heard.Data.GetProperty("value").GetDecimal()).ShouldBe(("settings_changed", "tax_rate", 21m));
        // Whoever has heard of it finds it so.
        var order = await cashier.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]));
        order.Tax.ShouldBe(0.40m); // 2.30 · 21/121
    }

    [Theory]
    [InlineData("tax_rate", "8.5", "8.5")]
    [InlineData("tax_rate", "\"8.5\"", "8.5")] // one of the documents keeps every value as text
    [InlineData("prices_include_tax", "false", "false")]
    [InlineData("currency", "\"CHF\"", "\"CHF\"")]
    [InlineData("time_zone", "\"Pacific/Kiritimati\"", "\"Pacific/Kiritimati\"")]
    [InlineData("day_starts_at", "\"04:00\"", "\"04:00\"")]
    [InlineData("opening_hours", "\"08:00-22:00\"", "\"08:00-22:00\"")]
    [InlineData(
        "opening_hours",
        """{"mon":["07:00-12:00","13:00-18:00"],"sun":[]}""",
        """{"mon":["07:00-12:00","13:00-18:00"],"sun":[]}""")]
    [InlineData("tax_rounding", "\"per_rate\"", "\"per_rate\"")]
    [InlineData("cash_rounding", "0.05", "0.05")]
    [InlineData("order_prefix", "\"HB-\"", "\"HB-\"")]
    [InlineData("receipt_footer", "\"Até já\"", "\"Até já\"")]
    [InlineData("loyalty_points_per_unit", "1.5", "1.5")]
    [InlineData("loyalty_point_value", "0.01", "0.01")]
    [InlineData("delivery_fee", "2.50", "2.50")]
    [InlineData("delivery_fee", """{"amount":2.50,"taxed":"as_items"}""", """{"amount":2.5,"taxed":"as_items"}""")]
    [InlineData("service_charge", "12.5", "12.5")]
    [InlineData(
        "service_charge",
        """{"type":"percent","value":"12.5","taxed":"none"}""",
        """{"type":"percentage","value":12.5,"taxed":"none","on":"order"}""")]
    [InlineData(
        "service_charge",
        """{"type":"fixed","value":3,"on":"dine-in"}""",
        """{"type":"fixed","value":3,"taxed":"as_items","on":"dine-in"}""")]
    [InlineData("tax_mode", "\"down\"", "\"down\"")]
    [InlineData("tax_aggregate", "true", "true")]
    [InlineData("cash_tie", "\"down\"", "\"down\"")]
    [InlineData("cash_scope", "\"total\"", "\"total\"")]
    [InlineData("cash_small", """{"up_to":0.05,"due":"exact"}""", """{"up_to":0.05,"due":"exact"}""")]
    [InlineData("cash_small", """{"up_to":0.02,"due":0.05}""", """{"up_to":0.02,"due":0.05}""")]
    [InlineData("daily_report_to", "\"a@x.example,b@y.example\"", "\"a@x.example, b@y.example\"")]
    [InlineData("daily_report_at", "\"23:30\"", "\"23:30\"")]
    [InlineData("feature.table_service", "true", "true")]
    public async Task Every_key_takes_what_it_says(string key, string given, string answered)
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var changed = await admin.Ask($"PUT /api/config/{key}", new { value = JsonElement.Parse(given) });
        changed.Status.ShouldBe(200, changed.ToString());
        changed.Body.GetProperty("value").GetRawText().ShouldBe(answered);
        (await admin.Ask("GET /api/config")).Items
            .Single(r => r.GetProperty("key").GetString() == key)
            .GetProperty("value")
            .GetRawText()
            .ShouldBe(answered);
        (await admin.Ask($"GET /api/shops/{shop.Id}/settings")).Body.GetProperty(key).GetRawText().ShouldBe(answered);
    }

    [Theory]
    [InlineData("tax_rate", "101")]
    [InlineData("tax_rate", "\"a lot\"")]
    [InlineData("tax_rate", "null")]
    [InlineData("prices_include_tax", "\"perhaps\"")]
    [InlineData("currency", "\"XXX\"")]
    [InlineData("time_zone", "\"Mars/Base\"")]
    [InlineData("time_zone", "\"../../etc/passwd\"")]
    [InlineData("day_starts_at", "\"25:00\"")]
    [InlineData("opening_hours", "\"all day\"")]
    [InlineData("opening_hours", """{"funday":["07:00-12:00"]}""")]
    [InlineData("opening_hours", """{"mon":"07:00-12:00"}""")]
    [InlineData("tax_rounding", "\"up\"")]
    [InlineData("cash_rounding", "0.001")]
    [InlineData("cash_rounding", "-1")]
    [InlineData("order_prefix", "\"a b\"")]
    [InlineData("loyalty_points_per_unit", "1e30")]
    [InlineData("delivery_fee", "-1")]
    [InlineData("delivery_fee", """{"amount":2.505}""")]
    [InlineData("delivery_fee", """{"amount":2.5,"tax":"none"}""")]
    [InlineData("service_charge", """{"type":"percentage","value":101}""")]
    [InlineData("service_charge", """{"type":"percentage","value":10,"on":"takeaway"}""")]
    [InlineData("service_charge", """{"type":"percentage","value":10,"taxed":"maybe"}""")]
    [InlineData("tax_mode", "\"up\"")]
    [InlineData("cash_tie", "\"even\"")]
    [InlineData("cash_scope", "\"cards\"")]
    [InlineData("cash_small", """{"due":0.05}""")]
    [InlineData("cash_small", """{"up_to":0.005}""")]
    [InlineData("daily_report_to", "\"nobody\"")]
    [InlineData("daily_report_to", "\"a@b.example\\nBcc: c@d.example\"")]
    [InlineData("daily_report_at", "\"6\"")]
    [InlineData("feature.x", "\"on\"")]
    public async Task What_a_key_does_not_take_is_told_and_changes_nothing(string key, string given)
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var before = (await admin.Ask($"GET /api/shops/{shop.Id}/settings")).ToString();
        var refused = await admin.Ask($"PUT /api/config/{key}", new { value = JsonElement.Parse(given) });
        refused.Status.ShouldBe(400, refused.ToString());
        refused.Fields.ShouldBe(["value"]);
        (await admin.Ask($"GET /api/shops/{shop.Id}/settings")).ToString().ShouldBe(before);
    }

    [Fact]
    public async Task Settings_change_all_or_none()
    {
        var shop = await app.NewShop();
        var admin = await shop.As("admin");
        var refused = await admin.Ask(
            $"PUT /api/shops/{shop.Id}/settings",
            new Dictionary<string, object> { ["tax_rate"] = 7, ["currency"] = "nope", ["color"] = "red", ["feature.UPPER"] = true });
        refused.Fields.ShouldBe(["currency"]); // what means nothing to us is kept for the shop, but not beside what cannot be
        (await admin.Ask($"GET /api/shops/{shop.Id}/settings")).Body.GetProperty("tax_rate").GetDecimal().ShouldBe(10);
        var changed = await admin.Ask(
            $"PUT /api/shops/{shop.Id}/settings",
            new Dictionary<string, object> { ["tax_rate"] = 7, ["feature.kiosk"] = true });
        (changed.Body.GetProperty("tax_rate").GetDecimal(), changed.Body.GetProperty("feature.kiosk").GetBoolean()).ShouldBe((7m, true));

        var tag = changed.Response.Headers.ETag!.Tag;
        (await admin.Ask($"PUT /api/shops/{shop.Id}/settings", new { tax_rate = 8 }, ("If-Match", tag))).Status.ShouldBe(200);
        (await admin.Ask($"PUT /api/shops/{shop.Id}/settings", new { tax_rate = 9 }, ("If-Match", tag))).Code.ShouldBe("stale_version");
        (await admin.Ask(
            $"GET /api/shops/{shop.Id}/settings",
            null,
            ("If-None-Match", (await admin.Ask($"GET /api/shops/{shop.Id}/settings")).Response.Headers.ETag!.Tag))).Status.ShouldBe(304);
    }

    [Fact]
    public async Task The_owner_changes_the_shop_itself_and_others_do_not()
    {
        var shop = await app.NewShop();
        var (owner, admin) = (await shop.As("owner"), await shop.As("admin"));
        (await admin.Ask($"PUT /api/shops/{shop.Id}", new { name = "Mine" })).Code.ShouldBe("forbidden");
        var read = await owner.Ask($"GET /api/shops/{shop.Id}");
        var tag = read.Response.Headers.ETag!.Tag;
        var edits = await Task.WhenAll(Enumerable.Range(
            0,
            6).Select(i => owner.Ask($"PUT /api/shops/{shop.Id}", new { name = $"Shop {i}" }, ("If-Match", tag))));
        edits.Count(e => e.Status == 200).ShouldBe(1);
        edits.Where(e => e.Status != 200).ShouldAllBe(e => e.Code == "stale_version");
        (await owner.Ask($"PUT /api/shops/{shop.Id}", new { name = " " })).Fields.ShouldBe(["name"]);
        (await owner.Ask($"PUT /api/shops/{shop.Id}", new { address = "3 Mill Lane", settings = new { receipt_footer = "Bye" } }))
            .Text("address")
            .ShouldBe("3 Mill Lane");
        (await owner.Ask($"GET /api/shops/{shop.Id}/settings")).Text("receipt_footer").ShouldBe("Bye");
    }

    [Fact]
    public async Task A_shop_that_is_not_mine_is_not_there()
    {
        var (mine, theirs) = (await app.NewShop(), await app.NewShop());
        var owner = await mine.As("owner");
        foreach (var ask in new[]
        {
            "GET /api/shops/{0}",
            "GET /api/shops/{0}/settings",
            "GET /api/shops/{0}/users",
            "GET /api/shops/{0}/orders",
            "GET /api/shops/{0}/reports/sales"
        })
        {
            var answer = await owner.Ask(string.Format(ask, theirs.Id));
            (answer.Status, answer.Code).ShouldBe((404, "not_found"), ask);
        }

        (await owner.Ask($"PUT /api/shops/{theirs.Id}", new { name = "x" })).Status.ShouldBe(404);
        (await owner.Ask($"PUT /api/shops/{theirs.Id}/settings", new { tax_rate = 0 })).Status.ShouldBe(404);
        (await owner.Ask("GET /api/config", null, ("X-Shop-Id", theirs.Id.ToString()))).Status.ShouldBe(404);
        (await owner.Ask("GET /api/config", null, ("X-Shop-Id", "1; drop table shops"))).Status.ShouldBe(404);
    }

    [Fact]
    public void The_documentation_is_the_table_of_keys()
    {
        var page = new System.Text.StringBuilder("# Settings of a shop\n\n"
            + "`GET /api/config` lists them, `PUT /api/config/{key}` changes one, `PUT /api/shops/{id}/settings` several at once. This "
            + "page is made from\n"
            + "`Shops/Settings.cs`; a test keeps them the same.\n\n| key | default | unit | takes | meaning |\n|---|---|---|---|---|\n");
        foreach (var key in SettingKeys.All.Append(SettingKeys.Feature("feature.NAME")))
            page.Append($"| `{key.Key}` | {(key.Default.Length == 0
                ? ""
                : $"`{key.Default}`")} | {key.Unit} | {key.Takes} | {key.Meaning} |\n");
        var path = Path.Combine(Repository.Root, "docs", "settings.md");
        if (Environment.GetEnvironmentVariable("COMANDA_WRITE_DOCS") is not null)
            File.WriteAllText(path, page.ToString());
        File.ReadAllText(path).ShouldBe(page.ToString());
    }
}
