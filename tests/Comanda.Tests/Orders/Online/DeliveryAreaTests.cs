using Comanda.Data;

namespace Comanda.Tests.Orders.Online;

public sealed class DeliveryAreaTests(CafeApp app)
{
    private static readonly double[][] Centre = [[-9.15, 38.70], [-9.12, 38.70], [-9.12, 38.73], [-9.15, 38.73]];

    private static object Delivery(long item, int quantity, object? address) =>
        new { type = "delivery", items = new[] { new { menu_item_id = item, quantity } }, delivery_address = address };

    [Theory]
    [InlineData(-9.13, 38.71, true)]
    [InlineData(-9.16, 38.71, false)]
    [InlineData(-9.13, 38.74, false)]
    [InlineData(-9.15, 38.70, true)] // a corner
    [InlineData(-9.12, 38.715, true)] // an edge
    [InlineData(38.71, -9.13, false)] // the other way round
    public void A_point_is_in_a_polygon_by_longitude_and_latitude(double longitude, double latitude, bool within) =>
        Comanda.Orders.DeliveryArea.Encloses(Centre, longitude, latitude).ShouldBe(within);

    [Fact]
    public void A_dent_is_outside()
    {
        double[][] dented = [[0, 0], [4, 0], [4, 4], [2, 1], [0, 4]];
        Comanda.Orders.DeliveryArea.Encloses(dented, 2, 3).ShouldBeFalse();
        Comanda.Orders.DeliveryArea.Encloses(dented, 2, 0.5).ShouldBeTrue();
        Comanda.Orders.DeliveryArea.Encloses(dented, 0.5, 2).ShouldBeTrue();
    }

    [Fact]
    public async Task Fee_minimum_and_minutes_are_the_areas_and_outside_is_told()
    {
        var shop = await app.NewShop(("delivery_fee", "9"));
        var (manager, gina) = (await shop.As("manager"), await app.Guest(shop));
        var loaf = await shop.Item("Rye loaf");
        var old = await gina.Ask("POST /api/orders", Delivery(loaf.Id, 1, new { address = "1 Quay Street" }));
        old.Body.GetProperty("delivery_fee").GetDecimal().ShouldBe(9m); // without areas the shop's one fee

        var near = await manager.Ask("POST /api/delivery-areas", new { name = "Centre", polygon = Centre, fee = 1.5, minutes = 10 });
        (near.Status, near.Response.Headers.Location!.ToString()).ShouldBe((201, $"/api/delivery-areas/{near.Id}"));
        var far = await manager.Ask("POST /api/delivery-areas", new
        {
            name = "Hills",
            postcodes = new[] { "1200-001", "13*" },
            fee = 4,
            minimum = 2 * loaf.Price,
            minutes = 25,
        });
        far.Status.ShouldBe(201, far.ToString());
        (await app.Stranger(shop).Ask("GET /api/delivery-areas")).Items.Select(a => a.GetProperty("name").GetString())
            .ShouldBe(["Centre", "Hills"]);

        async Task<Answer> Place(int quantity, object address) =>
            await gina.Ask("POST /api/orders", Delivery(loaf.Id, quantity, address));
        var centre = await Place(1, new { address = "1 Quay Street", location = new[] { -9.13, 38.71 } });
        (centre.Status, centre.Body.GetProperty("delivery_fee").GetDecimal()).ShouldBe((201, 1.5m));
        centre.Body.GetProperty("total_amount").GetDecimal().ShouldBe(loaf.Price + 1.5m);
        var there = new { address = "Hill 1", zip_code = "1300 555", location = new[] { -9.2, 38.7 } };
        var little = await Place(1, there);
        (little.Code, little.Body.GetProperty("minimum").GetDecimal()).ShouldBe(("below_minimum", 2 * loaf.Price));
        var hills = await Place(2, there);
        (hills.Status, hills.Body.GetProperty("delivery_fee").GetDecimal()).ShouldBe((201, 4m));
        (hills.Body.GetProperty("estimated_time").GetInt32() - centre.Body.GetProperty("estimated_time").GetInt32())
            .ShouldBeGreaterThanOrEqualTo(15);
        var preview = await gina.Ask("POST /api/orders/preview", Delivery(loaf.Id, 2, there));
        preview.Body.GetProperty("total_amount").GetDecimal().ShouldBe((2 * loaf.Price) + 4m);
        foreach (var way in new[] { "POST /api/orders", "POST /api/orders/preview" })
        {
            (await gina.Ask(way, Delivery(loaf.Id, 9, new { address = "Far", zip_code = "9999", location = new[] { 2.0, 2.0 } }))).Code
                .ShouldBe("outside_delivery_area");
            (await gina.Ask(way, Delivery(loaf.Id, 9, new { address = "Where?" }))).Fields
                .ShouldBe(["delivery_address.zip_code", "delivery_address.location"]);
            (await gina.Ask(way, Delivery(loaf.Id, 9, null))).Fields.ShouldBe(["delivery_address"]);
        }

        // What was placed keeps what it cost; what is taken back and placed anew costs what it costs now.
        (await manager.Ask($"PUT /api/delivery-areas/{near.Id}", new { fee = 2.5, version = 1 })).Status.ShouldBe(200);
        (await gina.Ask($"GET /api/orders/{centre.Id}")).Body.GetProperty("delivery_fee").GetDecimal().ShouldBe(1.5m);
        (await Place(1, new { address = "1 Quay Street", location = new[] { -9.13, 38.71 } })).Body.GetProperty("delivery_fee").GetDecimal()
            .ShouldBe(2.5m);
        (await manager.Ask($"DELETE /api/delivery-areas/{near.Id}")).Status.ShouldBe(204);
        (await Place(1, new { address = "1 Quay Street", zip_code = "x", location = new[] { -9.13, 38.71 } })).Code
            .ShouldBe("outside_delivery_area");
    }

