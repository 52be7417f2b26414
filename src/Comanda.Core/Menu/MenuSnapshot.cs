using System.Collections.Frozen;
using Comanda.Kernel;

namespace Comanda.Menu;

/// <summary>
/// A shop's whole menu at one moment, never changed after it is made. Orders are priced against one snapshot, so every
/// price in an order was on the menu at the same time.
/// </summary>
public class MenuSnapshot
{
    private readonly Dictionary<long, MenuEntry> entries;
    private readonly FrozenSet<long> active;
    private readonly Lazy<ILookup<string, MenuEntry>> byBarcode;

    public MenuSnapshot(Currency currency, IReadOnlyList<MenuSection> sections)
    {
        Currency = currency;
        Sections = sections;
        active = sections.Where(s => s.IsActive).Select(s => s.Id).ToFrozenSet();
        entries = sections.SelectMany(s => s.Items).ToDictionary(e => e.Id);
        byBarcode = new(() => Entries.Where(e => e.Barcode is not null).ToLookup(e => Gtin.KeyOf(e.Barcode!), StringComparer.Ordinal));
    }

    public Currency Currency { get; }

    /// <summary>All categories, active or not, in menu order.</summary>
    public IReadOnlyList<MenuSection> Sections { get; }

    public IEnumerable<MenuEntry> Entries => Sections.SelectMany(s => s.Items);

    /// <summary>Whether guests see this category.</summary>
    public bool IsActive(long categoryId) => active.Contains(categoryId);

    public MenuEntry? Find(long id) => entries.GetValueOrDefault(id);

    /// <summary>What has this barcode, in whatever spelling. One item, unless the menu is older than that rule.</summary>
    public IEnumerable<MenuEntry> WithBarcode(string code) => byBarcode.Value[Gtin.KeyOf(code.Trim())];
}
