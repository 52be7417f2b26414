using System.Text.Json;
using Comanda.Kernel;

namespace Comanda.Registers;

/// <summary>A row of the table of sessions.</summary>
internal sealed record DrawerRow(
    long Id, long RegisterId, string Register, bool Automatic, long Float, DateTimeOffset OpenedAt, string? OpenedBy,
    DateTimeOffset? ClosedAt, string? ClosedBy, long? Counted, long? ZNumber, string? Report, bool Late, long? OpenedById)
{
    public bool IsOpen => ClosedAt is null;

    /// <summary>The figures that stand since the close; null while it is open.</summary>
    public DrawerFigures? Closed => Report is null ? null : JsonSerializer.Deserialize<DrawerFigures>(Report, Json.Options);

    public DrawerView View(DrawerFigures? figures, Currency currency)
    {
        decimal? In(long? minor) => minor is { } m ? new Money(m).In(currency) : null;
        var expected = figures?.Expected(Float);
        return new(
            Id,
            RegisterId,
            Register,
            IsOpen ? "open" : "closed",
            Automatic,
            Late,
            new Money(Float).In(currency),
            OpenedAt,
            OpenedBy,
            ClosedAt,
            ClosedBy,
            ZNumber,
            In(expected),
            In(Counted),
            In(Counted - expected),
            figures?.Orders,
            In(figures?.Sales),
            In(figures?.Tax),
            In(figures?.Tips),
            In(figures?.Discounts),
            In(figures?.ServiceCharges),
            In(figures?.Refunds),
            In(figures?.Rounding),
            In(figures?.GiftCardsSold),
            In(figures?.PaidIn),
            In(figures?.PaidOut),
            figures?.Tenders.ToDictionary(
                t => t.Method,
                t => new TenderView(new Money(t.In).In(currency), new Money(t.Back).In(currency)),
                StringComparer.Ordinal),
            figures?.Rates.Select(r => new RateView(
                r.Name,
                TaxRate.FromTenThousandths(r.Rate).Percent,
                new Money(r.Gross).In(currency),
                new Money(r.Gross - r.Tax).In(currency),
                new Money(r.Tax).In(currency),
                r.Treatment ?? (r.Rate == 0 ? "zero" : "taxed"),
                r.Letter,
                new Money(r.BackGross - r.BackTax).In(currency),
                new Money(r.BackTax).In(currency))).ToList(),
            currency.Code);
    }
}
