using System.Globalization;
using Comanda.Data;
using Comanda.Shops;

namespace Comanda.Tests.Orders.Online;

/// <summary>For when guests order, and that no more get in than there is room for.</summary>
public sealed class SlotTests(CafeApp app)
{
    private static object For(DateTimeOffset? when, long item, int quantity = 1, string type = "online") => new
    {
        type,
        items = new[] { new { menu_item_id = item, quantity } },
        scheduled_for = when,
        delivery_address = type == "delivery" ? new { address = "1 Quay Street" } : null,
    };

    private static async Task<List<System.Text.Json.JsonElement>> Slots(ComandaClient client, DateOnly date, string more = "type=pickup") =>
        [.. (await client.Ask($"GET /api/slots?date={date:yyyy-MM-dd}&{more}")).Items];

    private static DateTimeOffset Start(System.Text.Json.JsonElement slot) => slot.GetProperty("starts_at").GetDateTimeOffset();

    private static DateOnly Soon => DateOnly.FromDateTime(DateTime.UtcNow).AddDays(3);

    [Theory]
    [InlineData("2026-03-29", 23)]
    [InlineData("2026-10-25", 25)]
    [InlineData("2026-10-26", 24)]
    public void A_day_on_which_the_clock_changes_has_as_many_slots_as_hours(string date, int hours)
    {
        var day = new BusinessDay(TimeZoneInfo.FindSystemTimeZoneById("Europe/Lisbon"), TimeOnly.MinValue);
        var on = DateOnly.Parse(date, CultureInfo.InvariantCulture);
        var (from, until) = (day.StartOf(on), day.EndOf(on));
        var grid = new SlotGrid(Settings("{}", "[]", 60, day), from, until).Between(from, until).ToList();
        grid.Count.ShouldBe(hours);
        grid.Zip(grid.Skip(1)).ShouldAllBe(pair => pair.First.Until == pair.Second.From);
        grid[0].From.ShouldBe(from);
        foreach (var slot in grid)
            SlotGrid.At(Settings("{}", "[]", 60, day), slot.From.AddMinutes(59)).ShouldBe(slot);
    }

    [Fact]
    public void Spans_that_overlap_are_cut_once_and_the_last_piece_is_as_short_as_it_comes()
    {
        var day = new BusinessDay(TimeZoneInfo.Utc, TimeOnly.MinValue);
        var settings = Settings("""{"mon": ["08:00-10:15", "10:00-11:00"]}""", "[]", 60, day);
        var (from, until) = (day.StartOf(new(2026, 12, 7)), day.EndOf(new(2026, 12, 7)));
        new SlotGrid(settings, from, until).Between(from, until).Select(s => $"{s.From:HH:mm}-{s.Until:HH:mm}")
            .ShouldBe(["08:00-09:00", "09:00-10:00", "10:00-11:00"]);
        SlotGrid.At(settings, until).ShouldBeNull(); // Tuesday
        SlotGrid.At(settings with { Opening = OpeningWeek.Read("{}", """["2026-12-07"]""") }, from.AddHours(9)).ShouldBeNull();
    }

    private static ShopSettings Settings(string hours, string closed, int minutes, BusinessDay day) => new()
    {
        Currency = Currency.Of("EUR"),
        TaxRate = TaxRate.Zero,
        Rules = null!,
        BusinessDay = day,
        OrderPrefix = "",
        ReceiptFooter = "",
        TaxNumber = "",
        KitchenHands = 1,
        PointsPerUnit = 0,
        PointValue = Money.Zero,
        LowStockTo = [],
        Country = null,
        Taxes = Comanda.Taxes.TaxTable.Single(TaxRate.Zero),
        Opening = OpeningWeek.Read(hours, closed),
        Slots = SlotSettings.Unbounded with { Minutes = minutes },
    };

