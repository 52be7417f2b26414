using static Comanda.Demo.MenuPlan;
using static Comanda.Demo.UsualOptions;

namespace Comanda.Demo;

/// <summary>
/// The demo cafe's menu, our own. Prices in cents of a euro, tax included; minutes of work for one. Item 1 is what the
/// documents' first example orders, so it comes first.
/// </summary>
internal static class DemoMenu
{
    internal static readonly Section[] Sections =
    [
        new("Coffee", "Beans roasted on Tuesdays, pulled to order.",
        [
            new("Caffè latte", 400, 5, "Two shots under a lot of silk.", Dairy, true, Size, Milk, Coffee, Flavour, Cup),
            new("Flat white", 390, 4, "Short, strong, smooth.", Dairy, true, Milk, Coffee, Cup) { Featured = true },
            new("Cappuccino", 380, 4, "A third each of coffee, milk and foam.", Dairy, true, Size, Milk, Coffee, Cup),
            new("Espresso", 230, 2, "The house blend, straight.", None, true, Coffee) { Vegan = true },
            new("Doppio", 290, 2, "Two of them.", None, true, Coffee) { Vegan = true },
            new("Macchiato", 270, 2, "Espresso with a spoon of foam.", Dairy, true, Milk, Coffee),
            new("Cortado", 330, 3, "Half coffee, half warm milk.", Dairy, true, Milk, Coffee),
            new("Americano", 310, 3, "Espresso and hot water, in that order.", None, true, Size, Coffee, Cup) { Vegan = true },
            new("Filter of the day", 340, 4, "One farm, one brewer, one cup. Ask what it is.", None, true, Size, Cup) { Vegan = true },
            new("Mocha", 450, 5, "Latte with dark chocolate.", Dairy, true, Size, Milk, Coffee, Flavour),
        ], "bar"),
        new("Tea and chocolate", "Loose leaf, three minutes, no strings.",
        [
            new("English breakfast", 320, 4, "Assam and Ceylon.", None, true, Milk) { Vegan = true },
            new("Earl grey", 320, 4, "With real bergamot.", None, true, Milk) { Vegan = true },
            new("Sencha", 340, 4, "Green, grassy, 70 degrees.", None, true) { Vegan = true },
            new("Mint from the pot", 330, 4, "Fresh leaves, honey beside it.", None, true),
            new("Rooibos", 320, 4, "Red, mild, no caffeine.", None, true, Milk) { Vegan = true },
            new("Masala chai", 420, 5, "Simmered with the milk, our own spice.", Dairy, true, Milk, Size),
            new("Hot chocolate", 430, 5, "Grated, not powdered.", Dairy, true, Milk, Flavour),
            new("Babyccino", 150, 2, "Foam, cocoa, a small cup.", Dairy, true, Milk),
        ], "bar"),
        new("Cold", "Over ice from May to whenever.",
        [
            new("Iced latte", 450, 4, "Two shots, cold milk, ice.", Dairy, true, Milk, Coffee, Flavour),
            new("Cold brew", 420, 1, "Eighteen hours in the fridge.", None, true, Milk) { Vegan = true, Featured = true },
            new("Espresso tonic", 480, 3, "With orange peel.", None, true, Coffee) { Vegan = true },
            new("Iced matcha", 520, 4, "Whisked, then poured over milk.", Dairy, true, Milk),
            new("House lemonade", 380, 2, "Lemon, thyme, not too sweet.", None, true) { Vegan = true },
            new("Peach iced tea", 390, 1, "Made here, not in a bottle.", None, true) { Vegan = true },
            new("Orange juice", 450, 3, "Pressed while you wait.", None, true) { Vegan = true },
            new("Sparkling water", 280, 1, "From the tap, with bubbles.", None, true) { Vegan = true },
        ], "bar"),
        new("From the oven", "Baked in this room since half past four.",
        [
            new("Butter croissant", 260, 1, "Twenty-seven layers.", Pastry, true, Warm, Spread),
            new("Almond croissant", 350, 1, "Yesterday's croissant, better today.", ["gluten", "milk", "eggs", "tree_nuts"], true, Warm),
            new("Pain au chocolat", 310, 1, "Two sticks, as it must be.", Pastry, true, Warm),
            new("Cinnamon bun", 340, 1, "Cardamom in the dough.", Pastry, true, Warm) { Featured = true },
            new("Custard tart", 230, 1, "Blistered on top.", Pastry, true),
            new("Cheese scone", 320, 1, "Cheddar and chives.", Pastry, true, Warm, Spread),
            new("Banana bread", 330, 1, "With walnuts.", ["gluten", "eggs", "tree_nuts"], true, Warm, Spread),
            new("Sourdough loaf", 620, 1, "Nine hundred grams, two days.", Wheat, true) { Vegan = true },
            new("Rye loaf", 580, 1, "Dark, dense, keeps a week.", Wheat, true) { Vegan = true },
            new("Seeded roll", 110, 1, "Sesame, poppy, sunflower.", ["gluten", "sesame"], true, Spread) { Vegan = true },
        ], "counter"),
        new("Cakes", "By the slice; whole ones by order.",
        [
            new("Carrot cake", 430, 1, "Cream cheese on top.", ["gluten", "milk", "eggs", "tree_nuts"], true),
            new("Lemon drizzle", 390, 1, "Sharp, with a crust of sugar.", Pastry, true),
            new("Chocolate torte", 460, 1, "No flour in it.", ["milk", "eggs", "tree_nuts"], true),
            new("Baked cheesecake", 450, 1, "With the season's fruit.", Pastry, true),
            new("Vegan brownie", 370, 1, "Tahini and sea salt.", ["gluten", "sesame"], true, Warm) { Vegan = true },
        ], "counter"),
        new("Kitchen", "Until three.",
        [
            new("Granola bowl", 720, 5, "Yoghurt, honey, fruit.", ["gluten", "milk", "tree_nuts"], true),
            new(
                "Avocado toast",
                890,
                8,
                "Lemon, chilli, seeds.",
                ["gluten", "sesame"],
                true,
                Bread,
                Extra) { Vegan = true, Featured = true },
            new("Eggs on toast", 850, 9, "Poached or scrambled: say so.", ["gluten", "eggs", "milk"], true, Bread, Extra),
            new("Ham and cheese toastie", 780, 7, "Gruyère, mustard, pickle.", ["gluten", "milk", "mustard"], false, Bread),
            new("Soup of the day", 690, 4, "With a slice of rye.", ["gluten", "celery"], true, Bread),
            new("Smoked salmon bagel", 980, 6, "Capers, dill, cream cheese.", ["gluten", "milk", "fish"], false),
        ]),
        new("Deals", "Cheaper together.",
        [
            new("Coffee and croissant", 540, 0, "Any coffee of these, and a croissant.", None, true)
            {
                Combo = [
                    new("Coffee", ["Caffè latte", "Flat white", "Cappuccino", "Americano"]),
                    new("Croissant", ["Butter croissant", "Almond croissant"])
                ],
            },
            new(
                "Toast and juice",
                1190,
                0,
                "Avocado toast, pressed oranges.",
                None,
                true) { Combo = [new("Toast", ["Avocado toast"]), new("Juice", ["Orange juice"])] },
        ]),
    ];
}
