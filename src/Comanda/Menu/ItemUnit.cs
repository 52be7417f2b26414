namespace Comanda.Menu;

/// <summary>
/// Whether an item is sold by the piece or by weight, as given. What is weighed is not counted down and is no part of a combo.
/// </summary>
internal static class ItemUnit
{
    private const string GoesWithWeight = "goes with sold_by weight";

    public static void Check(MenuItemInput input, FieldErrors errors)
    {
        var soldBy = errors.OneOf("sold_by", input.SoldBy, SoldBy.Weight);
        errors.OneOf("unit", input.Unit, WeightUnit.Kilogram);
        errors.Check(input.Unit is null || soldBy == SoldBy.Weight, "unit", GoesWithWeight);
    }

    public static void Apply(MenuItemInput input, MenuItem item, FieldErrors errors)
    {
        var given = input.Unit is { } unit ? WireName<WeightUnit>.Parse(unit) : (WeightUnit?)null;
        if (input.SoldBy is null)
            errors.Check(given is null || item.Unit is not null, "unit", GoesWithWeight);
        else if (WireName<SoldBy>.Parse(input.SoldBy) == SoldBy.Piece)
            item.Unit = null;
        else
            item.Unit ??= WeightUnit.Kilogram;
        item.Unit = item.Unit is null ? null : given ?? item.Unit;
        errors.Check(
            item.Unit is null || item.StockQuantity is null,
            "sold_by",
            "cannot be weight while it is counted down; end that first, with a quantity of null (PUT …/stock)");
    }
}
