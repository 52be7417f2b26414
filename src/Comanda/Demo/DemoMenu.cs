namespace Comanda.Demo;

/// <summary>
/// The demo cafe's menu, our own. Prices in cents of a euro, tax included; minutes of work for one. Item 1 is what the
/// documents' first example orders, so it comes first.
/// </summary>
internal static class DemoMenu
{
    internal sealed record Option(string Key, string Name, long Price);

    internal sealed record Group(string Name, int Min, int Max, Option[] Options);

    internal sealed record Item(string Name, long Price, int Minutes, string Description, string[] Allergens, bool Vegetarian, params Group[] Groups);

    internal sealed record Section(string Name, string Description, Item[] Items);

    private static readonly Group Milk = new("Milk", 0, 1,
    [
        new("whole-milk", "Whole milk", 0), new("skim-milk", "Skim milk", 0), new("oat-milk", "Oat milk", 60),
        new("almond-milk", "Almond milk", 60), new("soy-milk", "Soy milk", 50), new("lactose-free-milk", "Lactose-free milk", 30),
    ]);

    private static readonly Group Coffee = new("Coffee", 0, 4,
    [
        new("extra-shot", "Extra shot", 75), new("decaf", "Decaf", 0), new("half-caf", "Half caf", 0), new("ristretto", "Ristretto", 0),
    ]);

    private static readonly Group Flavour = new("Flavour", 0, 3,
    [
        new("vanilla-syrup", "Vanilla syrup", 50), new("caramel-syrup", "Caramel syrup", 50), new("hazelnut-syrup", "Hazelnut syrup", 50),
        new("cinnamon", "Cinnamon", 0), new("whipped-cream", "Whipped cream", 70),
    ]);

    private static readonly Group Size = new("Size", 0, 1, [new("small", "Small", -30), new("regular", "Regular", 0), new("large", "Large", 60)]);

    private static readonly Group Cup = new("Cup", 0, 1, [new("own-cup", "Own cup", -20), new("returnable-cup", "Returnable cup", 0)]);

    private static readonly Group Warm = new("Serve", 0, 1, [new("warmed", "Warmed", 0), new("as-it-is", "As it is", 0)]);

    private static readonly Group Spread = new("Spread", 0, 2, [new("butter", "Butter", 60), new("jam", "Apricot jam", 80), new("honey", "Honey", 80)]);

    private static readonly Group Bread = new("Bread", 0, 1, [new("sourdough", "Sourdough", 0), new("rye", "Rye", 0), new("gluten-free-bread", "Gluten-free bread", 90)]);

    private static readonly Group Extra = new("Extra", 0, 3, [new("avocado", "Avocado", 150), new("egg", "Poached egg", 120), new("feta", "Feta", 130)]);

    private static readonly string[] None = [];
    private static readonly string[] Dairy = ["milk"];
    private static readonly string[] Wheat = ["gluten"];
    private static readonly string[] Pastry = ["gluten", "milk", "eggs"];

