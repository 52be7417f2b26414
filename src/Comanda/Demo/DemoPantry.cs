using Comanda.Stock;

namespace Comanda.Demo;

/// <summary>
/// What both menus are made from, with what it costs in euros, and how much of it goes into what. A pantry knows only the items that its
/// own menu has.
/// </summary>
internal static class DemoPantry
{
    private const string Roaster = "Tuesday Roasters", Dairy = "Valley Dairy", Mill = "Old Mill", Market = "Green Market",
        Wholesale = "City Wholesale";

    private const string Store = "Store room", Fridge = "Fridge", Bar = "Bar";

    private const string Beans = "Espresso beans", Milk = "Whole milk";

    /// <summary>The demo cafe's: three of it are low, so that there is an alert to look at.</summary>
    public static Pantry Demo { get; } = new(
        [.. Usual.Select(i => i.Name is "Cream" or "Butter" or "Hazelnut syrup" ? i with { Stock = i.LowAt / 2 } : i)],
        Recipes,
        Options);

    /// <summary>To begin a real shop with: to be counted, and made one's own.</summary>
    public static Pantry Starter { get; } = new(Usual, Recipes, Options);

    private static PantryItem[] Usual =>
    [
        new(Beans, "kg", 12, 4, 18.50m, Roaster, Store),
        new("Decaf beans", "kg", 2, 1, 21.00m, Roaster, Store),
        new("Filter coffee", "kg", 4, 2, 19.80m, Roaster, Store),
        new("Black tea", "kg", 1.2m, 0.4m, 32.00m, Roaster, Store),
        new("Green tea", "kg", 0.8m, 0.3m, 38.00m, Roaster, Store),
        new("Chai spice", "kg", 0.9m, 0.3m, 27.50m, Roaster, Bar),
        new(Milk, "l", 40, 15, 1.05m, Dairy, Fridge),
        new("Skim milk", "l", 12, 6, 0.98m, Dairy, Fridge),
        new("Oat milk", "l", 18, 8, 1.95m, Dairy, Fridge),
        new("Almond milk", "l", 8, 4, 2.35m, Dairy, Fridge),
        new("Soy milk", "l", 8, 4, 1.70m, Dairy, Fridge),
        new("Lactose-free milk", "l", 6, 3, 1.45m, Dairy, Fridge),
        new("Cream", "l", 6, 3, 4.20m, Dairy, Fridge),
        new("Butter", "kg", 8, 4, 8.90m, Dairy, Fridge),
        new("Cheddar", "kg", 3, 1.5m, 11.20m, Dairy, Fridge),
        new("Cream cheese", "kg", 2.5m, 1, 7.40m, Dairy, Fridge),
        new("Yoghurt", "kg", 5, 2, 3.10m, Dairy, Fridge),
        new("Eggs", "piece", 120, 60, 0.28m, Dairy, Fridge),
        new("Flour", "kg", 50, 20, 0.95m, Mill, Store),
        new("Rye flour", "kg", 20, 10, 1.20m, Mill, Store),
        new("Oats", "kg", 6, 2, 1.60m, Mill, Store),
        new("Sugar", "kg", 15, 5, 1.15m, Mill, Store),
        new("Dark chocolate", "kg", 4, 2, 12.80m, Wholesale, Store),
        new("Cocoa", "kg", 1.5m, 0.5m, 10.50m, Wholesale, Store),
        new("Vanilla syrup", "l", 2, 1, 9.60m, Wholesale, Bar),
        new("Caramel syrup", "l", 2, 1, 9.60m, Wholesale, Bar),
        new("Hazelnut syrup", "l", 2, 1, 9.90m, Wholesale, Bar),
        new("Lemons", "kg", 6, 3, 2.40m, Market, Fridge),
        new("Oranges", "kg", 25, 10, 1.85m, Market, Fridge),
        new("Avocados", "piece", 36, 15, 0.95m, Market, Fridge),
        new("Bananas", "kg", 4, 2, 1.70m, Market, Store),
        new("Carrots", "kg", 5, 2, 1.30m, Market, Fridge),
        new("Walnuts", "kg", 1.5m, 0.5m, 13.00m, Market, Store),
        new("Smoked salmon", "kg", 1.5m, 0.5m, 32.00m, Market, Fridge),
        new("Ham", "kg", 3, 1.5m, 13.60m, Market, Fridge),
        new("Paper cups", "piece", 800, 300, 0.09m, Wholesale, Bar),
        new("Lids", "piece", 700, 300, 0.04m, Wholesale, Bar),
        new("Napkins", "piece", 1500, 500, 0.01m, Wholesale, Bar),
    ];

