using System.Text.Json;
using Comanda.Data;
using Npgsql;

namespace Comanda.Registers;

/// <summary>A row of the table of sessions.</summary>
internal sealed record DrawerRow
{
    public required long Id { get; init; }

    public required long RegisterId { get; init; }

    public required string Register { get; init; }

    public required bool Automatic { get; init; }

    public required long Float { get; init; }

    public required DateTimeOffset OpenedAt { get; init; }

    public required string? OpenedBy { get; init; }

    public required DateTimeOffset? ClosedAt { get; init; }

    public required string? ClosedBy { get; init; }

    public required long? Counted { get; init; }

    public required long? ZNumber { get; init; }

    public required string? Report { get; init; }

    public required bool Late { get; init; }

    public required long? OpenedById { get; init; }

    /// <summary>The sessions of a shop, as <see cref="Read"/> takes them.</summary>
    public const string Select =
        """
        select d.id, d.register_id, r.name, d.automatic, d.float, d.opened_at, o.name, d.closed_at, c.name, d.counted, d.z_number, d.report,
            d.late, d.opened_by
        from drawers d join registers r on r.id = d.register_id left join users o on o.id = d.opened_by
        left join users c on c.id = d.closed_by
        where d.shop_id = $1
        """;

    public bool IsOpen => ClosedAt is null;

    /// <summary>The figures that stand since the close; null while it is open.</summary>
    public DrawerFigures? Closed => Report is null ? null : JsonSerializer.Deserialize<DrawerFigures>(Report, Json.Options);

    public static DrawerRow Read(NpgsqlDataReader r) => new()
    {
        Id = r.GetInt64(0),
        RegisterId = r.GetInt64(1),
        Register = r.GetString(2),
        Automatic = r.GetBoolean(3),
        Float = r.GetInt64(4),
        OpenedAt = r.GetFieldValue<DateTimeOffset>(5),
        OpenedBy = r.TextOrNull(6),
        ClosedAt = r.ValueOrNull<DateTimeOffset>(7),
        ClosedBy = r.TextOrNull(8),
        Counted = r.ValueOrNull<long>(9),
        ZNumber = r.ValueOrNull<long>(10),
        Report = r.TextOrNull(11),
        Late = r.GetBoolean(12),
        OpenedById = r.ValueOrNull<long>(13),
    };

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
