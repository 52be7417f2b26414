namespace Comanda.BrowserTests;

/// <summary>From an installation without a shop to the first coffee, in a browser alone.</summary>
public sealed class FirstRunTests(CafeApp app)
{
    [Fact]
    public async Task Somebody_sets_a_shop_up_and_sells_a_coffee()
    {
        await using var house = await app.StartInEmptyDatabase(o => o with { ScreensFolder = Screens.Folder });
        await using var screen = await Screen.Open(house.Address, "/", Look.Desk with { Zone = "Europe/Lisbon" });
        await screen.Shows("Your shop");
        screen.Where.ShouldBe("/setup");
        await screen.Until("the country is guessed", async () => await screen.Value("Country") == "PT");
        (await screen.Value("Currency")).ShouldBe("EUR");
        (await screen.Value("Time zone")).ShouldBe("Europe/Lisbon");
        await screen.Tap("Taxes of Portugal");
        await screen.Shows("Soft drinks");
        await screen.Tap("Next"); // a name is missing: it is said at the end, where it stands
        await screen.Fill("Your name", "Ana Reis");
        await screen.Fill("User name", "ana");
        await screen.Fill("Password", "password1");
        await screen.Fill("PIN for the till", "4711");
        await screen.Tap("Next");
        await screen.Shows("A menu to begin with");
        await screen.Tap("Open the shop");
        await screen.Shows("must not be empty");
        await screen.Fill("Name of the shop", "Café Aurora");
        await screen.Tap("Next");
        await screen.Shows("is one that others guess first");
        await screen.Fill("Password", "seven grey geese");
        await screen.Tap("Next");
        await screen.Tap("Open the shop");
        await screen.Shows("What is missing is a till");
        await screen.Tap("Enrol it");
        await screen.Shows("Counter is enrolled.");
        (await screen.Page.EvaluateExpressionAsync<int>("document.querySelectorAll('svg.qr path').length")).ShouldBe(1);
        await screen.Tap("Use this device");
        await screen.SignIn("4711");
        await screen.Tap("Espresso");
        await screen.Tap("Add to basket");
        await screen.Tap("Pay");
        await screen.Tap("Card");
        await screen.Tap("The card was approved");
        await screen.Shows("Café Aurora");
        await screen.Go("/setup");
        await screen.Shows("This installation is set up");
        // The browser tells what the set-up refused, and that it is not there any more.
        screen.Complaints.Where(c => !c.Contains(" 400 ", StringComparison.Ordinal) && !c.Contains(" 404 ", StringComparison.Ordinal))
            .ShouldBeEmpty();

        var owner = app.Client(house.Address);
        await owner.SignIn("ana", "seven grey geese");
        (await owner.GetOrders()).Items.ShouldHaveSingleItem().PaymentStatus.ShouldBe("paid");
    }

    [Fact]
    public async Task A_menu_comes_from_a_file_and_a_stranger_needs_the_code()
    {
        await using var house = await app.StartInEmptyDatabase(o => o with { ScreensFolder = Screens.Folder });
        await using var screen = await Screen.Open(house.Address, "/setup", Look.Desk with { Zone = "Asia/Tokyo" });
        await screen.Until("the country is guessed", async () => await screen.Value("Country") == "JP");
        await screen.Fill("Name of the shop", "Kissa");
        await screen.Tap("Next");
        await screen.Fill("Your name", "Ken");
        await screen.Fill("User name", "ken");
        await screen.Fill("Password", "seven grey geese");
        await screen.Fill("PIN for the till", "4711");
        await screen.Tap("Next");
        await screen.Shows("Its prices are in euros");
        await screen.Tap("From files");
        await screen.Tap("Open the shop");
        var file = Path.Combine(Directory.CreateTempSubdirectory("comanda-menu-").FullName, "menu.csv");
        await File.WriteAllTextAsync(file, "name,category,price\nSiphon coffee,Coffee,650\nThick toast,Food,480\n");
        await screen.Until("the file is chosen", async () =>
        {
            if (await screen.Page.QuerySelectorAsync("input[type=file]") is not { } input)
                return false;
            await input.UploadFileAsync(file);
            return true;
        });
        await screen.Shows("2 new, 0 changed");
        await screen.Tap("Take over");
        await screen.Shows("What is missing is a till");
        var stranger = app.Client(house.Address);
        stranger.Http.DefaultRequestHeaders.Add("X-Shop-Id", "1");
        (await stranger.GetMenu()).Items.Select(i => i.Name).ShouldBe(["Siphon coffee", "Thick toast"], ignoreOrder: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_set_up_is_accessible_and_fits(bool dark)
    {
        await using var house = await app.StartInEmptyDatabase(o => o with { ScreensFolder = Screens.Folder });
        await using var screen = await Screen.Open(house.Address, "/setup", Look.Till with { Zone = "Europe/Lisbon", IsDark = dark });
        var check = new CheckPages(Look.Till with { IsDark = dark }, (1280, 800), (1024, 768), (390, 844));
        await screen.Until("the country is guessed", async () => await screen.Value("Country") == "PT");
        await screen.Fill("Name of the shop", "Café Aurora");
        await screen.Tap("Taxes of Portugal");
        await check.Look(screen, "setup");
        await screen.Tap("Next");
        await check.Look(screen, "setup-owner");
        await screen.Fill("Your name", "Ana Reis");
        await screen.Fill("User name", "ana");
        await screen.Fill("Password", "seven grey geese");
        await screen.Fill("PIN for the till", "4711");
        await screen.Tap("Next");
        await check.Look(screen, "setup-menu");
        await screen.Tap("Open the shop");
        await screen.Tap("Enrol it");
        await screen.Shows("is enrolled.");
        await check.Look(screen, "setup-till");
        check.Objections.ShouldBeEmpty();
        screen.Complaints.ShouldBeEmpty();
    }
}
