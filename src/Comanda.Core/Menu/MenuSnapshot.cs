using System.Collections.Frozen;
using Comanda.Shops;

namespace Comanda.Menu;

/// <summary>
/// A shop's whole menu at one moment, never changed after it is made. Orders are priced against one snapshot, so every
/// price in an order was on the menu at the same time.
/// </summary>
public class MenuSnapshot
{
    private readonly Dictionary<long, MenuEntry> entries;
    private readonly FrozenSet<long> active;
    private readonly Lazy<ILookup<string, MenuEntry>> byBarcode, byScaleNumber;

    public MenuSnapshot(Currency currency, IReadOnlyList<MenuSection> sections)
    {
        Currency = currency;
        Sections = sections;
        active = sections.Where(s => s.IsActive).Select(s => s.Id).ToFrozenSet();
        entries = sections.SelectMany(s => s.Items).ToDictionary(e => e.Id);
        byScaleNumber = new(() => Entries.Where(e => e.Sku is not null).ToLookup(e => e.Sku!.TrimStart('0'), StringComparer.Ordinal));
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
    private IEnumerable<MenuEntry> WithBarcode(string code) => byBarcode.Value[Gtin.KeyOf(code.Trim())];

    /// <summary>
    /// What a code is that was scanned: an item's own, or a label of a scale, which knows items by their sku, zeros before it aside.
    /// </summary>
    public (IReadOnlyList<MenuEntry> Items, ScannedLabel? Label) Scanned(string code, IReadOnlyList<ScaleLabel> labels)
    {
        var items = WithBarcode(code).ToList();
        if (items.Count > 0 || ScaleLabel.Read(labels, code.Trim()) is not { } label)
            return (items, null);
        var alike = byScaleNumber.Value[label.Item.TrimStart('0')].ToList();
        var exact = alike.FindAll(e => e.Sku == label.Item);
        return (exact.Count > 0 ? exact : alike, label);
    }
}
