namespace Comanda.BrowserTests;

/// <summary>Guests who order themselves, in a real browser.</summary>
public sealed class StorefrontTests(CafeApp app)
{
    [Fact]
    public async Task A_guests_order_goes_from_their_phone_to_their_door_and_the_kitchen_and_they_watch_it_live()
    {
        await using var screens = await Screens.Begin(app);
        var store = new StoreGuest(screens, app);
        var manager = await screens.Shop.As("manager", screens.Address);
        (await manager.Ask("POST /api/delivery-areas", new { name = "Centre", postcodes = new[] { "1000" }, fee = 2.5, minutes = 15 }))
            .Status.ShouldBe(201);
        await using var kitchen = await screens.Open("/kitchen", Look.Kitchen, "barista");
        await using var guest = await store.Open("/", StoreGuest.Phone);
        await StoreGuest.Go(guest, "Rye loaf");
        await StoreGuest.Go(guest, "Add to basket");
        await guest.Shows("Rye loaf is in your basket.");
        await StoreGuest.Go(guest, "See your basket");
        await StoreGuest.Go(guest, "To the checkout");
        await guest.Shows("We send a code to your phone");
        await store.SignIn(guest, "Gina Rossi");
        await StoreGuest.Go(guest, "Delivery");
        await StoreGuest.Fill(guest, "address", "1 Quay Street");
        await StoreGuest.Fill(guest, "zip", "1000");
        await StoreGuest.Fill(guest, "city", "Anytown");
        await guest.Page.ClickAsync("input[name=pay][value=card]");
        await StoreGuest.Go(guest, "Work out the total");
        await guest.Shows("It costs €8.30 now.");
        await StoreGuest.Go(guest, "Place order");
        await guest.Shows("This payment is simulated");
        (await kitchen.Text()).ShouldNotContain("Rye loaf"); // not before it is paid
        await StoreGuest.Go(guest, "Pay, simulated");
        await guest.Has(".state", "Received");
        await kitchen.Shows("Rye loaf");
        var (order, cashier) = (StoreGuest.OrderOf(guest), await screens.Shop.As("cashier", screens.Address));
        foreach (var (status, shown) in new[]
        {
            ("preparing", "In preparation"),
            ("ready", "Ready to go"),
            ("out_for_delivery", "On its way"),
            ("delivered", "Delivered"),
        })
        {
            await cashier.MoveOrder(order, status);
            await guest.Has(".state", shown); // without a reload
        }

        guest.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task With_script_off_everything_goes_as_far_as_payment_at_pickup()
    {
        await using var screens = await Screens.Begin(app);
        var store = new StoreGuest(screens, app);
        await using var guest = await store.Open("/", StoreGuest.Phone);
        await guest.Page.SetJavaScriptEnabledAsync(false);
        await guest.Page.GoToAsync(new Uri(screens.Address, store.Root + "/?q=flat").ToString());
        await StoreGuest.Go(guest, "Flat white");
        await StoreGuest.Go(guest, "Add to basket");
        await StoreGuest.Go(guest, "See your basket");
        await StoreGuest.Go(guest, "To the checkout");
        await store.SignIn(guest, "Hugo");
        await guest.Page.ClickAsync("input[name=pay][value=cash]");
        await StoreGuest.Go(guest, "Place order");
        await guest.Has(".state", "Received");
        await guest.Shows("not paid yet");
        var cashier = await screens.Shop.As("cashier", screens.Address);
        await cashier.MoveOrder(StoreGuest.OrderOf(guest), "preparing");
        await guest.Page.ReloadAsync();
        await guest.Has(".state", "In preparation");
    }

    [Fact]
    public async Task A_keyboard_is_enough()
    {
        await using var screens = await Screens.Begin(app);
        var store = new StoreGuest(screens, app);
        await using var guest = await store.Open("/", StoreGuest.Desk);
        await guest.Keys("Tab", "Enter"); // past the head of the page
        await StoreGuest.Press(guest, "Flat white");
        await StoreGuest.Press(guest, "Add to basket");
        await StoreGuest.Press(guest, "See your basket");
        await StoreGuest.Press(guest, "To the checkout");
        await Type(guest, "Phone", "+351911234567");
        await StoreGuest.Press(guest, "Send me a code");
        await Type(guest, "Code", await store.CodeFor("+351911234567"));
        await StoreGuest.Press(guest, "Go on");
        await StoreGuest.TabTo(guest, "By card now");
        await guest.Keys("Space");
        await StoreGuest.Press(guest, "Place order");
        await StoreGuest.Press(guest, "Pay, simulated");
        await guest.Has(".state", "Received");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_page_is_accessible_and_fits_a_phone(bool dark)
    {
        await using var screens = await Screens.Begin(app, ("opening_hours", "\"00:00-24:00\""));
        var store = new StoreGuest(screens, app);
        var objections = new List<string>();
        await using var guest = await store.Open("/", StoreGuest.Phone with { IsDark = dark });
        async Task Look(string name)
        {
            foreach (var (width, height) in new[] { (390, 844), (1280, 800) })
            {
                await guest.Page.SetViewportAsync(new() { Width = width, Height = height, HasTouch = true });
                await guest.Page.EvaluateExpressionAsync("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))");
                await guest.Picture($"store-{name}-{width}x{height}-{(dark ? "dark" : "light")}");
                if (!await guest.Page.EvaluateExpressionAsync<bool>("document.documentElement.scrollWidth <= innerWidth"))
                    objections.Add($"{name} is wider than {width} pixels");
                objections.AddRange([.. (await guest.Objections()).Select(o => $"{name} at {width}: {o}")]);
            }

            await guest.Page.SetViewportAsync(new() { Width = 390, Height = 844, HasTouch = true });
        }

        await Look("menu");
        await StoreGuest.Go(guest, "Caffè latte");
        await Look("item");
        await StoreGuest.Go(guest, "Add to basket");
        await guest.Shows("is in your basket");
        await StoreGuest.Go(guest, "Butter croissant");
        await StoreGuest.Go(guest, "Add to basket");
        await Look("added");
        await StoreGuest.Go(guest, "See your basket");
        await Look("basket");
        await StoreGuest.Go(guest, "To the checkout");
        await Look("sign-in");
        await store.SignIn(guest, "Gina Rossi");
        await Look("checkout");
        await StoreGuest.Go(guest, "Delivery");
        await StoreGuest.Go(guest, "Work out the total"); // and is told what is missing
        await guest.Shows("Please fill this in.");
        await Look("checkout-wrong");
        await StoreGuest.Go(guest, "Pick up");
        await guest.Page.ClickAsync("input[name=pay][value=card]");
        await StoreGuest.Go(guest, "Place order");
        await Look("pay");
        await StoreGuest.Go(guest, "Pay, simulated");
        await guest.Has(".state", "Received");
        var cashier = await screens.Shop.As("cashier", screens.Address);
        await cashier.MoveOrder(StoreGuest.OrderOf(guest), "preparing");
        await guest.Has(".state", "In preparation");
        await Look("order");
        await StoreGuest.Go(guest, "Account");
        await Look("account");
        objections.ShouldBeEmpty();
        guest.Complaints.Where(c => !c.Contains("status of 400", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static async Task Type(Screen screen, string field, string text)
    {
        await StoreGuest.TabTo(screen, field);
        await screen.Page.Keyboard.TypeAsync(text);
    }
}