    [Fact]
    public async Task Of_several_areas_the_cheapest_counts_and_staff_who_say_no_place_are_not_asked()
    {
        var shop = await app.NewShop(("delivery_fee", "7"));
        var manager = await shop.As("manager");
        var loaf = (await shop.Item("Rye loaf")).Id;
        foreach (var (name, fee) in new[] { ("Dear", 5), ("Cheap", 2), ("Middle", 3) })
            await manager.Ask("POST /api/delivery-areas", new { name, postcodes = new[] { "sw1a 1aa" }, fee });
        var placed = await manager.Ask("POST /api/orders", Delivery(loaf, 1, new { address = "10 Street", zip_code = "SW1A1AA" }));
        placed.Body.GetProperty("delivery_fee").GetDecimal().ShouldBe(2m);
        (await manager.Ask("POST /api/orders", Delivery(loaf, 1, null))).Body.GetProperty("delivery_fee").GetDecimal().ShouldBe(7m);
    }

    [Fact]
    public async Task A_delivery_that_goes_elsewhere_costs_what_it_costs_there()
    {
        var shop = await app.NewShop(("delivery_fee", "7"));
        var (manager, gina) = (await shop.As("manager"), await app.Guest(shop));
        var loaf = await shop.Item("Rye loaf");
        foreach (var (name, postcode, fee) in new[] { ("Near", "11", 2), ("Far", "12", 5) })
            await manager.Ask("POST /api/delivery-areas", new { name, postcodes = new[] { postcode }, fee, minutes = fee });
        var placed = await gina.Ask("POST /api/orders", Delivery(loaf.Id, 1, new { address = "1 Quay Street", zip_code = "11" }));
        async Task<Answer> Edit(object edit) => await manager.Ask($"PUT /api/orders/{placed.Id}", edit);
        var far = await Edit(new { delivery_address = new { address = "2 Hill", zip_code = "12" } });
        (far.Status, far.Body.GetProperty("delivery_fee").GetDecimal()).ShouldBe((200, 5m));
        far.Body.GetProperty("total_amount").GetDecimal().ShouldBe(loaf.Price + 5);
        (await Edit(new { delivery_address = new { address = "3 Moon", zip_code = "99" } })).Code.ShouldBe("outside_delivery_area");
        (await Edit(new { type = "online" })).Body.GetProperty("delivery_fee").GetDecimal().ShouldBe(0m);
        (await Edit(new { type = "delivery" })).Body.GetProperty("delivery_fee").GetDecimal().ShouldBe(5m); // where it went before
        (await Edit(new { delivery_address = new { location = new[] { 1.0 } } })).Fields.ShouldBe(["delivery_address.location"]);
        (await app.Database.Scalar("select delivery_minutes from orders where id = $1", default, placed.Id)).ShouldBe(5);
    }

    [Fact]
    public async Task What_is_wrong_with_an_area_is_named_and_another_shops_is_not_there()
    {
        var (shop, others) = (await app.NewShop(), await app.NewShop());
        var (manager, stranger) = (await shop.As("manager"), await others.As("owner"));
        async Task<string[]> Wrong(object area) => (await manager.Ask("POST /api/delivery-areas", area)).Fields;
        (await Wrong(new { })).ShouldBe(["name", "postcodes"]);
        (await Wrong(new { name = "x", postcodes = new[] { "1" }, polygon = Centre })).ShouldBe(["polygon"]);
        (await Wrong(new { name = "x", postcodes = new[] { "!", "" } })).ShouldBe(["postcodes[0]", "postcodes[1]"]);
        (await Wrong(new { name = "x", postcodes = Array.Empty<string>() })).ShouldBe(["postcodes"]);
        (await Wrong(new { name = "x", polygon = new double[][] { [0, 0], [1, 1] } })).ShouldBe(["polygon"]);
        (await Wrong(new { name = "x", polygon = new double[][] { [0, 0], [1, 1], [200, 2] } })).ShouldBe(["polygon[2]"]);
        (await Wrong(new { name = "x", postcodes = new[] { "1" }, fee = -1, minimum = 1.234, minutes = -1 })).ShouldBe(
            ["minutes", "fee", "minimum"]);
        var area = await manager.Ask("POST /api/delivery-areas", new { name = "Centre", postcodes = new[] { "1100" } });
        (await stranger.Ask($"GET /api/delivery-areas/{area.Id}")).Code.ShouldBe("not_found");
        (await stranger.Ask($"PUT /api/delivery-areas/{area.Id}", new { fee = -1 })).Code.ShouldBe("not_found");
        (await stranger.Ask($"DELETE /api/delivery-areas/{area.Id}")).Code.ShouldBe("not_found");
        (await manager.Ask($"PUT /api/delivery-areas/{area.Id}", new { fee = 1 }, ("If-Match", "\"7\""))).Code.ShouldBe("stale_version");
        var drawn = await manager.Ask($"PUT /api/delivery-areas/{area.Id}", new { polygon = Centre, minutes = 5 });
        (drawn.Status, drawn.Body.GetProperty("postcodes").ValueKind).ShouldBe((200, System.Text.Json.JsonValueKind.Null));
        drawn.Body.GetProperty("polygon").GetArrayLength().ShouldBe(4);
        (await (await shop.As("owner")).Ask("GET /api/audit?action=delivery_area_changed")).Items.Count().ShouldBe(2);
    }
}
