using Comanda.Taxes;

namespace Comanda.Tests.Taxes;

/// <summary>Baskets of any kind under any rules, out of one number.</summary>
internal sealed class AnyBasket
{
    private static readonly decimal[] Rates = [0, 0.375m, 2.5m, 4, 4.9m, 7, 9.975m, 10, 19, 25, 100];

    public AnyBasket(int seed, bool withBack = false)
    {
        var random = new Random(seed);
        var codes = Enumerable.Range(0, random.Next(1, 5)).Select(i => $"class-{i}").ToArray();
        var rows = new List<TaxRow>();
        foreach (var code in codes)
        {
            for (var tax = random.Next(0, 4); tax > 0; tax--)
            {
                rows.Add(new(
                    code,
                    random.Next(4) == 0 ? Way.DineIn : null,
                    $"T{random.Next(5)}",
                    TaxRate.OfPercent(Rates[random.Next(Rates.Length)]),
                    random.Next(8) == 0 ? TaxTreatment.Exempt : TaxTreatment.Taxed)
                {
                    Priority = random.Next(2),
                    MinPieces = random.Next(6) == 0 ? random.Next(1, 9) : null,
                    MaxSum = random.Next(6) == 0 ? new Money(random.Next(1, 2000)) : null,
                });
            }
        }

        Table = new([.. codes.Select(c => new TaxClass(c, c))], [.. rows.DistinctBy(r => (r.Class, r.Way, r.Priority, r.Name))], codes[0]);
        Policy = new(random.Next(2) == 0, (TaxLevel)random.Next(3), (TaxMode)random.Next(3), random.Next(3) == 0);
        var largest = random.Next(5) switch { 0 => 3, 1 => 1_000_000_000, _ => 5000 };
        var lines = Enumerable.Range(0, random.Next(1, 12)).Select(_ =>
            new TaxableLine(Code(), (Way)random.Next(4), new(random.Next(largest) * (withBack && random.Next(3) == 0 ? -1 : 1)))
            {
                Pieces = random.Next(1, 8),
                AlreadyTaxed = random.Next(15) == 0,
                Split = random.Next(5) == 0 ? [new(Code(), random.Next(0, 100)), new(Code(), random.Next(0, 100))] : [],
            }).ToList();
        var most = lines.Sum(l => Math.Max(0, l.Amount.Minor));
        Basket = new(lines, new(2026, 5, 1))
        {
            Discount = random.Next(2) == 0 ? new(random.NextInt64(most + 1)) : Money.Zero,
            Service = AnyCharge(),
            Delivery = AnyCharge(),
            Exemption = random.Next(6) == 0 ? new("ST-120", [codes[0]]) : null,
        };

        string Code() => codes[random.Next(codes.Length)];

        Charge? AnyCharge() => random.Next(3) > 0
            ? null
            : new(
                random.Next(2) == 0 ? TaxRate.OfPercent(12.5m) : TaxRate.Zero,
                new(random.Next(400)),
                (ChargeTaxed)random.Next(2))
            { On = random.Next(2) == 0 ? Way.DineIn : null };
    }

    public TaxTable Table { get; }

    public TaxPolicy Policy { get; }

    public TaxableBasket Basket { get; }

    public TaxedBasket Taxed => TaxBasket.Tax(Table, Policy, Basket);

    /// <summary>All of it brought back.</summary>
    public static TaxableBasket Mirrored(TaxableBasket basket) => basket with
    {
        Lines = [.. basket.Lines.Select(l => l with { Amount = -l.Amount })],
        Discount = -basket.Discount,
        Service = basket.Service is { } service ? service with { Fixed = -service.Fixed } : null,
        Delivery = basket.Delivery is { } fee ? fee with { Fixed = -fee.Fixed } : null,
    };
}
