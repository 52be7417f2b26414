using System.Globalization;
using Comanda.Data;
using Comanda.Taxes;
using Npgsql;

namespace Comanda.Menu;

/// <summary>An item as a row of a table: what the CSV of the menu holds. A value, so that a row that changes nothing is seen.</summary>
public sealed record MenuRow
{
    public long? Id { get; init; }

    public string Sku { get; init; } = "";

    public string Name { get; init; } = "";

    public string Category { get; init; } = "";

    /// <summary>Null until it is given.</summary>
    public Money? Price { get; init; }

    public Money? DiscountPrice { get; init; }

    public string Description { get; init; } = "";

    public TaxRate? TaxRate { get; init; }

    public string Barcode { get; init; } = "";

    public bool IsVegetarian { get; init; }

    public bool IsVegan { get; init; }

    /// <summary>Names with | between, sorted: a list that compares.</summary>
    public string Allergens { get; init; } = "";

    public string Ingredients { get; init; } = "";

    public int PreparationTime { get; init; }

    public bool InStock { get; init; } = true;

    public bool IsFeatured { get; init; }

    public TimeOnly? AvailableFrom { get; init; }

    public TimeOnly? AvailableUntil { get; init; }

    public string ImageUrl { get; init; } = "";

    public WeightUnit? Unit { get; init; }

    public string TaxClass { get; init; } = "";

    /// <summary>The classes that share its price, with their weights (<see cref="Menu.TaxSplit.ToText"/>): a list that compares.</summary>
    public string TaxSplit { get; init; } = "";

    public bool IsDeposit { get; init; }

    /// <summary>The name of the deposit that goes with it.</summary>
    public string Deposit { get; init; } = "";

    /// <summary>It is sold as its parts, at their tax rates; not a column.</summary>
    public bool IsCombo { get; init; }

    /// <summary>A part of a combo, or counted down: sold by the piece alone; not a column.</summary>
    public bool OnlyByPiece { get; init; }
}

/// <summary>
/// A column of the menu's CSV: how a cell is read into a row, and written from it. <paramref name="Read"/> answers null where
/// the cell is not what it must be; <paramref name="Takes"/> says what would be.
/// </summary>
public sealed record MenuColumn(
    string Name,
    string Takes,
    Func<string, MenuRow, Currency, MenuRow?> Read,
    Func<MenuRow, Currency, string> Write)
{
    /// <summary>Spaces at its ends are part of it, and it may have several lines.</summary>
    public bool IsLongText => Name is "description" or "ingredients";

    /// <summary>An amount or a percentage: people write those in more than one way.</summary>
    public bool IsNumber => Name is "price" or "discount_price" or "tax_rate";

    /// <summary>What a cell of it may be made of, the same as where the field comes as JSON.</summary>
    public TextKind Kind => IsLongText ? TextKind.Lines : TextKind.Line;
}

