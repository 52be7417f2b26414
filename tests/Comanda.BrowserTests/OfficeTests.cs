using Comanda.Demo;

namespace Comanda.BrowserTests;

/// <summary>The office's daily work on the shop itself: its menu, its people, its devices, its rules.</summary>
public sealed class OfficeTests(CafeApp app)
{
    [Fact]
    public async Task A_price_that_is_changed_in_the_office_is_charged_at_the_till()
    {
        await using var screens = await Screens.Begin(app);
        await using var till = await screens.Open("/till", Look.Desk, "cashier");
        await till.Shows("Sencha");
        await using var office = await screens.Office("/office/menu", "manager");
        await office.Fill("Search the whole menu", "sen");
        await office.Tap("Sencha");
        await office.Shows("Take off the menu");
        office.Where.ShouldBe($"/office/menu/item/{(await screens.Shop.Item("Sencha")).Id}");
        await office.Fill("Price (EUR)", "3,75x");
        await office.Fill("Price (EUR)", "3,75");
        await office.Tap("Save");
        await office.Shows("Saved.");
        await till.Shows("€3.75");
        await till.Tap("Sencha");
        await till.Has(".total-sum", "€3.75");

        // What is not saved is not lost by mistake, and what is wrong stands beside its field.
        await office.Fill("Sold from", "0730A");
        await office.Fill("Minutes to prepare", "-4");
        await office.Tap("Menu");
        await office.Shows("Leave without saving?");
        await office.Tap("Stay here");
        await office.Tap("Save");
        await office.Has(".field-wrong", "must be");
        await office.Tap("Discard");
        await office.NoLongerShows("Not saved yet");
        foreach (var screen in new[] { till, office })
            screen.Complaints.Where(c => !c.Contains("400", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Items_are_sorted_by_the_keyboard_and_by_the_mouse()
    {
        await using var screens = await Screens.Begin(app);
        await using var office = await screens.Office("/office/menu");
        async Task<string[]> Names() => await office.Page.EvaluateExpressionAsync<string[]>(
            "[...document.querySelectorAll('.menu-items .list-name')].map(e => e.innerText)");
        await office.Until("there are items", async () => (await Names()).Length > 3);
        var before = await Names();
        await office.Tap($"{before[0]}: down");
        await office.Until("the first is the second", async () => (await Names())[1] == before[0]);
        await office.Until("the menu has it so", async () => (await InMenu(screens, before[0])) == 1);
        await office.Tap($"{before[0]}: up");
        await office.Until("the menu has it so", async () => (await InMenu(screens, before[0])) == 0);
        await office.Page.EvaluateExpressionAsync(
            """
            (async () => {
              const rows = [...document.querySelectorAll('.menu-items .sort-row')];
              const data = new DataTransfer();
              const fire = (row, name) => row.dispatchEvent(new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer: data }));
              fire(rows[2], 'dragstart'); fire(rows[0], 'dragenter'); fire(rows[0], 'dragover'); fire(rows[0], 'drop');
            })()
            """);
        await office.Until("the menu has it so", async () => (await InMenu(screens, before[2])) == 0);
        office.Complaints.ShouldBeEmpty();
    }

    private static async Task<int> InMenu(Screens screens, string name)
    {
        var menu = await (await screens.Shop.As("owner", screens.Address)).GetMenu();
        return menu.Categories[0].Items.Index().Single(i => i.Item.Name == name).Index;
    }

    [Fact]
    public async Task Somebody_who_is_deactivated_is_out_at_once_and_so_is_a_device_that_is_revoked()
    {
        await using var screens = await Screens.Begin(app);
        await using var theirs = await screens.Office("/office/staff", "manager");
        await theirs.Shows("Carlo Cashier");
        await using var kitchen = await screens.Open("/kitchen", Look.Kitchen, "barista");
        await kitchen.Shows("Nothing to make.");
        await using var office = await screens.Office("/office/staff");
        var manager = DemoCafe.Staff.First(s => s.Username == "manager").Name;
        await office.Tap(manager);
        await office.Tap("Deactivate");
        await office.Shows($"Deactivate {manager}?");
        await office.Tap("Deactivate");
        await office.Shows($"{manager} can no longer sign in.");
        await theirs.Tap("All");
        await theirs.Page.ReloadAsync();
        await theirs.Shows("Sign in to the office");
        await theirs.Fill("User name", screens.Shop.Username("manager"));
        await theirs.Fill("Password", DemoCafe.Password);
        await theirs.Tap("Sign in");
        await theirs.Shows("The name or the password is not right.");

        await office.Tap("Devices");
        await office.Tap("Revoke");
        await office.Shows("is signed out at once");
        await office.Tap("Revoke");
        await office.Shows("is no device of the shop any more.");
        await kitchen.Shows("Who is there?");
    }

    [Fact]
    public async Task Settings_hours_and_taxes_are_changed_and_wrong_ones_are_said_beside_their_fields()
    {
        await using var screens = await Screens.Begin(app);
        await using var office = await screens.Office("/office/settings");
        await office.Fill("Business day begins at", "25:00");
        await office.Tap("Save");
        await office.Has(".field-wrong", "must be a time from 00:00 to 12:00");
        await office.Fill("Business day begins at", "04:00");
        await office.Fill("Name of the shop", "Café Aurora");
        await office.Pick("A PIN signs in", "anywhere");
        await office.Tap("Save");
        await office.Shows("Saved.");
        var owner = await screens.Shop.As("owner", screens.Address);
        var shop = await owner.GetShop(screens.Shop.Id);
        shop.Name.ShouldBe("Café Aurora");
        shop.Settings!["day_starts_at"].ToString().ShouldBe("04:00");
        shop.Settings["pin_sign_in"].ToString().ShouldBe("anywhere");

        await office.Tap("Opening hours");
        await office.Tap("Sunday");
        await office.Tap("Save");
        await office.Until("it is kept", async () =>
            (await owner.GetShop(screens.Shop.Id)).Settings!["opening_hours"].ToString()!.Contains("sun", StringComparison.Ordinal));
        await office.Tap("Taxes");
        await office.Tap("Make a table");
        await office.Tap("Add a class");
        await office.Tap("Save");
        await office.Has(".field-wrong", "is required");
        await office.Tap("Discard");
        await office.NoLongerShows("Not saved yet");
    }

    [Fact]
    public async Task The_address_of_a_page_can_be_opened_shared_and_gone_back_from()
    {
        await using var screens = await Screens.Begin(app);
        await using var office = await screens.Office("/office/roles");
        await office.Shows("What people of a role may do");
        await office.Tap("Printers");
        await office.Shows("No printer yet.");
        office.Where.ShouldBe("/office/printers");
        (await office.Page.GetTitleAsync()).ShouldBe("Printers · Comanda");
        await office.Page.GoBackAsync();
        await office.Shows("What people of a role may do");
        await office.Page.ReloadAsync(); // the tab keeps its session
        await office.Shows("What people of a role may do");
        await office.Go("/office/nowhere");
        await office.Shows("There is no such page");

        await using var cashier = await screens.Office("/office/settings", "cashier");
        await cashier.Shows("Your role may not see this page.");
        (await cashier.Text("nav")).ShouldNotContain("Staff");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pages_are_accessible_and_fit(bool dark)
    {
        await using var screens = await Screens.Begin(app);
        var owner = await screens.Shop.As("owner", screens.Address);
        var printer = await owner.AddPrinter(new { name = "Bar", kind = "cloudprnt" });
        await owner.AddPrintJob(new(printer.Id, null, "report"));
        await owner.ChangeTaxes(new(
            [new("food", "Food"), new("drinks", "Drinks")],
            [new() { Class = "food", Way = "any", Name = "VAT", Rate = 7, Treatment = "taxed", Priority = 1 },
             new() { Class = "drinks", Way = "any", Name = "VAT", Rate = 19, Treatment = "taxed", Priority = 1 }],
            "food"));
        var item = await screens.Shop.Item("Cappuccino");
        var barista = (await owner.GetUsers(200)).Items.First(u => u.Role == "barista");
        var look = Look.Till with { IsDark = dark };
        await using var office = await screens.Office("/office/menu", look: look);
        var check = new CheckPages(look, (1280, 800), (1024, 768), (390, 844));
        foreach (var (path, name, shows) in new[]
        {
            ("/office/menu", "office-menu", "Search the whole menu"),
            ($"/office/menu/item/{item.Id}", "office-item", "Take off the menu"),
            ($"/office/menu/category/{item.CategoryId}", "office-category", "Station"),
            ("/office/menu/import", "office-menu-import", "CSV or xlsx files"),
            ("/office/staff", "office-staff", "Carlo Cashier"),
            ($"/office/staff/{barista.Id}", "office-person", "Sign out everywhere"),
            ("/office/roles", "office-roles", "What people of a role may do"),
            ("/office/devices", "office-devices", "Enrol a device"),
            ("/office/printers", "office-printers", "Bar"),
            ($"/office/printers/{printer.Id}", "office-printer", "Characters in a line"),
            ("/office/hours", "office-hours", "Closing days"),
            ("/office/taxes", "office-taxes", "Add a class"),
            ("/office/settings", "office-settings", "Lists and objects"),
            ("/office/imports", "office-imports", "From another system"),
            ("/office/sessions", "office-sessions", "This one"),
        })
        {
            await office.Go(path);
            await office.Shows(shows);
            await check.Look(office, name);
        }

        await office.Page.SetViewportAsync(new() { Width = 390, Height = 844, HasTouch = true });
        await office.Tap("☰ Pages");
        await office.Has("dialog[open] nav", "Printers");
        (await office.Objections()).ShouldBeEmpty();
        check.Objections.ShouldBeEmpty();
        office.Complaints.ShouldBeEmpty();
    }
}
