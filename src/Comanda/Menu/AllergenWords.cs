namespace Comanda.Menu;

/// <summary>The words people use for the fourteen allergens.</summary>
public static class AllergenWords
{
    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal)
    {
        ["wheat"] = "gluten",
        ["cereals"] = "gluten",
        ["gluten cereals"] = "gluten",
        ["rye"] = "gluten",
        ["barley"] = "gluten",
        ["oats"] = "gluten",
        ["spelt"] = "gluten",
        ["shellfish"] = "crustaceans",
        ["crustacean"] = "crustaceans",
        ["egg"] = "eggs",
        ["peanut"] = "peanuts",
        ["soy"] = "soya",
        ["soybeans"] = "soya",
        ["soybean"] = "soya",
        ["dairy"] = "milk",
        ["lactose"] = "milk",
        ["nuts"] = "tree_nuts",
        ["nut"] = "tree_nuts",
        ["tree nuts"] = "tree_nuts",
        ["tree nut"] = "tree_nuts",
        ["almonds"] = "tree_nuts",
        ["hazelnuts"] = "tree_nuts",
        ["walnuts"] = "tree_nuts",
        ["cashews"] = "tree_nuts",
        ["pistachios"] = "tree_nuts",
        ["sesame seeds"] = "sesame",
        ["sulfites"] = "sulphites",
        ["sulphur dioxide"] = "sulphites",
        ["sulfur dioxide"] = "sulphites",
        ["mollusc"] = "molluscs",
        ["mollusks"] = "molluscs",
    };

    /// <summary>The allergen that a word means, or null where it means none.</summary>
    public static string? Read(string? word)
    {
        var folded = SearchText.Fold(word ?? "");
        var name = folded.Replace(' ', '_');
        return Allergens.All.Contains(name) ? name : Words.GetValueOrDefault(folded);
    }
}
