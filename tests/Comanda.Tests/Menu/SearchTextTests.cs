namespace Comanda.Tests.Menu;

public sealed class SearchTextTests(CafeApp app)
{
    [Theory]
    [InlineData("Café au lait (180 ml)", "cafe au lait 180 ml")]
    [InlineData("Smørrebrød & Œuf, Straße", "smorrebrod oeuf strasse")]
    [InlineData("cafe\u0301", "cafe")] // the accent behind its letter
    [InlineData("Phở bò", "pho bo")]
    [InlineData("İrmik helvası", "irmik helvasi")]
    [InlineData("IŞIK ışık", "isik isik")]
    [InlineData("Ελληνικός καφές", "ellinikos kafes")]
    [InlineData("Кава, сельдь", "kava seld")]
    [InlineData("Żurek — 2×", "zurek 2")]
    [InlineData("100% ½ ☕ 🍰", "100")]
    [InlineData("  ", "")]
    public void Text_is_folded_to_plain_letters(string text, string folded) => SearchText.Fold(text).ShouldBe(folded);

    [Theory]
    [InlineData("İrmik helvası", "irmik")]
    [InlineData("İrmik helvası", "İRMİK")]
    [InlineData("Ελληνικός καφές", "ελληνικος")]
    [InlineData("Ελληνικός καφές", "KAFES")]
    [InlineData("Сырники со сметаной", "syrniki")]
    public async Task An_item_is_found_without_its_accents_and_from_another_keyboard(string name, string query)
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        (await manager.Ask("POST /api/menu", new { name, category = "Sweets", price = 3 })).Status.ShouldBe(201);
        var found = await manager.Ask("GET /api/menu/items/search?q=" + Uri.EscapeDataString(query));
        found.Items.ShouldContain(i => i.GetProperty("name").GetString() == name, found.ToString());
    }

    [Fact]
    public async Task A_customer_is_found_without_accents()
    {
        var shop = await app.NewShop();
        var manager = await shop.As("manager");
        foreach (var name in new[] { "Ελένη Παπαδοπούλου", "İrem Şahin" })
            (await manager.Ask("POST /api/customers", new { name })).Status.ShouldBe(201);
        foreach (var q in new[] { "ελενη", "papado", "irem", "sahin" })
            (await manager.Ask("GET /api/customers?q=" + Uri.EscapeDataString(q))).Items.Count().ShouldBe(1, q);
    }
}
