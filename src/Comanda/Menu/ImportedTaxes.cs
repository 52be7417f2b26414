using Comanda.Data;
using Comanda.Taxes;

namespace Comanda.Menu;

/// <summary>What an imported menu says of taxes and deposits, held against the shop's taxes and the rest of its menu.</summary>
internal static class ImportedTaxes
{
    /// <summary>The same rules as for an item that is changed by itself (<see cref="ItemTaxes"/>).</summary>
    /// <param name="line">Of the file.</param>
    /// <param name="cells">What it says.</param>
    /// <param name="before">The item that it changes; what it was may stay, whatever the table says since.</param>
    /// <param name="after">What it makes of it.</param>
    /// <param name="taxes">Of the shop; a new one has none yet.</param>
    /// <param name="errors">Where it is told what is wrong.</param>
    public static void Check(
        int line, Dictionary<string, string> cells, MenuRow? before, MenuRow after, TaxTable? taxes, List<ImportError> errors)
    {
        bool Says(string column) => cells.GetValueOrDefault(column, "").Length > 0;
        foreach (var column in (string[])["tax_class", "tax_split"])
        {
            if (Says("tax_rate") && Says(column))
                errors.Add(new(line, column, "goes without tax_rate: one or the other says what it bears"));
        }

        if (after.TaxClass.Length > 0 && after.TaxClass != before?.TaxClass && taxes?.Has(after.TaxClass) != true)
            errors.Add(new(line, "tax_class", "is no class of the shop's taxes"));
        if (after.TaxSplit != (before?.TaxSplit ?? "") && TaxSplit.ReadText(after.TaxSplit)?.All(s => taxes?.Has(s.Class) == true) == false)
            errors.Add(new(line, "tax_split", "has a class that is none of the shop's taxes"));
        if (after.IsDeposit && after is { Unit: not null } or { IsDeposit: true, IsCombo: true })
            errors.Add(new(line, "is_deposit", "is false of a combo, and of what is sold by weight"));
    }

    /// <summary>A deposit is named by the name of an item, of the menu or of the file, that is one.</summary>
    public static void CheckDeposits(
        List<MenuRow> menu, List<(int Line, MenuRow? Before, MenuRow After)> plan, List<ImportError> errors)
    {
        var touched = plan.Select(p => p.Before?.Id).ToHashSet();
        var deposits = menu.Where(m => !touched.Contains(m.Id)).Concat(plan.Select(p => p.After))
            .Where(m => m.IsDeposit)
            .Select(m => m.Name)
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var (line, _, after) in plan.Where(p => p.After.Deposit.Length > 0))
        {
            if (errors.Count >= CsvUpload.MostErrors)
                return;
            if (!deposits.Contains(after.Deposit))
                errors.Add(new(line, "deposit_item", "is no deposit of the menu or of this file (is_deposit)"));
            else if (after.IsDeposit)
                errors.Add(new(line, "deposit_item", "goes with goods, not with a deposit"));
        }
    }
}
