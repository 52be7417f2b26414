namespace Comanda.Menu;

/// <summary>The fourteen allergens that EU law (1169/2011, annex II) asks to be named.</summary>
public static class Allergens
{
    public static IReadOnlyList<string> All { get; } =
        [
            "gluten",
            "crustaceans",
            "eggs",
            "fish",
            "peanuts",
            "soya",
            "milk",
            "tree_nuts",
            "celery",
            "mustard",
            "sesame",
            "sulphites",
            "lupin",
            "molluscs"
        ];

    public static string Rule { get; } = "must be of " + string.Join(", ", All);

    /// <summary>What is in an item with these options: an option may take one away (oat milk the milk) and add another.</summary>
    public static string[] With(IEnumerable<string> ofItem, IEnumerable<(string[] Adds, string[] Removes)> options)
    {
        var left = ofItem.ToHashSet(StringComparer.Ordinal);
        var chosen = options.ToList();
        foreach (var (_, removes) in chosen)
            left.ExceptWith(removes);
        foreach (var (adds, _) in chosen)
            left.UnionWith(adds);
        return [.. All.Where(left.Contains)];
    }
}
