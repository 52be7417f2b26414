using Comanda.Menu;
using Comanda.Screens.Words;

namespace Comanda.Screens.Office.Books;

/// <summary>What the EU's fourteen are called.</summary>
public static class AllergenWords
{
    /// <summary>By the API's words.</summary>
    public static IReadOnlyList<string> All => Allergens.All;

    /// <summary>One of them.</summary>
    public static string Of(Speech say, string allergen) => allergen switch
    {
        "gluten" => say["eat.gluten"],
        "crustaceans" => say["eat.crustaceans"],
        "eggs" => say["eat.eggs"],
        "fish" => say["eat.fish"],
        "peanuts" => say["eat.peanuts"],
        "soya" => say["eat.soya"],
        "milk" => say["eat.milk"],
        "tree_nuts" => say["eat.treenuts"],
        "celery" => say["eat.celery"],
        "mustard" => say["eat.mustard"],
        "sesame" => say["eat.sesame"],
        "sulphites" => say["eat.sulphites"],
        "lupin" => say["eat.lupin"],
        "molluscs" => say["eat.molluscs"],
        _ => allergen,
    };
}