    private static PantryRecipe[] Recipes =>
    [
        .. Each(["Espresso", "Americano"], (Beans, 0.009m)),
        .. Each(["Doppio", "Double espresso", "Espresso tonic"], (Beans, 0.018m)),
        .. Each(["Macchiato", "Espresso macchiato"], (Beans, 0.009m), (Milk, 0.03m)),
        .. Each(["Cortado"], (Beans, 0.009m), (Milk, 0.08m)),
        .. Each(["Cappuccino"], (Beans, 0.009m), (Milk, 0.15m)),
        .. Each(["Flat white"], (Beans, 0.018m), (Milk, 0.13m)),
        .. Each(["Caffè latte", "Latte macchiato", "Iced latte", "Iced coffee"], (Beans, 0.018m), (Milk, 0.22m)),
        .. Each(["Mocha"], (Beans, 0.018m), (Milk, 0.2m), ("Dark chocolate", 0.02m)),
        .. Each(["Filter of the day", "Filter coffee", "Cold brew"], ("Filter coffee", 0.016m)),
        .. Each(["English breakfast", "Earl grey", "Black tea", "Peach iced tea", "Iced tea"], ("Black tea", 0.003m)),
        .. Each(["Sencha", "Green tea"], ("Green tea", 0.003m)),
        .. Each(["Masala chai", "Chai latte"], ("Chai spice", 0.012m), (Milk, 0.2m)),
        .. Each(["Hot chocolate"], ("Dark chocolate", 0.03m), (Milk, 0.22m)),
        .. Each(["Babyccino"], (Milk, 0.08m), ("Cocoa", 0.002m)),
        .. Each(["House lemonade", "Lemonade", "Ginger and lemon"], ("Lemons", 0.08m), ("Sugar", 0.02m)),
        .. Each(["Orange juice", "Fresh orange juice"], ("Oranges", 0.45m)),
        .. Each(["Butter croissant", "Croissant"], ("Flour", 0.045m), ("Butter", 0.025m)),
        .. Each(["Pain au chocolat"], ("Flour", 0.045m), ("Butter", 0.025m), ("Dark chocolate", 0.012m)),
        .. Each(["Cinnamon bun", "Cinnamon roll"], ("Flour", 0.06m), ("Butter", 0.015m), ("Sugar", 0.02m)),
        .. Each(["Custard tart"], ("Flour", 0.03m), ("Butter", 0.015m), ("Eggs", 0.5m), (Milk, 0.04m)),
        .. Each(["Cheese scone"], ("Flour", 0.06m), ("Cheddar", 0.02m), ("Butter", 0.012m)),
        .. Each(["Banana bread"], ("Flour", 0.04m), ("Bananas", 0.07m), ("Eggs", 0.25m), ("Walnuts", 0.01m)),
        .. Each(["Sourdough loaf", "Country loaf"], ("Flour", 0.55m)),
        .. Each(["Rye loaf"], ("Rye flour", 0.5m)),
        .. Each(["Seeded roll", "Bread roll", "Pretzel"], ("Flour", 0.06m)),
        .. Each(["Baguette"], ("Flour", 0.18m)),
        .. Each(["Carrot cake"], ("Flour", 0.03m), ("Carrots", 0.05m), ("Eggs", 0.4m), ("Walnuts", 0.012m), ("Cream cheese", 0.03m)),
        .. Each(["Lemon drizzle"], ("Flour", 0.04m), ("Lemons", 0.03m), ("Sugar", 0.03m), ("Eggs", 0.4m), ("Butter", 0.03m)),
        .. Each(["Chocolate torte", "Chocolate cake"], ("Dark chocolate", 0.05m), ("Eggs", 0.6m), ("Butter", 0.03m), ("Sugar", 0.03m)),
        .. Each(["Baked cheesecake", "Cheesecake"], ("Cream cheese", 0.09m), ("Eggs", 0.5m), ("Sugar", 0.03m), ("Cream", 0.02m)),
        .. Each(["Granola bowl", "Yoghurt and granola"], ("Yoghurt", 0.2m), ("Oats", 0.06m), ("Walnuts", 0.01m)),
        .. Each(["Porridge"], ("Oats", 0.06m), (Milk, 0.2m)),
        .. Each(["Avocado toast"], ("Avocados", 1), ("Flour", 0.06m), ("Lemons", 0.01m)),
        .. Each(["Eggs on toast", "Scrambled eggs"], ("Eggs", 2), ("Flour", 0.06m), ("Butter", 0.01m)),
        .. Each(["Ham and cheese toastie"], ("Ham", 0.06m), ("Cheddar", 0.05m), ("Flour", 0.08m)),
        .. Each(["Smoked salmon bagel"], ("Smoked salmon", 0.06m), ("Cream cheese", 0.03m), ("Flour", 0.08m)),
    ];

    /// <summary>Another milk takes the place of the usual one, as much of it as goes into the cup.</summary>
    private static PantryRecipe[] Options =>
    [
        new("skim-milk", [new("Skim milk", null, Milk)]),
        new("oat-milk", [new("Oat milk", null, Milk)]),
        new("almond-milk", [new("Almond milk", null, Milk)]),
        new("soy-milk", [new("Soy milk", null, Milk)]),
        new("lactose-free-milk", [new("Lactose-free milk", null, Milk)]),
        new("decaf", [new("Decaf beans", null, Beans)]),
        new("extra-shot", [new(Beans, 0.009m)]),
        new("vanilla-syrup", [new("Vanilla syrup", 0.015m)]),
        new("caramel-syrup", [new("Caramel syrup", 0.015m)]),
        new("hazelnut-syrup", [new("Hazelnut syrup", 0.015m)]),
        new("whipped-cream", [new("Cream", 0.03m)]),
        new("butter", [new("Butter", 0.01m)]),
        new("avocado", [new("Avocados", 0.5m)]),
        new("egg", [new("Eggs", 1)]),
    ];

    private static IEnumerable<PantryRecipe> Each(string[] items, params (string Name, decimal Quantity)[] parts) =>
        items.Select(item => new PantryRecipe(item, [.. parts.Select(p => new PantryPart(p.Name, p.Quantity))]));
}
