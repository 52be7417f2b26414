using Comanda.Baking;
using Comanda.Stock;

namespace Comanda.BrowserTests;

/// <summary>The morning's plan on the kitchen's screen, and what the office makes of it.</summary>
public sealed class BakingTests(CafeApp app)
{
    private sealed record Morning(Screens Screens, ComandaClient Manager, BakePlanView Plan, long Rye);

    /// <summary>Rye of a dough and croissants, on the shelf tomorrow at seven.</summary>
    private static async Task<Morning> Plan(Screens screens)
    {
        var manager = await screens.Shop.As("manager", screens.Address);
        var stations = await manager.ChangeBakeStations([new(null, "Mixer"), new(null, "Hands", 2), new(null, "Deck oven", 2)]);
        var (mixer, hands, oven) = (stations[0].Id, stations[1].Id, stations[2].Id);
        var flour = await manager.AddStockItem(new("Rye flour", "kg", 200m, 20m, 0.9m, null, null, null, null, 2, null));
        var dough = await manager.AddStockItem(new("Rye dough", "kg", 0m, null, null, null, null, null, null, null, null));
        using (await manager.Send(HttpMethod.Put, $"/api/inventory/{dough.Id}/recipe", new
        {
            made = "ahead",
            yield = 10,
            items = new[] { new { inventory_id = flour.Id, quantity = 6 } },
        }))
        {
            await manager.ChangeStockItemSteps(dough.Id, new([
                new("mix", 20, StationId: mixer, Load: 25, Temperature: "28 °C", Note: "Sourdough first"),
                new("rest", 60),
            ]));
        }

        var (rye, croissant) = ((await screens.Shop.Item("Rye loaf")).Id, (await screens.Shop.Item("Butter croissant")).Id);
        await manager.ChangeItemRecipe(rye, [new(dough.Id, 0.75m)]);
        await manager.ChangeMenuItemSteps(rye, new(
        [
            new("shape", 25, StationId: hands, Load: 30),
            new("proof", 45),
            new("bake", 50, StationId: oven, Load: 20, Temperature: "250 °C, falling to 210"),
            new("cool", 30),
        ], "07:00"));
        await manager.ChangeMenuItemSteps(croissant, new(
            [new("proof", 90), new("bake", 18, StationId: oven, Load: 40, Temperature: "185 °C")], "06:30"));
        var day = (await manager.GetBakePlan()).Date;
        var plan = await manager.KeepBakePlan(day, new([new(rye, 48), new(croissant, 60)]));
        return new(screens, manager, plan, rye);
    }

    private static async Task<Screen> OpenPlan(Screens screens, Look look)
    {
        var kitchen = await screens.Open("/kitchen", look, "barista");
        await kitchen.Tap("Bake plan");
        await kitchen.Has(".bake-station-name", "Mixer");
        return kitchen;
    }

