using System.Net.Http.Headers;

namespace Comanda.BrowserTests;

/// <summary>What goes wrong at a counter.</summary>
public sealed class HardshipTests(CafeApp app)
{
    [Fact]
    public async Task Trap01_An_answer_that_is_lost_is_asked_for_again_and_sold_once()
    {
        await using var screens = await Screens.Begin(app);
        await using var till = await screens.Open("/till", Look.Till, "cashier");
        await till.Tap("Sencha");
        await till.Has(".total-sum", "€3.40");
        using var http = new HttpClient();
        var lost = 0;
        await till.Page.SetRequestInterceptionAsync(true);
        till.Page.Request += async (_, asked) =>
        {
            // The first sale reaches the server; its answer does not reach the till.
            if (asked.Request.Method == HttpMethod.Post
                && asked.Request.Url.EndsWith("/api/orders", StringComparison.Ordinal)
                && Interlocked.Increment(ref lost) == 1)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, asked.Request.Url);
                request.Content = new StringContent(asked.Request.PostData!.ToString()!, new MediaTypeHeaderValue("application/json"));
                foreach (var (name, value) in asked.Request.Headers)
                    request.Headers.TryAddWithoutValidation(name, value);
                using var answer = await http.SendAsync(request);
                answer.EnsureSuccessStatusCode();
                await asked.Request.AbortAsync();
                return;
            }

            await asked.Request.ContinueAsync();
        };
        await till.Tap("Pay");
        await till.Tap("Exact");
        await till.Shows("Sold without a connection"); // the guest goes, with a slip
        await till.Tap("Next guest");
        await till.NoLongerShows("not sent yet"); // it goes again by itself, under the same key
        (await (await screens.Shop.As("cashier", screens.Address)).GetOrders()).Items.ShouldHaveSingleItem().PaymentStatus.ShouldBe("paid");
        lost.ShouldBe(1);
        (await till.Page.EvaluateExpressionAsync<string>("import('/screens/store.js').then(m => m.allSales())")).ShouldBe("[]");
    }

    [Fact]
    public async Task A_price_that_changed_meanwhile_is_shown_before_any_money_is_taken()
    {
        await using var screens = await Screens.Begin(app);
        await using var till = await screens.Open("/till", Look.Till, "cashier");
        await till.Tap("Sencha");
        await till.Tap("Pay");
        await till.Shows("Take the money");
        var manager = await screens.Shop.As("manager", screens.Address);
        await manager.ChangeMenuItem((await screens.Shop.Item("Sencha")).Id, new { price = 3.60m });
        await till.Tap("Exact");
        await till.Shows("A price has just changed.");
        await till.Has(".pay-sum", "€3.60");
        (await manager.GetOrders()).Items.ShouldBeEmpty();
        await till.Tap("Exact");
        await till.Shows("No change");
        (await manager.GetOrders()).Items.ShouldHaveSingleItem().TotalAmount.ShouldBe(3.60m);
    }

    [Fact]
    public async Task Trap18_The_kitchen_sees_what_happened_while_its_line_was_down_and_what_is_no_longer_to_be_made()
    {
        await using var screens = await Screens.Begin(app);
        await using var line = new CuttableLine(screens.Address.Port);
        await using var kitchen = await screens.Open("/kitchen", Look.Kitchen, "barista", line.Address);
        await kitchen.Shows("Nothing to make.");
        var cashier = await screens.Shop.As("cashier", screens.Address);
        var (toast, soup) = (await screens.Shop.Item("Avocado toast"), await screens.Shop.Item("Soup of the day"));
        var first = await cashier.PlaceOrder(new("dine-in", [new(toast.Id, 2), new(soup.Id, 1)], Table: "4"));
        await kitchen.Has(".ticket-number", first.OrderNumber);

        line.Down();
        await kitchen.Shows("No connection.");
        var second = await cashier.PlaceOrder(new("takeaway", [new(soup.Id, 1)], CustomerName: "Ada"));
        var lines = first.Items;
        await cashier.Send(
            HttpMethod.Put,
            $"/api/orders/{first.Id}",
            new
            {
                items = new[]
                {
                    new { id = lines[0].Id, menu_item_id = toast.Id, quantity = 1 },
                    new { id = lines[1].Id, menu_item_id = soup.Id, quantity = 1 },
                },
            });
        line.Up();
        await kitchen.NoLongerShows("No connection.");
        await kitchen.Has(".ticket-number", second.OrderNumber);
        await kitchen.Has(".ticket-less s", "1 Avocado toast");
        (await kitchen.Page.QuerySelectorAllAsync(".ticket")).Length.ShouldBe(2);
        await kitchen.Tap("Seen");
        await kitchen.NoLongerShows("Seen");

        await cashier.CancelOrder(second.Id);
        await kitchen.Has(".ticket-gone .ticket-number", second.OrderNumber);
        await kitchen.Tap("Seen");
        await kitchen.NoLongerShows(second.OrderNumber);
    }

    [Fact]
    public async Task A_screen_that_nobody_stands_at_stays_signed_in_when_it_is_loaded_again_and_a_till_asks_for_the_pin()
    {
        await using var screens = await Screens.Begin(app);
        await using var display = await screens.Open("/display", Look.Kitchen, "barista");
        await display.Shows("In preparation");
        // the token has left the address
        (await display.Page.EvaluateExpressionAsync<string>("location.search + location.hash")).ShouldBeEmpty();
        await display.Page.ReloadAsync();
        await display.Shows("In preparation");
        await using var till = await screens.Open("/till", Look.Till, "cashier");
        await till.Shows("Butter croissant");
        await till.Page.ReloadAsync();
        await till.Shows("Who is there?");
    }

    [Fact]
    public async Task Whoever_is_locked_out_loses_the_screen_at_once()
    {
        await using var screens = await Screens.Begin(app);
        await using var kitchen = await screens.Open("/kitchen", Look.Kitchen, "barista");
        await kitchen.Shows("Nothing to make.");
        var manager = await screens.Shop.As("manager", screens.Address);
        var barista = (await manager.GetUsers()).Items.Single(u => u.Name == "Bruno Barista");
        await manager.DeactivateUser(barista.Id);
        await kitchen.Shows("Who is there?");
    }

    [Fact]
    public async Task A_trainee_sees_that_nothing_counts_and_takes_no_money()
    {
        await using var screens = await Screens.Begin(app);
        await using var till = await screens.Open("/till", Look.Till, "trainee");
        await till.Shows("Training: nothing here counts");
        await till.Tap("Sencha");
        await till.Tap("Send, pay later");
        await till.Shows("is on its way.");
        (await (await screens.Shop.As("manager", screens.Address)).GetOrders()).Items.ShouldAllBe(o => o.Training);
    }
}
