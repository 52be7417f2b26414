using System.Text;

namespace Comanda.Tests.Operations;

/// <summary>A shop with a menu of some megabytes.</summary>
internal sealed record LargeMenu(TestShop Shop, long Category)
{
    public const int Items = 3000;

    /// <summary>Bytes of GET /api/menu, at least.</summary>
    public const int Least = 6_000_000;

    public static async Task<LargeMenu> Make(CafeApp app)
    {
        var shop = await app.NewShop();
        var owner = await shop.As("owner");
        var words = new string('m', 1900);
        var csv = new StringBuilder("sku,name,category,description,price\n");
        for (var i = 0; i < Items; i++)
            csv.Append($"L{i},Item {i},Everything,{words} {i},4.50\n");
        var file = new StringContent(csv.ToString(), Encoding.UTF8, "text/csv");
        (await owner.Ask("POST /api/menu/items/bulk-import", file)).Status.ShouldBe(200);
        var categories = (await owner.Ask("GET /api/categories")).Items;
        return new(shop, categories.Single(c => c.GetProperty("name").GetString() == "Everything").GetProperty("id").GetInt64());
    }

    /// <summary>A stranger asks for the whole menu and does not read it.</summary>
    public Task<UnreadRequest> Unread(Uri at, string from, params string[] headers) =>
        UnreadRequest.Send(at, from, "/api/menu", [$"X-Shop-Id: {Shop.Id}", .. headers]);
}