    [Fact]
    public async Task Slots_go_over_midnight_and_leave_out_days_on_which_the_shop_is_closed()
    {
        var shop = await app.NewShop(
            ("opening_hours", "\"18:00-02:00\""),
            ("slot_minutes", "30"),
            ("slot_pickup_orders", "3"),
            ("day_starts_at", "04:00"),
            ("closing_days", $"[\"{Soon.AddDays(1):yyyy-MM-dd}\"]"));
        var stranger = app.Stranger(shop);
        var slots = await Slots(stranger, Soon);
        slots.Count.ShouldBe(16);
        slots.ShouldAllBe(s => s.GetProperty("left").GetInt32() == 3 && s.GetProperty("available").GetBoolean());
        Start(slots[^1]).ShouldBe(Start(slots[0]).AddHours(7.5));
        var gina = await app.Guest(shop);
        var espresso = (await shop.Item("Espresso")).Id;
        // Five past midnight and a bit: the slot from midnight on, of the evening before.
        var late = Start(slots[12]);
        (await gina.Ask("POST /api/orders", For(late.AddMinutes(7), espresso))).Status.ShouldBe(201);
        (await Slots(stranger, Soon))[12].GetProperty("left").GetInt32().ShouldBe(2);
        (await Slots(stranger, Soon.AddDays(1))).ShouldBeEmpty();
        (await gina.Ask("POST /api/orders", For(Start(slots[0]).AddDays(1), espresso))).Code.ShouldBe("closed");
        (await Slots(stranger, Soon, "type=pickup&days=3")).Count.ShouldBe(32);
        (await Slots(stranger, Soon.AddDays(60))).ShouldBeEmpty(); // further than guests may order
        (await Slots(stranger, Soon.AddDays(-10))).ShouldBeEmpty();
        (await stranger.Ask("GET /api/slots?type=dinner")).Fields.ShouldBe(["type"]);
        (await stranger.Ask("GET /api/slots?days=32")).Fields.ShouldBe(["days"]);
        (await stranger.Ask("GET /api/slots?date=yesterday")).Fields.ShouldBe(["date"]);
    }

    [Fact]
    public async Task A_slot_has_room_for_so_many_of_each_kind_and_for_so_much_work()
    {
        var shop = await app.NewShop(
            ("slot_pickup_orders", "2"), ("slot_delivery_orders", "1"), ("slot_kitchen_minutes", "20"), ("slot_minutes", "60"));
        var (gina, manager) = (await app.Guest(shop), await shop.As("manager"));
        var (espresso, latte) = ((await shop.Item("Espresso")).Id, (await shop.Item("Caffè latte")).Id); // 2 and 5 minutes of work
        var slots = await Slots(gina, Soon);
        var (ten, eleven) = (Start(slots[10]), Start(slots[11]));
        var first = await gina.Ask("POST /api/orders", For(ten, espresso));
        first.Status.ShouldBe(201, first.ToString());
        (await manager.Ask("POST /api/orders", For(ten.AddMinutes(30), espresso))).Status.ShouldBe(201); // by the phone: it counts too
        var full = await gina.Ask("POST /api/orders", For(ten, espresso));
        (full.Status, full.Code, full.Body.GetProperty("next_slot").GetDateTimeOffset()).ShouldBe((409, "slot_full", eleven));
        (await manager.Ask("POST /api/orders", For(ten, espresso))).Code.ShouldBe("slot_full");
        var look = await gina.Ask("POST /api/orders/preview", For(ten, espresso));
        (look.Status, look.Code, look.Body.GetProperty("next_slot").GetDateTimeOffset()).ShouldBe((409, "slot_full", eleven));
        (await gina.Ask("POST /api/orders/preview", For(eleven, espresso))).Status.ShouldBe(200);
        (await gina.Ask("POST /api/orders", For(ten, espresso, type: "delivery"))).Status.ShouldBe(201); // of the other kind
        (await gina.Ask("POST /api/orders", For(ten, espresso, type: "delivery"))).Code.ShouldBe("slot_full");
        var shown = (await Slots(gina, Soon))[10];
        (shown.GetProperty("left").GetInt32(), shown.GetProperty("kitchen_minutes_left").GetInt32(), shown.GetProperty("available")
            .GetBoolean()).ShouldBe((0, 14, false));

        // Cancelled, it makes room; and the kitchen's minutes bound what the number would let in.
        (await gina.Ask($"POST /api/orders/{first.Id}/cancel")).Status.ShouldBe(200);
        (await gina.Ask("POST /api/orders", For(ten, latte, 4))).Code.ShouldBe("slot_full"); // 20 minutes beside 4
        (await gina.Ask("POST /api/orders", For(ten, latte, 3))).Status.ShouldBe(201);
        // More work than a whole slot has room for is taken on by an empty one, which is full then.
        (await gina.Ask("POST /api/orders", For(eleven, latte, 9))).Status.ShouldBe(201);
        (await gina.Ask("POST /api/orders", For(eleven, espresso))).Code.ShouldBe("slot_full");
    }