    internal static readonly Section[] Sections =
    [
        new("Coffee", "Beans roasted on Tuesdays, pulled to order.",
        [
            new("Caffè latte", 400, 5, "Two shots under a lot of silk.", Dairy, true, Size, Milk, Coffee, Flavour, Cup),
            new("Flat white", 390, 4, "Short, strong, smooth.", Dairy, true, Milk, Coffee, Cup),
            new("Cappuccino", 380, 4, "A third each of coffee, milk and foam.", Dairy, true, Size, Milk, Coffee, Cup),
            new("Espresso", 230, 2, "The house blend, straight.", None, true, Coffee),
            new("Doppio", 290, 2, "Two of them.", None, true, Coffee),
            new("Macchiato", 270, 2, "Espresso with a spoon of foam.", Dairy, true, Milk, Coffee),
            new("Cortado", 330, 3, "Half coffee, half warm milk.", Dairy, true, Milk, Coffee),
            new("Americano", 310, 3, "Espresso and hot water, in that order.", None, true, Size, Coffee, Cup),
            new("Filter of the day", 340, 4, "One farm, one brewer, one cup. Ask what it is.", None, true, Size, Cup),
            new("Mocha", 450, 5, "Latte with dark chocolate.", Dairy, true, Size, Milk, Coffee, Flavour),
        ]),
        new("Tea and chocolate", "Loose leaf, three minutes, no strings.",
        [
            new("English breakfast", 320, 4, "Assam and Ceylon.", None, true, Milk),
            new("Earl grey", 320, 4, "With real bergamot.", None, true, Milk),
            new("Sencha", 340, 4, "Green, grassy, 70 degrees.", None, true),
            new("Mint from the pot", 330, 4, "Fresh leaves, honey beside it.", None, true),
            new("Rooibos", 320, 4, "Red, mild, no caffeine.", None, true, Milk),
            new("Masala chai", 420, 5, "Simmered with the milk, our own spice.", Dairy, true, Milk, Size),
            new("Hot chocolate", 430, 5, "Grated, not powdered.", Dairy, true, Milk, Flavour),
            new("Babyccino", 150, 2, "Foam, cocoa, a small cup.", Dairy, true, Milk),
        ]),
        new("Cold", "Over ice from May to whenever.",
        [
            new("Iced latte", 450, 4, "Two shots, cold milk, ice.", Dairy, true, Milk, Coffee, Flavour),
            new("Cold brew", 420, 1, "Eighteen hours in the fridge.", None, true, Milk),
            new("Espresso tonic", 480, 3, "With orange peel.", None, true, Coffee),
            new("Iced matcha", 520, 4, "Whisked, then poured over milk.", Dairy, true, Milk),
            new("House lemonade", 380, 2, "Lemon, thyme, not too sweet.", None, true),
            new("Peach iced tea", 390, 1, "Made here, not in a bottle.", None, true),
            new("Orange juice", 450, 3, "Pressed while you wait.", None, true),
            new("Sparkling water", 280, 1, "From the tap, with bubbles.", None, true),
        ]),
        new("From the oven", "Baked in this room since half past four.",
        [
            new("Butter croissant", 260, 1, "Twenty-seven layers.", Pastry, true, Warm, Spread),
            new("Almond croissant", 350, 1, "Yesterday's croissant, better today.", ["gluten", "milk", "eggs", "tree_nuts"], true, Warm),
            new("Pain au chocolat", 310, 1, "Two sticks, as it must be.", Pastry, true, Warm),
            new("Cinnamon bun", 340, 1, "Cardamom in the dough.", Pastry, true, Warm),
            new("Custard tart", 230, 1, "Blistered on top.", Pastry, true),
            new("Cheese scone", 320, 1, "Cheddar and chives.", Pastry, true, Warm, Spread),
            new("Banana bread", 330, 1, "With walnuts.", ["gluten", "eggs", "tree_nuts"], true, Warm, Spread),
            new("Sourdough loaf", 620, 1, "Nine hundred grams, two days.", Wheat, true),
            new("Rye loaf", 580, 1, "Dark, dense, keeps a week.", Wheat, true),
            new("Seeded roll", 110, 1, "Sesame, poppy, sunflower.", ["gluten", "sesame"], true, Spread),
        ]),
        new("Cakes", "By the slice; whole ones by order.",
        [
            new("Carrot cake", 430, 1, "Cream cheese on top.", ["gluten", "milk", "eggs", "tree_nuts"], true),
            new("Lemon drizzle", 390, 1, "Sharp, with a crust of sugar.", Pastry, true),
            new("Chocolate torte", 460, 1, "No flour in it.", ["milk", "eggs", "tree_nuts"], true),
            new("Baked cheesecake", 450, 1, "With the season's fruit.", Pastry, true),
            new("Vegan brownie", 370, 1, "Tahini and sea salt.", ["gluten", "sesame"], true, Warm),
        ]),
        new("Kitchen", "Until three.",
        [
            new("Granola bowl", 720, 5, "Yoghurt, honey, fruit.", ["gluten", "milk", "tree_nuts"], true),
            new("Avocado toast", 890, 8, "Lemon, chilli, seeds.", ["gluten", "sesame"], true, Bread, Extra),
            new("Eggs on toast", 850, 9, "Poached or scrambled: say so.", ["gluten", "eggs", "milk"], true, Bread, Extra),
            new("Ham and cheese toastie", 780, 7, "Gruyère, mustard, pickle.", ["gluten", "milk", "mustard"], false, Bread),
            new("Soup of the day", 690, 4, "With a slice of rye.", ["gluten", "celery"], true, Bread),
            new("Smoked salmon bagel", 980, 6, "Capers, dill, cream cheese.", ["gluten", "milk", "fish"], false),
        ]),
    ];
}