/// <summary>The columns of the menu's CSV, on one page: import and export use the same.</summary>
public static class MenuTable
{
    public static IReadOnlyList<MenuColumn> Columns { get; } =
    [
        new("sku", "must have at most 60 characters", (c, r, _) => c.Length <= 60 ? r with { Sku = c } : null, (r, _) => r.Sku),
        new(
            "name",
            "must have 1 to 200 characters",
            (c, r, _) => c.Length is >= 1 and <= 200 ? r with { Name = c } : null,
            (r, _) => r.Name),
        new(
            "category",
            "must have 1 to 100 characters",
            (c, r, _) => c.Length is >= 1 and <= 100 ? r with { Category = c } : null,
            (r, _) => r.Category),
        new(
            "price",
            "must be a price such as 4.50, \"1,50 €\" or $18.00",
            (c, r, currency) => Amount(c, currency) is { } price ? r with { Price = price } : null,
            (r, currency) => Amount(r.Price, currency)),
        new("discount_price", "must be a price such as 3.90, or empty", (c, r, currency) => c.Length == 0
            ? r with { DiscountPrice = null }
            : Amount(c, currency) is { } price
            ? r with { DiscountPrice = price }
            : null,
            (r, currency) => Amount(r.DiscountPrice, currency)),
        new(
            "description",
            "must have at most 2000 characters",
            (c, r, _) => c.Length <= 2000 ? r with { Description = c } : null,
            (r, _) => r.Description),
        new(
            "tax_rate",
            "must be a percentage from 0 to 100, or empty for the shop's own",
            (c, r, _) => c.Length == 0 ? r with { TaxRate = null }
                : Percent(c) is { } rate ? r with { TaxRate = rate, TaxClass = "", TaxSplit = "" }
                : null,
            (r, _) => r.TaxRate?.Percent.ToString(CultureInfo.InvariantCulture) ?? ""),
        new("barcode", "must have at most 60 characters", (c, r, _) => c.Length <= 60 ? r with { Barcode = c } : null, (r, _) => r.Barcode),
        new(
            "is_vegetarian",
            YesOrNo,
            (c, r, _) => Flag(c) is { } yes ? r with { IsVegetarian = yes } : null,
            (r, _) => Flag(r.IsVegetarian)),
        new("is_vegan", YesOrNo, (c, r, _) => Flag(c) is { } yes ? r with { IsVegan = yes } : null, (r, _) => Flag(r.IsVegan)),
        new(
            "allergens",
            Menu.Allergens.Rule + ", with | between",
            (c, r, _) => Names(c) is { } names ? r with { Allergens = names } : null,
            (r, _) => r.Allergens),
        new(
            "ingredients",
            "must have at most 2000 characters",
            (c, r, _) => c.Length <= 2000 ? r with { Ingredients = c } : null,
            (r, _) => r.Ingredients),
        new("preparation_time", "must be whole minutes from 0 to 1440", (c, r, _) => c.Length == 0
            ? r with { PreparationTime = 0 }
            : int.TryParse(c, NumberStyles.None, CultureInfo.InvariantCulture, out var minutes) && minutes <= 1440
            ? r with { PreparationTime = minutes }
            : null,
            (r, _) => r.PreparationTime.ToString(CultureInfo.InvariantCulture)),
        new("in_stock", YesOrNo, (c, r, _) => Flag(c) is { } yes ? r with { InStock = yes } : null, (r, _) => Flag(r.InStock)),
        new("is_featured", YesOrNo, (c, r, _) => Flag(c) is { } yes ? r with { IsFeatured = yes } : null, (r, _) => Flag(r.IsFeatured)),
        new(
            "available_from",
            "must be a time such as 07:00, or empty",
            (c, r, _) => Time(c, out var time) ? r with { AvailableFrom = time } : null,
            (r, _) => r.AvailableFrom?.ToString("HH:mm", CultureInfo.InvariantCulture) ?? ""),
        new(
            "available_until",
            "must be a time such as 11:00, or empty",
            (c, r, _) => Time(c, out var time) ? r with { AvailableUntil = time } : null,
            (r, _) => r.AvailableUntil?.ToString("HH:mm", CultureInfo.InvariantCulture) ?? ""),
        new(
            "image_url",
            "must be an address of the web (https://…) or a path, of at most 500 characters",
            (c, r, _) => c.Length <= 500 && CheckMenuItem.IsAddress(c) ? r with { ImageUrl = c } : null,
            (r, _) => r.ImageUrl),
        new(
            "sold_by",
            "must be piece or weight",
            (c, r, _) => c is "" or "piece" ? r with { Unit = null }
                : c == "weight" ? r with { Unit = r.Unit ?? WeightUnit.Kilogram }
                : null,
            (r, _) => (r.Unit is null ? SoldBy.Piece : SoldBy.Weight).ToWire()),
        new(
            "unit",
            $"must be {string.Join(", ", WireName<WeightUnit>.All)} where sold_by is weight, else empty",
            (c, r, _) => c.Length == 0 ? r
                : r.Unit is not null && WireName<WeightUnit>.TryParse(c, out var unit) ? r with { Unit = unit }
                : null,
            (r, _) => r.Unit?.ToWire() ?? ""),
        new(
            "tax_class",
            "must be a class of the shop's taxes, or empty for its category's",
            (c, r, _) => c.Length == 0 ? r with { TaxClass = "" }
                : ReadTaxTable.IsCode(c) ? r with { TaxClass = c, TaxRate = null }
                : null,
            (r, _) => r.TaxClass),
        new(
            "tax_split",
            "must be classes with their weights, such as food:70|drink:30, or empty",
            (c, r, _) => c.Length == 0 ? r with { TaxSplit = "" }
                : Menu.TaxSplit.ReadText(c) is { } split ? r with { TaxSplit = Menu.TaxSplit.ToText(split), TaxRate = null }
                : null,
            (r, _) => r.TaxSplit),
        new(
            "is_deposit",
            YesOrNo,
            (c, r, _) => Flag(c) is { } yes ? r with { IsDeposit = yes } : null,
            (r, _) => Flag(r.IsDeposit)),
        new(
            "deposit_item",
            "must be the name of a deposit, or empty",
            (c, r, _) => c.Length <= 200 ? r with { Deposit = c } : null,
            (r, _) => r.Deposit),
    ];

