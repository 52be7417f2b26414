namespace Comanda.Imports;

/// <summary>What an import would do, as it is kept and answered.</summary>
internal sealed record PlannedImport(
    IReadOnlyList<ImportFileView> Files,
    ImportPlanView Plan,
    IReadOnlyList<ImportDayView> TotalsByDay,
    IReadOnlyList<ImportQuestionView> Questions,
    IReadOnlyList<string> Notes)
{
    public static PlannedImport Of(HeldAgainst held)
    {
        var takeover = held.Takeover;
        ImportCountView[] counts =
        [
            Count("sales", held.Sales.Select(s => s.Standing)),
            Count("refunds", held.Refunds.Select(r => r.Standing)),
            Count("items", held.Products.Select(p => p.Standing)),
            Count("guests", held.Guests.Select(g => g.Standing)),
            Count("categories", held.Categories.Select(c => c.Standing)),
            Count("gift_cards", held.Cards.Select(c => c.Standing)),
            Count("stock", held.Stock.Select(s => s.Standing)),
        ];
        return new(
            [.. takeover.Files.Select(f => new ImportFileView(f.Name, f.System, f.Kind, f.Rows))],
            new(
                counts.Sum(c => c.New),
                counts.Sum(c => c.Changed),
                counts.Sum(c => c.Same),
                held.Sales.Count(s => s.Of.Cancelled),
                takeover.RefusedRows,
                [.. takeover.Refused.Select(r => new RefusedRowView(r.File, r.Line, r.Field, r.Message))],
                [.. counts.Where(c => c.New + c.Changed + c.Same > 0)]),
            Days(held),
            [.. takeover.Questions.Select(q => new ImportQuestionView(q.Name, q.File, q.Why, AnswersTo(q.Name)))],
            [.. takeover.Notes]);
    }

    public static ImportKind KindOf(Takeover takeover)
    {
        var kinds = takeover.Files.Select(f => f.Kind == KnownExports.Payments ? KnownExports.Sales : f.Kind)
            .Distinct(StringComparer.Ordinal).ToList();
        return kinds switch
        {
            [] => ImportKind.Nothing,
            [KnownExports.Sales] => ImportKind.Sales,
            [KnownExports.Catalogue] => ImportKind.Catalogue,
            [KnownExports.Customers] => ImportKind.Customers,
            _ => ImportKind.Several,
        };
    }

    private static string[] AnswersTo(string question) => question switch
    {
        ImportQuestions.DateOrder => [.. WireName<DateOrder>.All],
        ImportQuestions.DecimalMark => ["point", "comma"],
        _ => [],
    };

    private static ImportCountView Count(string what, IEnumerable<Standing> standings)
    {
        var (fresh, changed, same) = (0L, 0L, 0L);
        foreach (var standing in standings)
        {
            fresh += standing == Standing.New ? 1 : 0;
            changed += standing is Standing.Changed or Standing.Gone ? 1 : 0;
            same += standing == Standing.Same ? 1 : 0;
        }

        return new(what, fresh, changed, same);
    }

    private sealed class Day
    {
        public long Orders { get; set; }

        public Money Sales { get; set; }

        public Money Tax { get; set; }

        public Money Tips { get; set; }

        public Money Refunds { get; set; }

        public SortedDictionary<string, Money> Tenders { get; } = new(StringComparer.Ordinal);
    }

    private static List<ImportDayView> Days(HeldAgainst held)
    {
        var takeover = held.Takeover;
        var days = new SortedDictionary<DateOnly, Day>();
        Day On(DateOnly day) => days.TryGetValue(day, out var known) ? known : days[day] = new();
        foreach (var sale in held.Sales.Select(s => s.Of).Where(s => !s.Cancelled))
        {
            var day = On(sale.Day ?? takeover.Days.Of(sale.At));
            day.Orders++;
            day.Sales += sale.Total - sale.Tip;
            day.Tax += sale.Lines.Aggregate(Money.Zero, (sum, l) => sum + l.Tax);
            day.Tips += sale.Tip;
            foreach (var payment in sale.Payments)
                day.Tenders[payment.Method.ToWire()] = day.Tenders.GetValueOrDefault(payment.Method.ToWire()) + payment.Amount;
        }

        foreach (var refund in held.Refunds.Select(r => r.Of))
            On(refund.Day ?? takeover.Days.Of(refund.At)).Refunds += refund.Amount;
        foreach (var said in takeover.Said.Keys)
            On(said);
        var currency = takeover.Currency;
        return
        [
            .. days.Select(d =>
            {
                var inFile = takeover.Said.GetValueOrDefault(d.Key);
                var (of, all) = (d.Value, d.Value.Sales - d.Value.Refunds);
                return new ImportDayView(
                    d.Key,
                    of.Orders,
                    of.Sales.In(currency),
                    of.Tax.In(currency),
                    of.Tips.In(currency),
                    of.Refunds.In(currency),
                    of.Tenders.ToDictionary(t => t.Key, t => t.Value.In(currency), StringComparer.Ordinal),
                    inFile.In(currency),
                    (all - inFile).In(currency));
            }),
        ];
    }
}
