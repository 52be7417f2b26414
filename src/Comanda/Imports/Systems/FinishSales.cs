using Comanda.Registers;

namespace Comanda.Imports;

/// <summary>What is done once all files are read: sales without a tender, refunds that do not name their sale.</summary>
internal static class FinishSales
{
    public static void Run(Takeover into)
    {
        into.Sales.RemoveAll(s => !s.Cancelled && s.Lines.Count == 0 && s.Total.IsZero);
        foreach (var sale in into.Sales)
        {
            // Of a Comanda it is known that nobody paid yet.
            if (sale.Payments.Count > 0 || sale.Total.IsZero || sale.Cancelled
                || sale.Ref.StartsWith(OwnExports.System + ":", StringComparison.Ordinal))
                continue;
            sale.Payments.Add(new(PaymentMethod.Other, sale.Total, sale.At));
            into.Note("Of some sales the files do not say how they were paid: their tender is 'other'.");
        }

        FindSales(into);
        NameTwins(into);
    }

    /// <summary>Two refunds that a file writes alike are two, each with a number of its own.</summary>
    private static void NameTwins(Takeover into)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < into.Refunds.Count; i++)
        {
            var refund = into.Refunds[i];
            var count = seen[refund.Ref] = seen.GetValueOrDefault(refund.Ref) + 1;
            if (count > 1)
                into.Refunds[i] = refund with { Ref = $"{refund.Ref}#{count}" };
        }
    }

    /// <summary>To the nearest sale before it that has its items, and of which that much is left.</summary>
    private static void FindSales(Takeover into)
    {
        if (!into.Refunds.Exists(r => r.Of.Length == 0))
            return;
        var byProduct = into.Sales.Where(s => !s.Cancelled)
            .SelectMany(s => s.Lines.Select(l => l.Product).Distinct(StringComparer.Ordinal), (s, p) => (Sale: s, Product: p))
            .ToLookup(p => p.Product, p => p.Sale, StringComparer.Ordinal);
        var gone = new Dictionary<(string Ref, string Product), Money>();
        for (var i = 0; i < into.Refunds.Count; i++)
        {
            var refund = into.Refunds[i];
            if (refund.Of.Length > 0 || refund.Lines.Count == 0)
                continue;
            var sale = byProduct[refund.Lines[0].Product]
                .Where(s => s.At <= refund.At && refund.Lines.TrueForAll(b => Left(s, b.Product, gone) >= b.Amount))
                .MaxBy(s => s.At);
            if (sale is null)
                continue; // told where it is written: it may be one of an earlier import
            foreach (var back in refund.Lines)
                gone[(sale.Ref, back.Product)] = gone.GetValueOrDefault((sale.Ref, back.Product)) + back.Amount;
            into.Refunds[i] = refund with { Of = sale.Ref };
        }
    }

    private static Money Left(TakenSale sale, string product, Dictionary<(string Ref, string Product), Money> gone) =>
        sale.Lines.Where(l => l.Product == product).Aggregate(Money.Zero, (sum, l) => sum + l.Total)
            - gone.GetValueOrDefault((sale.Ref, product));
}