    private const string YesOrNo = "must be true or false (or yes, no, 1, 0)";

    /// <summary>The shop's items as rows, in menu order.</summary>
    public static async Task<List<MenuRow>> Read(NpgsqlConnection connection, long shopId, CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select i.id, coalesce(i.sku, ''), i.name, c.name, i.price, i.discount_price, i.description, i.tax_rate, coalesce(i.barcode, ''),
                i.is_vegetarian, i.is_vegan,
                i.allergens, i.ingredients, i.preparation_time, i.in_stock, i.is_featured, i.available_from, i.available_until,
                    coalesce(i.image_url, ''),
                exists (select 1 from combo_choices x where x.combo_id = i.id), i.unit, i.stock_quantity is not null
                    or exists (select 1 from combo_choices x join menu_items m on m.id = x.combo_id
                        where x.menu_item_id = i.id and m.archived_at is null),
                coalesce(i.tax_class, ''), i.tax_split, i.is_deposit,
                coalesce((select d.name from menu_items d where d.id = i.deposit_item_id and d.archived_at is null), '')
            from menu_items i join categories c on c.id = i.category_id
            where i.shop_id = $1 and i.archived_at is null order by c.display_order, c.id, i.display_order, i.id
            """,
            shopId);
        return await command.List(
            r => new MenuRow
            {
                Id = r.GetInt64(0),
                Sku = r.GetString(1),
                Name = r.GetString(2),
                Category = r.GetString(3),
                Price = new Money(r.GetInt64(4)),
                DiscountPrice = r.ValueOrNull<long>(5) is { } offer ? new Money(offer) : null,
                Description = r.GetString(6),
                TaxRate = r.ValueOrNull<long>(7) is { } rate ? Kernel.TaxRate.FromTenThousandths(rate) : null,
                Barcode = r.GetString(8),
                IsVegetarian = r.GetBoolean(9),
                IsVegan = r.GetBoolean(10),
                Allergens = Joined(r.GetFieldValue<string[]>(11)),
                Ingredients = r.GetString(12),
                PreparationTime = r.GetInt32(13),
                InStock = r.GetBoolean(14),
                IsFeatured = r.GetBoolean(15),
                AvailableFrom = r.ValueOrNull<TimeOnly>(16),
                AvailableUntil = r.ValueOrNull<TimeOnly>(17),
                ImageUrl = r.GetString(18),
                IsCombo = r.GetBoolean(19),
                Unit = r.TextOrNull(20) is { } unit ? WireName<WeightUnit>.Parse(unit) : null,
                OnlyByPiece = r.GetBoolean(21),
                TaxClass = r.GetString(22),
                TaxSplit = Menu.TaxSplit.ToText(Menu.TaxSplit.Read(r.TextOrNull(23))),
                IsDeposit = r.GetBoolean(24),
                Deposit = r.GetString(25),
            },
            cancel);
    }

    private static Money? Amount(string cell, Currency currency) =>
        PriceText.TryRead(cell, out var amount) && amount >= 0 && Money.TryFrom(amount, currency, out var money) ? money : null;

    private static string Amount(Money? amount, Currency currency) => amount?.In(currency).ToString(CultureInfo.InvariantCulture) ?? "";

    private static TaxRate? Percent(string cell) =>
        PriceText.TryRead(cell.TrimEnd('%', ' '), out var percent) && Kernel.TaxRate.TryFromPercent(percent, out var rate) ? rate : null;

    private static bool? Flag(string cell) => cell.ToLowerInvariant() switch
    {
        "true" or "yes" or "y" or "1" or "x" => true,
        "false" or "no" or "n" or "0" or "" => false,
        _ => null,
    };

    private static string Flag(bool yes) => yes ? "true" : "false";

    private static bool Time(string cell, out TimeOnly? time)
    {
        var given = TimeOnly.TryParseExact(cell, ["HH:mm", "H:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var at);
        time = given ? at : null;
        return given || cell.Length == 0;
    }

    private static string? Names(string cell)
    {
        var words = cell.Split(['|', ';', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var names = Array.ConvertAll(words, AllergenWords.Read);
        return names.Contains(null) ? null : Joined(names!);
    }

    private static string Joined(IEnumerable<string> names) =>
        string.Join('|', names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
}