    [Fact]
    public async Task An_order_that_is_put_off_joined_or_grows_takes_its_room_along()
    {
        var shop = await app.NewShop(("slot_pickup_orders", "1"), ("slot_minutes", "60"));
        var (gina, manager) = (await app.Guest(shop), await shop.As("manager"));
        var latte = (await shop.Item("Caffè latte")).Id;
        var slots = await Slots(gina, Soon);
        var (ten, eleven, noon) = (Start(slots[10]), Start(slots[11]), Start(slots[12]));
        var one = await gina.Ask("POST /api/orders", For(ten, latte));
        var two = await gina.Ask("POST /api/orders", For(eleven, latte));
        (await manager.Ask($"PUT /api/orders/{one.Id}", new { scheduled_for = eleven })).Code.ShouldBe("slot_full");
        (await manager.Ask($"PUT /api/orders/{one.Id}", new { scheduled_for = noon })).Status.ShouldBe(200);
        (await gina.Ask("POST /api/orders", For(ten, latte))).Status.ShouldBe(201); // ten is free again
        (await gina.Ask("POST /api/orders", For(noon, latte))).Code.ShouldBe("slot_full");
        async Task<(int Pickup, int Delivery, int Minutes)> Row(DateTimeOffset at)
        {
            await using var command = app.Database.Command(
                "select pickup, delivery, minutes from slots where shop_id = $1 and starts_at = $2", shop.Id, at);
            return (await command.List(r => (r.GetInt32(0), r.GetInt32(1), r.GetInt32(2)), default)).Single();
        }

        var line = (await manager.Ask($"GET /api/orders/{two.Id}")).Items.First().GetProperty("id").GetInt64();
        (await manager.Ask($"PUT /api/orders/{two.Id}", new { items = new[] { new { id = line, quantity = 3 } }, version = 1 })).Status
            .ShouldBe(200); // who works there knows what they do
        (await Row(eleven)).ShouldBe((1, 0, 15));
        (await manager.Ask($"PUT /api/orders/{two.Id}", new { type = "delivery", version = 2 })).Status.ShouldBe(200);
        (await Row(eleven)).ShouldBe((0, 1, 15));
        (await manager.Ask($"POST /api/orders/{two.Id}/cancel")).Status.ShouldBe(200);
        (await Row(eleven)).ShouldBe((0, 0, 0));
        (await Row(noon)).ShouldBe((1, 0, 5));
    }

    [Fact]
    public async Task As_soon_as_can_be_takes_room_where_it_will_be_ready()
    {
        var shop = await app.NewShop(("slot_pickup_orders", "1"), ("slot_minutes", "240"));
        var (gina, hugo) = (await app.Guest(shop), await app.Guest(shop, "Hugo"));
        var espresso = (await shop.Item("Espresso")).Id;
        (await gina.Ask("POST /api/orders", For(null, espresso))).Status.ShouldBe(201);
        var full = await hugo.Ask("POST /api/orders", For(null, espresso));
        full.Code.ShouldBe("slot_full");
        (await hugo.Ask("POST /api/orders", For(full.Body.GetProperty("next_slot").GetDateTimeOffset(), espresso))).Status.ShouldBe(201);
    }

