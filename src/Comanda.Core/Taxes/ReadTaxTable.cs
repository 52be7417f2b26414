namespace Comanda.Taxes;

/// <summary>Reads a table of taxes, and tells all that is wrong with it at once, field by field.</summary>
public static class ReadTaxTable
{
    private const int MostClasses = 200, MostRows = 2000, MostPieces = 100_000, LargestPriority = 1000;

    public static TaxTable? From(TaxTableWire wire, Currency currency, FieldErrors errors)
    {
        var given = wire.Classes ?? [];
        var givenRows = wire.Rows ?? [];
        errors.Check(given.Length is >= 1 and <= MostClasses, "classes", $"must have 1 to {MostClasses} classes");
        errors.Check(wire.Rows is not null && givenRows.Length <= MostRows, "rows", $"must be a list of at most {MostRows} rows");
        if (errors.Any)
            return null;
        var classes = new List<TaxClass>(given.Length);
        var codes = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < given.Length; i++)
        {
            if (ReadClass(given[i], $"classes[{i}]", errors) is not { } read)
                continue;
            errors.Check(codes.Add(read.Code), $"classes[{i}].code", $"'{read.Code}' is there twice");
            classes.Add(read);
        }

        var rows = new TaxRow?[givenRows.Length];
        for (var i = 0; i < rows.Length; i++)
            rows[i] = ReadRow(givenRows[i], $"rows[{i}]", codes, currency, errors);
        Compare(rows, errors);
        errors.Check(
            wire.DefaultClass is null || codes.Contains(wire.DefaultClass),
            "default_class",
            "is no class of this table");
        return errors.Any ? null : new(classes, [.. rows.Select(r => r!)], wire.DefaultClass ?? classes[0].Code);
    }

    /// <summary>Letters, digits, - and _: what items, options and certificates call a class.</summary>
    public static bool IsCode(string? code) =>
        code is { Length: >= 1 and <= 40 } && code.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static TaxClass? ReadClass(TaxClassWire? wire, string at, FieldErrors errors)
    {
        if (wire is null)
        {
            errors.Add(at, "must be an object");
            return null;
        }

        errors.Check(IsCode(wire.Code), at + ".code", "is required: up to 40 letters, digits, - and _");
        errors.Check(wire.Name is null || IsText(wire.Name, 100), at + ".name", "must be 1 to 100 characters");
        return wire.Code is null ? null : new(wire.Code, wire.Name ?? wire.Code);
    }

    private static TaxRow? ReadRow(TaxRowWire? wire, string at, HashSet<string> codes, Currency currency, FieldErrors errors)
    {
        if (wire is null)
        {
            errors.Add(at, "must be an object");
            return null;
        }

        errors.Check(wire.Class is not null && codes.Contains(wire.Class), at + ".class", "is no class of this table");
        errors.Check(IsText(wire.Name, 40), at + ".name", "is required, at most 40 characters");
        errors.Check(wire.Authority is null || IsText(wire.Authority, 60), at + ".authority", "must be 1 to 60 characters");
        errors.Check(wire.Letter is null || IsText(wire.Letter, 4), at + ".letter", "must be 1 to 4 characters");
        errors.Check(
            wire.Priority is null or (>= -LargestPriority and <= LargestPriority),
            at + ".priority",
            $"must be from -{LargestPriority} to {LargestPriority}");
        errors.Check(wire.From is null || wire.To is null || wire.From <= wire.To, at + ".to", "is before the first day");
        var way = ReadWay(wire.Way, at, errors);
        var (rate, treatment) = ReadRate(wire, at, errors);
        var most = ReadConditions(wire, at, codes, currency, errors);
        return new(wire.Class ?? "", way, wire.Name ?? "", rate, treatment)
        {
            Authority = wire.Authority,
            Letter = wire.Letter,
            Priority = wire.Priority ?? 0,
            From = wire.From,
            To = wire.To,
            Group = wire.Group is null or [] ? null : wire.Group,
            MinPieces = wire.MinPieces,
            MaxSum = most,
        };
    }

    private static Way? ReadWay(string? text, string at, FieldErrors errors)
    {
        if (text is null or "any")
            return null;
        if (WireName<Way>.TryParse(text, out var way))
            return way;
        errors.Add(at + ".way", $"must be any, {string.Join(", ", WireName<Way>.All)}");
        return null;
    }

    private static (TaxRate Rate, TaxTreatment Treatment) ReadRate(TaxRowWire wire, string at, FieldErrors errors)
    {
        var treatment = wire.Rate is > 0 ? TaxTreatment.Taxed : TaxTreatment.Zero;
        errors.Check(
            wire.Treatment is null || WireName<TaxTreatment>.TryParse(wire.Treatment, out treatment),
            at + ".treatment",
            $"must be one of {string.Join(", ", WireName<TaxTreatment>.All)}");
        var rate = TaxRate.Zero;
        if (wire.Rate is null)
            errors.Check(treatment != TaxTreatment.Taxed && wire.Treatment is not null, at + ".rate", "is required");
        else if (!TaxRate.TryFromPercent(wire.Rate.Value, out rate))
            errors.Add(at + ".rate", "must be a number from 0 to 100 with at most 4 decimals");
        else if (treatment is TaxTreatment.Zero or TaxTreatment.Exempt or TaxTreatment.Outside)
            errors.Check(rate == TaxRate.Zero, at + ".rate", $"must be 0 where the treatment is {treatment.ToWire()}");
        return (rate, treatment);
    }

    private static Money? ReadConditions(TaxRowWire wire, string at, HashSet<string> codes, Currency currency, FieldErrors errors)
    {
        var group = wire.Group ?? [];
        for (var g = 0; g < group.Length; g++)
            errors.Check(group[g] is { } code && codes.Contains(code), $"{at}.group[{g}]", "is no class of this table");
        errors.Check(wire.MinPieces is null or (>= 1 and <= MostPieces), at + ".min_pieces", $"must be from 1 to {MostPieces}");
        return wire.MaxSum is { } sum ? errors.MoneyOrNone(at + ".max_sum", sum, currency) : null;
    }

    /// <summary>
    /// Rows of one priority that hold on one day, for one cell: of one name they would charge one tax twice, which is what opening a new
    /// rate before the old one is closed would do; and a tax has one letter.
    /// </summary>
    private static void Compare(TaxRow?[] rows, FieldErrors errors)
    {
        var seen = new Dictionary<(string, Way?, int, string, string?), List<int>>();
        var letters = new Dictionary<(string, string?, TaxRate, TaxTreatment), List<int>>();
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i] is not { } row)
                continue;
            if (Earlier(seen, (row.Class, row.Way, row.Priority, row.Name, row.Authority), i, _ => true) is { } same)
            {
                errors.Add(
                    $"rows[{i}].from",
                    $"{row.Name} applies to {row.Class} by rows[{same}] on some of these days: end that one before this begins, "
                        + "or give one of them a higher priority");
            }

            if (Earlier(letters, (row.Name, row.Authority, row.Rate, row.Treatment), i, r => r.Letter != row.Letter) is { } other)
                errors.Add($"rows[{i}].letter", $"must be that of rows[{other}], which is the same tax");
        }

        int? Earlier<TKey>(Dictionary<TKey, List<int>> index, TKey key, int i, Func<TaxRow, bool> matters)
            where TKey : notnull
        {
            if (!index.TryGetValue(key, out var before))
                index[key] = before = [];
            var found = before.FindIndex(b => rows[b]!.Meets(rows[i]!) && matters(rows[b]!));
            int? earlier = found < 0 ? null : before[found];
            before.Add(i);
            return earlier;
        }
    }

    private static bool IsText(string? text, int most) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= most && PlainText.Is(text, TextKind.Line);
}
