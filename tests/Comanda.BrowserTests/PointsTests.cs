namespace Comanda.BrowserTests;

/// <summary>Loyalty points at the till.</summary>
public sealed class PointsTests(CafeApp app)
{
    [Fact]
    public async Task Points_pay_what_they_are_worth_and_cash_pays_the_rest()
    {
        await using var screens = await Screens.Begin(app, ("loyalty_point_value", "0.01"), ("loyalty_points_per_unit", "0"));
        var manager = await screens.Shop.As("manager", screens.Address);
        var ada = await manager.AddCustomer(new("Ada Lovelace", "ada@example.com", null));
        await manager.AdjustPoints(ada.Id, new(200, "her birthday"));
        await using var till = await screens.Open("/till", Look.Till, "cashier");

        await till.Tap("Sencha"); // 3.40
        await till.Tap("Pay");
        await till.Shows("Gift card");
        await till.NoLongerShows("Points"); // of nobody in particular
        await till.Tap("Close");
        await till.Tap("Customer");
        await till.Fill("Name, e-mail or phone", "Ada");
        await till.Tap("Search");
        await till.Tap("Choose: Ada Lovelace");
        await till.Tap("Pay");
        await till.Tap("Points");
        await till.Shows("The guest has 200 points, worth €2.00.");
        await till.Tap("Take €2.00, the rest otherwise");
        await till.Has(".pay-sum", "€1.40");
        await till.Tap("Exact");
        await till.Shows("Café Comanda"); // the receipt

        var order = (await manager.GetOrders()).Items.ShouldHaveSingleItem();
        order.Payments.Select(p => (p.Method, p.Amount)).ShouldBe([("points", 2.00m), ("cash", 1.40m)], ignoreOrder: true);
        order.PaymentStatus.ShouldBe("paid");
        (await manager.GetCustomer(ada.Id)).LoyaltyPoints.ShouldBe(0);
        till.Complaints.ShouldBeEmpty();
    }
}
