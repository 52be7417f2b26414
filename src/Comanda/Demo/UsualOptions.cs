using static Comanda.Demo.MenuPlan;

namespace Comanda.Demo;

/// <summary>
/// What both menus let a guest choose, with what it adds to an item's allergens and takes away. Prices in cents of a euro.
/// </summary>
internal static class UsualOptions
{
    public static readonly Group Milk = new("Milk", 0, 1,
    [
        new("whole-milk", "Whole milk", 0, ["milk"]),
        new("skim-milk", "Skim milk", 0, ["milk"]),
        new("oat-milk", "Oat milk", 60, ["gluten"], ["milk"]),
        new("almond-milk", "Almond milk", 60, ["tree_nuts"], ["milk"]),
        new("soy-milk", "Soy milk", 50, ["soya"], ["milk"]),
        new("lactose-free-milk", "Lactose-free milk", 30, ["milk"]),
        ]);

    public static readonly Group Coffee = new("Coffee", 0, 4,
    [
        new("extra-shot", "Extra shot", 75), new("decaf", "Decaf", 0), new("half-caf", "Half caf", 0), new("ristretto", "Ristretto", 0),
    ]);

    public static readonly Group Flavour = new("Flavour", 0, 3,
    [
        new("vanilla-syrup", "Vanilla syrup", 50),
        new("caramel-syrup", "Caramel syrup", 50),
        new("hazelnut-syrup", "Hazelnut syrup", 50, ["tree_nuts"]),
        new("cinnamon", "Cinnamon", 0),
        new("whipped-cream", "Whipped cream", 70, ["milk"]),
        ]);

    public static readonly Group Size = new(
        "Size",
        0,
        1,
        [new("small", "Small", -30), new("regular", "Regular", 0), new("large", "Large", 60)]);

    public static readonly Group Cup = new("Cup", 0, 1, [new("own-cup", "Own cup", -20), new("returnable-cup", "Returnable cup", 0)]);

    public static readonly Group Warm = new("Serve", 0, 1, [new("warmed", "Warmed", 0), new("as-it-is", "As it is", 0)]);

    public static readonly Group Spread = new(
        "Spread",
        0,
        2,
        [new("butter", "Butter", 60, ["milk"]), new("jam", "Apricot jam", 80), new("honey", "Honey", 80)]);

    public static readonly Group Bread = new("Bread", 0, 1, [
        new("sourdough", "Sourdough", 0, ["gluten"]),
        new("rye", "Rye", 0, ["gluten"]),
        new("gluten-free-bread", "Gluten-free bread", 90, [], ["gluten"])
    ]);

    public static readonly Group Extra = new(
        "Extra",
        0,
        3,
        [new("avocado", "Avocado", 150), new("egg", "Poached egg", 120, ["eggs"]), new("feta", "Feta", 130, ["milk"])]);

    public static readonly string[] None = [];
    public static readonly string[] Dairy = ["milk"];
    public static readonly string[] Wheat = ["gluten"];
    public static readonly string[] Pastry = ["gluten", "milk", "eggs"];
}
