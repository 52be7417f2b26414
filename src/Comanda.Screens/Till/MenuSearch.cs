using Comanda.Menu;

namespace Comanda.Screens.Till;

/// <summary>Finds items as one types, whatever accents and capitals.</summary>
public static class MenuSearch
{
    private const string Accented = "àáâãäåāăąçćčďđèéêëēęěğìíîïīıłñńňòóôõöøőřśšșşťțùúûüūůűýÿžźż";
    private const string Plain = "aaaaaaaaacccddeeeeeeegiiiiiilnnnooooooorssssttuuuuuuuyyzzz";

    /// <summary>Items of which a word begins with each word that was typed.</summary>
    public static IEnumerable<MenuItemView> Find(IEnumerable<MenuItemView> items, string typed)
    {
        var wanted = Fold(typed).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return items.Where(i => wanted.All(w => (" " + Fold(i.Name)).Contains(" " + w, StringComparison.Ordinal)));
    }

    /// <summary>The item with this barcode or article number.</summary>
    public static MenuItemView? Scanned(IEnumerable<MenuItemView> items, string code) => code.Trim() is not { Length: > 3 } given
        ? null
        : items.FirstOrDefault(i => (i.Barcode is not null && Gtin.KeyOf(i.Barcode) == Gtin.KeyOf(given)) || i.Sku == given);

    /// <summary>Without accents and capitals.</summary>
    public static string Fold(string text) => string.Create(text.Length, text, static (folded, source) =>
    {
        for (var i = 0; i < source.Length; i++)
        {
            var letter = char.ToLowerInvariant(source[i]);
            folded[i] = Accented.IndexOf(letter, StringComparison.Ordinal) is >= 0 and var at ? Plain[at] : letter;
        }
    });
}