    [Fact]
    public async Task The_kitchen_sees_the_mornings_plan_and_what_one_taps_to_done_the_other_sees()
    {
        await using var screens = await Screens.Begin(app);
        var morning = await Plan(screens);
        await using var one = await OpenPlan(screens, Look.Kitchen with { IsTouched = true });
        await using var other = await OpenPlan(screens, Look.Till);
        var mix = morning.Plan.Tasks.First(t => t.Kind == "mix");
        foreach (var screen in new[] { one, other })
        {
            await screen.Has(".bake-time", $"{mix.FromTime}–{mix.UntilTime}");
            await screen.Has(".bake-name", "Mix: Rye dough");
            await screen.Has(".bake-heat", "250 °C, falling to 210");
            await screen.Has(".bake-batch", "48 pieces Rye loaf");
        }

        await one.Tap("Start: Mix, Rye dough");
        await other.Has(".ticket-age", "Begun");
        await other.Tap("Done: Mix, Rye dough");
        await one.Until("the mixer has less to do", async () =>
            !(await one.Text(".bake-rail")).Contains("Mix: Rye dough, ", StringComparison.Ordinal)
            && (await one.Text(".side")).Contains("Mix: Rye dough", StringComparison.Ordinal));
        var task = (await morning.Manager.GetBakePlan()).Tasks.First(t => t.Id == mix.Id);
        task.Status.ShouldBe("done");
        // A slip of the finger, and it is to do again.
        await one.Tap("Take back: Rye dough");
        await other.Has(".bake-name", "Mix: Rye dough");
        foreach (var screen in new[] { one, other })
            screen.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_office_says_how_things_are_made_and_keeps_the_plan()
    {
        await using var screens = await Screens.Begin(app);
        var morning = await Plan(screens);
        await using var desk = await screens.OpenOffice("/office/baking");
        await desk.Has("h1", "Steps and stations");
        await desk.Follow("Rye loaf");
        await desk.Has("h1", "Rye loaf");
        await desk.Put("On the shelf at", "08:00");
        await desk.Tap("Save the steps");
        await desk.NoLongerShows("Save the steps");
        (await morning.Manager.GetMenuItemSteps(morning.Rye)).OnShelfAt.ShouldBe("08:00");
        await desk.TurnTo("/office/bake-plan");
        await desk.Has("h1", "Bake plan");
        await desk.Put("Rye loaf: how many", "24");
        await desk.Tap("Plan anew");
        await desk.Shows("The plan is kept.");
        var plan = await morning.Manager.GetBakePlan();
        (plan.Version, plan.Items.First(i => i.MenuItemId == morning.Rye).Quantity).ShouldBe((2, 24));
        desk.Complaints.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false, "en")]
    [InlineData(true, "en")]
    [InlineData(false, "de")]
    [InlineData(false, "pt")]
    public async Task They_are_accessible_and_fit(bool dark, string language)
    {
        await using var screens = await Screens.Begin(app);
        var morning = await Plan(screens);
        // One is begun; of another there is too little time.
        await morning.Manager.StartBakeTask(morning.Plan.Tasks.First(t => t.Kind == "mix").Id!.Value);
        var words = Wording.Of("Baking/" + language);
        var look = Look.Kitchen with { IsTouched = true, IsDark = dark, Language = language };
        var mark = language == "en" ? "" : "-" + language;
        await using var kitchen = await screens.Open("/kitchen", look);
        await kitchen.Shows(Wording.Of(language)["pin.title"]);
        await kitchen.Keys([.. Comanda.Demo.DemoCafe.Staff.First(s => s.Username == "barista").Pin.Select(d => d.ToString()), "Enter"]);
        await kitchen.Tap(words["kitchen.plan"]);
        await kitchen.Has(".bake-station-name", "Deck oven");
        var check = new CheckPages(look, (1920, 1080), (1280, 800), (390, 844));
        await check.Look(kitchen, "kitchen-plan" + mark);
        kitchen.Complaints.ShouldBeEmpty();
        if (language == "en")
        {
            var atDesk = Look.Desk with { IsDark = dark };
            var pages = new CheckPages(atDesk, (1280, 800), (1920, 1080), (390, 844));
            await using var desk = await screens.OpenOffice("/office/bake-plan", look: atDesk);
            foreach (var (path, shows, name) in new[]
            {
                ("/office/bake-plan", "Rye loaf", "office-bake-plan"),
                ("/office/baking", "Deck oven", "office-baking"),
                ($"/office/baking/item-{morning.Rye}", "Step 4", "office-steps"),
                ("/office/reports/baking", "By station", "office-report-baking"),
            })
            {
                await desk.TurnTo(path);
                await desk.Until($"{path} shows '{shows}'", async () =>
                    (await desk.Page.EvaluateExpressionAsync<string>("location.pathname")) == path
                    && await desk.Page.EvaluateFunctionAsync<bool>(
                        "t => document.querySelector('main').innerText.includes(t)"
                            + " || [...document.querySelectorAll('input')].some(i => i.value === t)",
                        shows));
                await pages.Look(desk, name);
            }

            pages.Objections.ShouldBeEmpty();
            desk.Complaints.ShouldBeEmpty();
        }

        check.Objections.ShouldBeEmpty();
    }
}
