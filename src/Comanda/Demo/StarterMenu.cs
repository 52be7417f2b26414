using static Comanda.Demo.MenuPlan;
using static Comanda.Demo.UsualOptions;

namespace Comanda.Demo;

/// <summary>
/// A menu to begin a real shop with (<c>comanda open-shop … --menu starter</c>): what most cafes sell, at prices that an
/// owner then makes their own. Cents of a euro, tax included.
/// </summary>
internal static class StarterMenu
{
    private static readonly Group Sugar = new(
        "Sweetener",
        0,
        1,
        [new("sugar", "Sugar", 0), new("brown-sugar", "Brown sugar", 0), new("sweetener", "Sweetener", 0)]);

    private static readonly Group Filling = new("Filling", 1, 1,
    [
        new("mozzarella-tomato", "Mozzarella and tomato", 0, ["milk"]), new("ham-cheese", "Ham and cheese", 0, ["milk"]),
        new("tuna", "Tuna", 40, ["fish", "eggs"]), new("hummus-vegetables", "Hummus and vegetables", 0, ["sesame"]),
    ]);

    private static readonly TimeOnly Eleven = new(11, 0), Noon = new(12, 0);

    internal static readonly Section[] Sections =
    [
        new("Coffee", "Ground for each cup.",
        [
            new("Espresso", 220, 2, "Short and strong.", None, true, Coffee, Sugar) { Vegan = true },
            new("Double espresso", 280, 2, "Two shots.", None, true, Coffee, Sugar) { Vegan = true },
            new("Espresso macchiato", 260, 2, "With a touch of foam.", Dairy, true, Milk, Coffee),
            new("Cortado", 310, 3, "Espresso and as much warm milk.", Dairy, true, Milk, Coffee),
            new("Cappuccino", 350, 4, "Espresso under thick foam.", Dairy, true, Size, Milk, Coffee, Flavour) { Featured = true },
            new("Flat white", 380, 4, "Two shots, fine foam.", Dairy, true, Milk, Coffee),
            new("Caffè latte", 390, 4, "Mild, with plenty of milk.", Dairy, true, Size, Milk, Coffee, Flavour, Cup),
            new("Latte macchiato", 400, 4, "Three layers in a glass.", Dairy, true, Milk, Coffee, Flavour),
            new("Americano", 300, 3, "Espresso with hot water.", None, true, Size, Coffee, Cup) { Vegan = true },
            new("Filter coffee", 280, 2, "From the jug, always fresh.", None, true, Size, Milk, Cup) { Vegan = true },
            new("Mocha", 440, 5, "Espresso, chocolate, milk.", Dairy, true, Size, Milk, Coffee),
        ], "bar"),
        new("Tea and chocolate", "In a pot for one.",
        [
            new("Black tea", 310, 4, "English breakfast or Earl Grey: say which.", None, true, Milk, Sugar) { Vegan = true },
            new("Green tea", 310, 4, "Sencha.", None, true) { Vegan = true },
            new("Fresh mint tea", 340, 4, "A handful of leaves.", None, true) { Vegan = true },
            new("Ginger and lemon", 340, 4, "Hot, sharp, sweetened if you like.", None, true, Sugar) { Vegan = true },
            new("Chai latte", 410, 4, "Spiced black tea with milk.", Dairy, true, Size, Milk),
            new("Hot chocolate", 390, 4, "Dark, with or without cream.", Dairy, true, Milk, Flavour),
        ], "bar"),
        new("Cold drinks", "From the fridge or over ice.",
        [
            new("Iced coffee", 420, 4, "Espresso and milk over ice.", Dairy, true, Milk, Coffee, Flavour),
            new("Cold brew", 410, 1, "Steeped overnight.", None, true, Milk) { Vegan = true, Featured = true },
            new("Iced tea", 370, 1, "Made here, with lemon.", None, true) { Vegan = true },
            new("Lemonade", 360, 2, "Lemon, sugar, sparkling water.", None, true) { Vegan = true },
            new("Fresh orange juice", 430, 3, "Pressed to order.", None, true) { Vegan = true },
            new("Apple juice", 320, 1, "Cloudy.", None, true) { Vegan = true },
            new("Cola", 320, 1, "0.33 l.", None, true) { Vegan = true },
            new("Still water", 250, 1, "0.5 l.", None, true) { Vegan = true },
            new("Sparkling water", 260, 1, "0.5 l.", None, true) { Vegan = true },
        ], "bar"),
        new("Bakery", "Baked this morning.",
        [
            new("Croissant", 240, 1, "All butter.", Pastry, true, Warm, Spread) { Featured = true },
            new("Pain au chocolat", 290, 1, "With two sticks of chocolate.", Pastry, true, Warm),
            new("Almond croissant", 340, 1, "Filled and sprinkled.", ["gluten", "eggs", "milk", "tree_nuts"], true, Warm),
            new("Cinnamon roll", 330, 1, "Soft, with a glaze.", Pastry, true, Warm),
            new("Custard tart", 220, 1, "Crisp outside.", Pastry, true),
            new("Blueberry muffin", 310, 1, "With a crumble.", Pastry, true),
            new("Pretzel", 180, 1, "With coarse salt.", Wheat, true, Spread) { Vegan = true },
            new("Bread roll", 90, 1, "White or rye.", Wheat, true, Spread) { Vegan = true },
            new("Country loaf", 540, 1, "Sourdough, a kilo.", Wheat, true) { Vegan = true },
            new("Baguette", 210, 1, "Best today.", Wheat, true) { Vegan = true },
        ], "counter"),
        new("Cakes", "By the slice.",
        [
            new("Apple cake", 380, 1, "With cinnamon.", Pastry, true),
            new("Carrot cake", 410, 1, "With walnuts and cream cheese.", ["gluten", "eggs", "milk", "tree_nuts"], true),
            new("Cheesecake", 430, 1, "Baked, New York style.", Pastry, true),
            new("Chocolate cake", 420, 1, "Three layers.", Pastry, true),
            new("Brownie", 340, 1, "Dark and moist.", Pastry, true, Warm),
        ], "counter"),
        new("Kitchen", "Small plates.",
        [
            new("Yoghurt and granola", 620, 4, "With fruit of the season.", ["gluten", "milk", "tree_nuts"], true) { Until = Noon },
            new("Porridge", 560, 6, "Oats, apple, cinnamon.", ["gluten", "milk"], true, Milk) { Until = Noon },
            new("Scrambled eggs", 740, 8, "On toast.", ["gluten", "eggs", "milk"], true, Bread, Extra) { Until = Noon },
            new("Avocado toast", 840, 7, "Lime and chilli.", Wheat, true, Bread, Extra) { Vegan = true },
            new("Panini", 690, 6, "From the press.", Wheat, false, Filling),
            new("Soup of the day", 650, 4, "With bread.", ["gluten", "celery"], true, Bread),
            new("Side salad", 480, 4, "Leaves, seeds, mustard dressing.", ["mustard"], true) { Vegan = true },
        ]),
        new("Offers", "Cheaper together.",
        [
            new("Breakfast offer", 520, 0, "Coffee and something from the bakery, until eleven.", None, true)
            {
                Until = Eleven,
                Combo = [
                    new("Coffee", ["Cappuccino", "Caffè latte", "Americano", "Filter coffee"]),
                    new("Bakery", ["Croissant", "Pain au chocolat", "Cinnamon roll", "Pretzel"])
                ],
            },
            new("Lunch offer", 990, 0, "The soup or a panini, and a drink.", None, true)
            {
                Combo = [
                    new("Lunch", ["Soup of the day", "Panini"]),
                    new("Drink", ["Lemonade", "Iced tea", "Apple juice", "Still water", "Sparkling water"])
                ],
            },
        ]),
    ];
}