    [Fact]
    public async Task Of_fifty_guests_at_once_one_gets_the_last_place_and_nobody_else_is_charged()
    {
        var shop = await app.NewShop(("slot_pickup_orders", "1"), ("slot_minutes", "60"));
        var elsewhere = await app.StartProcess();
        var guests = await app.Guests(shop, 50, app.Address, elsewhere);
        var manager = await shop.As("manager");
        var (item, ten) = (await shop.Item("Espresso"), Start((await Slots(guests[0], Soon))[10]));
        var cards = new List<string>();
        for (var i = 0; i < guests.Length; i++)
            cards.Add((await manager.Ask("POST /api/gift-cards", new { amount = 10, method = "card" })).Text("code")!);
        var placed = await Task.WhenAll(guests.Select((g, i) => g.Ask("POST /api/orders", new
        {
            items = new[] { new { menu_item_id = item.Id } },
            scheduled_for = ten,
            payments = new[] { new { method = "gift_card", reference = cards[i] } },
        })));
        placed.Count(p => p.Status == 201).ShouldBe(1);
        placed.Where(p => p.Status != 201).ShouldAllBe(p => p.Code == "slot_full");
        (await app.Database.Scalar("select count(*) from orders where shop_id = $1", default, shop.Id)).ShouldBe(1L);
        var winner = Array.FindIndex(placed, p => p.Status == 201);
        foreach (var (i, code) in cards.Index())
        {
            (await manager.Ask($"GET /api/gift-cards/{code}")).Body.GetProperty("balance").GetDecimal()
                .ShouldBe(i == winner ? 10 - item.Price : 10);
        }

        (await manager.VerifyJournal()).Valid.ShouldBeTrue(); // and no number is missing
    }

    [Fact]
    public async Task Trap20_of_fifty_guests_at_once_one_gets_the_last_cake_and_nobody_else_is_charged()
    {
        var shop = await app.NewShop(("loyalty_point_value", "1"));
        var elsewhere = await app.StartProcess();
        var guests = await app.Guests(shop, 50, app.Address, elsewhere);
        var manager = await shop.As("manager");
        var cake = (await shop.Item("Carrot cake")).Id;
        (await manager.Ask($"PUT /api/menu/items/{cake}/stock", new { quantity = 1 })).Status.ShouldBe(200);
        foreach (var guest in guests)
        {
            var me = (await guest.Ask("GET /api/customers/me")).Id;
            await manager.Ask($"POST /api/customers/{me}/points", new { points = 10, reason = "welcome" });
        }

        var placed = await Task.WhenAll(guests.Select(g => g.Ask(
            "POST /api/orders", new { items = new[] { new { menu_item_id = cake } }, redeem_points = 5 })));
        placed.Count(p => p.Status == 201).ShouldBe(1);
        placed.Where(p => p.Status != 201).ShouldAllBe(p => p.Code == "out_of_stock");
        (await app.Database.Scalar("select sum(loyalty_points)::bigint from customers where shop_id = $1", default, shop.Id))
            .ShouldBe(495L);
        (await app.Database.Scalar("select coalesce(sum(pickup), 0)::bigint from slots where shop_id = $1", default, shop.Id)).ShouldBe(1L);
    }

    [Fact]
    public async Task However_many_slots_there_are_a_week_is_read_by_the_index()
    {
        await using var connection = await app.Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var shops = new List<long>();
        for (var i = 0; i < 2; i++)
            shops.Add((await app.NewShop()).Id);
        // Two years of quarter hours.
        await connection.Execute(
            """
            insert into slots (shop_id, starts_at, pickup, minutes) select s, now() + make_interval(mins => 15 * n), 10, 30
            from unnest($1) s, generate_series(-35000, 35000) n
            """,
            default,
            shops.ToArray());
        await connection.Execute("analyze slots", default);
        await using var explain = connection.Command(
            "explain (analyze, format text) " + Comanda.Orders.ReadSlots.Query,
            shops[0],
            DateTimeOffset.UtcNow,
            DateTimeOffset.UtcNow.AddDays(7));
        var plan = string.Join('\n', await explain.List(r => r.GetString(0), default));
        plan.ShouldContain("slots_pkey");
        plan.ShouldNotContain("Seq Scan");
        plan.ShouldMatch(@"rows=672(\.00)? "); // of PostgreSQL 18 on, rows have decimals
    }
}
