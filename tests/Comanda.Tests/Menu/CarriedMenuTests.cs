using System.Xml.Linq;
using Comanda.Demo;

namespace Comanda.Tests.Menu;

/// <summary>The menus that the program carries: the demo cafe's, and the one to begin a real shop with.</summary>
public sealed class CarriedMenuTests(CafeApp app)
{
    [Fact]
    public async Task Each_has_enough_to_sell_and_a_picture_for_everything()
    {
        foreach (var (sections, atLeast) in new[] { (DemoMenu.Sections, 45), (StarterMenu.Sections, 44) })
        {
            var items = sections.SelectMany(s => s.Items).ToList();
            items.Count.ShouldBeGreaterThanOrEqualTo(atLeast);
            items.Select(i => i.Name).ShouldBeUnique();
            items.ShouldAllBe(i => i.Description.Length > 0 && i.Price > 0 && i.Price < 20_00);
            items.ShouldAllBe(i => i.Allergens.All(a => Comanda.Menu.Allergens.All.Contains(a)));
            items.ShouldAllBe(i => !i.Vegan || (i.Vegetarian && !i.Allergens.Intersect(new[] { "milk", "eggs", "fish" }).Any()));
            foreach (var address in items.Select(i => DrawPicture.AddressOf(i.Name)).Distinct())
            {
                using var picture = await app.Client().Send(HttpMethod.Get, address!);
                picture.Content.Headers.ContentType!.MediaType.ShouldBe("image/svg+xml");
                XDocument.Parse(await picture.Content.ReadAsStringAsync()).Root!.Name.LocalName.ShouldBe("svg");
            }
        }

        (await app.Client().Ask("GET /pictures/nothing.svg")).Code.ShouldBe("not_found");
    }

    [Fact]
    public async Task Everything_on_the_demo_menu_can_be_ordered_as_it_stands()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var menu = await cashier.GetMenu();
        var order = await cashier.PlaceOrder(new("takeaway", [.. menu.Items.Select(i => new LineRequest(i.Id))]));
        order.TotalAmount.ShouldBe(menu.Items.Sum(i => i.Price));
        order.Items.Sum(l => l.Total).ShouldBe(order.TotalAmount);
    }
}
