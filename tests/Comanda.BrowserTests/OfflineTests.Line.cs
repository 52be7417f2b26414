namespace Comanda.BrowserTests;

/// <summary>A line that breaks, and devices that do not hear of one another in time.</summary>
public sealed partial class OfflineTests
{
    [Fact]
    public async Task Trap05_A_till_whose_line_is_cut_again_and_again_ends_with_the_menu_that_is()
    {
        await using var screens = await Screens.Begin(app);
        await using var line = new CuttableLine(screens.Address.Port);
        await using var till = await screens.Open("/till", Look.Desk, "cashier", line.Address);
        await till.Tap("Sencha");
        var manager = await screens.Shop.As("manager", screens.Address);
        var sencha = (await screens.Shop.Item("Sencha")).Id;
        for (var i = 1; i <= 6; i++)
        {
            line.Cut();
            await manager.ChangeMenuItem(sencha, new { price = 3.40m + (i * 0.10m) });
        }

        await till.Has(".item-price", "€4.00");
        await till.Has(".total-sum", "€4.00");
    }

    [Fact]
    public async Task Trap04_An_order_that_another_device_has_been_paid_for_is_not_paid_again()
    {
        await using var screens = await Screens.Begin(app);
        await using var till = await screens.Open("/till", Look.Till, "cashier");
        await till.Tap("Sencha");
        await till.Tap("Send, pay later");
        await till.Shows("is on its way.");
        await till.Tap("Open orders");
        await till.Tap("Pay €3.40");
        await till.Shows("Take the money");
        var manager = await screens.Shop.As("manager", screens.Address);
        var order = (await manager.GetOrders()).Items.ShouldHaveSingleItem();
        await manager.Pay(order.Id, new("card"));
        await till.Tap("Exact");
        await till.Shows("That is more than is due.");
        var paid = await manager.GetOrder(order.Id);
        (paid.PaymentStatus, paid.Payments.ShouldHaveSingleItem().Method).ShouldBe(("paid", "card"));
    }
}
