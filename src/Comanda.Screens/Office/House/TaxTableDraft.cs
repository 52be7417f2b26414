using Comanda.Shops;
using Comanda.Taxes;

namespace Comanda.Screens.Office.House;

/// <summary>A shop's table of taxes while somebody works at it.</summary>
public sealed class TaxTableDraft
{
    public sealed class Class
    {
        public string Code { get; set; } = "";

        public string Name { get; set; } = "";

        /// <summary>Its code may still be another: no item names it yet.</summary>
        public bool IsNew { get; init; }
    }

    public sealed class Row
    {
        public required TaxRowWire Wire { get; set; }

        public string Class => Wire.Class ?? "";

        /// <summary>As typed.</summary>
        public string Rate { get; set; } = "";
    }

    private long version;

    public List<Class> Classes { get; } = [];

    public List<Row> Rows { get; } = [];

    /// <summary>The class of what has none.</summary>
    public string Usual { get; set; } = "";

    public bool IsChanged { get; private set; }

    /// <summary>The shop has a table of its own, and not only the one rate of its settings.</summary>
    public bool IsKept => version > 0;

    public static TaxTableDraft Of(TaxesView taxes)
    {
        var draft = new TaxTableDraft { version = taxes.Version, Usual = taxes.DefaultClass };
        draft.Classes.AddRange(taxes.Classes.Select(c => new Class { Code = c.Code ?? "", Name = c.Name ?? "" }));
        draft.Rows.AddRange(taxes.Rows.Select(r => new Row { Wire = r, Rate = Text(r.Rate) }));
        return draft;
    }

    public TaxesInput ToInput() => new(
        [.. Classes.Select(c => new TaxClassWire(c.Code, c.Name.Trim()))],
        [.. Rows.Select(r => r.Wire with { Rate = Number(r.Rate) })],
        Usual,
        version > 0 ? version : null);

    public void Touch() => IsChanged = true;

    public void Set(Action change)
    {
        change();
        Touch();
    }

    /// <summary>The one rate becomes the first row of a table.</summary>
    public void Begin() => Touch();

    public void AddClass()
    {
        var code = Enumerable.Range(Classes.Count + 1, 100).Select(n => $"class-{n}").First(c => Classes.TrueForAll(k => k.Code != c));
        var added = new Class { Code = code, Name = "", IsNew = true };
        Classes.Add(added);
        AddRow(added);
    }

    public void AddRow(Class of)
    {
        var like = Rows.LastOrDefault(r => r.Class == of.Code) ?? Rows.LastOrDefault();
        var name = like?.Wire.Name ?? "VAT";
        Rows.Add(new() { Wire = new() { Class = of.Code, Way = "any", Name = name, Treatment = "taxed", Priority = 1 } });
        Touch();
    }

    public void Rename(Class which, string code)
    {
        foreach (var row in Rows.Where(r => r.Class == which.Code))
            row.Wire = row.Wire with { Class = code };
        if (Usual == which.Code)
            Usual = code;
        which.Code = code;
        Touch();
    }

    public void Remove(Row row)
    {
        Rows.Remove(row);
        Touch();
    }

    public void Remove(Class which)
    {
        Rows.RemoveAll(r => r.Class == which.Code);
        Classes.Remove(which);
        Touch();
    }

    private static string Text(decimal? rate) => rate?.ToString("0.####", System.Globalization.CultureInfo.InvariantCulture) ?? "";

    private static decimal? Number(string text) => decimal.TryParse(
        text.Replace(',', '.').Trim(),
        System.Globalization.NumberStyles.AllowDecimalPoint,
        System.Globalization.CultureInfo.InvariantCulture,
        out var number) ? number : null;
}
