using System.Globalization;
using System.Text.Json;
using Comanda.Taxes;

namespace Comanda.Tests.Taxes;

/// <summary>
/// A basket of the shared cases, whose conventions stand at the file's head. Its rates become rows, its rules rows of a higher
/// priority; what was heated is of another class, as an option ("toasted") would make it.
/// </summary>
internal sealed class TaxCase(JsonElement json)
{
    private static readonly string? File = CafeApp.Shared is { } data
        ? Path.Combine(Path.GetDirectoryName(data)!, "spec", "tax-cases.json")
        : null;

    private static readonly Lazy<Dictionary<string, JsonElement>> Cases = new(() =>
        File is null || !System.IO.File.Exists(File)
            ? []
            : JsonDocument.Parse(System.IO.File.ReadAllText(File)).RootElement.GetProperty("cases").EnumerateArray()
                .ToDictionary(c => c.GetProperty("id").GetString()!));

    public Currency Currency { get; } = Currency.Of(json.GetProperty("currency").GetString()!);

    public Way Type => WireName<Way>.Parse(Way(json)!);

    /// <summary>Whether an order can be asked for it today: none of its lines is handed over for a voucher.</summary>
    public bool IsPlain => !Basket().Lines.Any(l => l.AlreadyTaxed);

    /// <summary>The customer's certificate as the API takes it; null where there is none.</summary>
    public object? Certificate => Basket().Exemption is { } exemption
        ? new { number = "47-11", kind = exemption.Name, classes = exemption.Classes }
        : null;

    public decimal Tip => json.TryGetProperty("tip", out var tip) ? Amount(tip).In(Currency) : 0;

    /// <summary>The shop's settings, as they are stored.</summary>
    public (string Key, string Value)[] Settings()
    {
        var (policy, cash, basket) = (Policy, Cash, Basket());
        object Service(Charge charge) => new
        {
            type = charge.Fixed.IsZero ? "percentage" : "fixed",
            value = charge.Fixed.IsZero ? charge.Percent.Percent : charge.Fixed.In(Currency),
            taxed = charge.Taxed.ToWire(),
            on = charge.On is null ? "order" : charge.On.Value.ToWire(),
        };
        return
        [
            ("currency", Currency.Code),
            ("prices_include_tax", policy.PricesIncludeTax ? "true" : "false"),
            ("tax_rounding", policy.Level.ToWire()),
            ("tax_mode", policy.Mode.ToWire()),
            ("tax_aggregate", policy.Aggregate ? "true" : "false"),
            ("service_charge", basket.Service is { } service ? Json.Write(Service(service)) : "0"),
            ("delivery_fee", basket.Delivery is { } fee
                ? Json.Write(new { amount = fee.Fixed.In(Currency), taxed = fee.Taxed.ToWire() })
                : "0"),
            ("cash_rounding", cash.Step.In(Currency).ToString(CultureInfo.InvariantCulture)),
            ("cash_tie", cash.Tie.ToWire()),
            ("cash_scope", cash.Scope.ToWire()),
            ("cash_small", cash.SmallUpTo.IsZero
                ? "{}"
                : Json.Write(new { up_to = cash.SmallUpTo.In(Currency), due = (object?)cash.SmallDue?.In(Currency) ?? "exact" })),
        ];
    }

    /// <summary>How it is paid: cash as cash, all else by card; all of it by card where the case does not say.</summary>
    public object[] Payments()
    {
        if (!json.TryGetProperty("tender", out var tenders))
            return [new { method = "card" }];
        return
        [
            .. tenders.EnumerateArray().Select(t => (object)new
            {
                method = t.GetProperty("method").GetString() == "cash" ? "cash" : "card",
                amount = t.TryGetProperty("amount", out var amount) ? Amount(amount).In(Currency) : (decimal?)null,
                tendered = t.TryGetProperty("tendered", out var handed) ? Amount(handed).In(Currency) : (decimal?)null,
            }),
        ];
    }

    public static IReadOnlyCollection<string> Ids => Cases.Value.Keys;

    public JsonElement Expect => json.GetProperty("expect");

    public TaxPolicy Policy => new(
        json.GetProperty("prices_include_tax").GetBoolean(),
        WireName<TaxLevel>.Parse(Rounding.GetProperty("tax").GetString()!),
        WireName<TaxMode>.Parse(Rounding.GetProperty("mode").GetString()!),
        Rounding.TryGetProperty("aggregate", out var aggregate) && aggregate.GetBoolean());

    public CashRounding Cash
    {
        get
        {
            if (!Rounding.TryGetProperty("cash", out var cash))
                return CashRounding.None;
            var rounding = new CashRounding(
                Amount(cash.GetProperty("step")),
                WireName<CashTie>.Parse(cash.GetProperty("tie").GetString()!),
                WireName<CashScope>.Parse(cash.GetProperty("scope").GetString()!));
            return cash.TryGetProperty("small", out var small)
                ? rounding with
                {
                    SmallUpTo = Amount(small.GetProperty("up_to")),
                    SmallDue = small.GetProperty("due").GetString() == "exact" ? null : Amount(small.GetProperty("due")),
                }
                : rounding;
        }
    }

    private JsonElement Rounding => json.GetProperty("rounding");

    public static TaxCase Of(string id) => new(Cases.Value[id]);

    public Money Amount(JsonElement amount) =>
        Money.TryFrom(decimal.Parse(amount.GetString()!, CultureInfo.InvariantCulture), Currency, out var money)
            ? money
            : throw new FormatException($"{amount} {Currency.Code}");

    public TaxTable Table()
    {
        var rows = new List<TaxRowWire>();
        foreach (var cell in json.GetProperty("rates").EnumerateObject())
        {
            foreach (var way in cell.Value.EnumerateObject())
                rows.AddRange(Rows(cell.Name, way.Name, way.Value, json.GetProperty("country").GetString() == "IN"));
        }

        var rules = Rules().ToList();
        foreach (var (i, rule) in rules.Index())
        {
            var when = rule.GetProperty("when");
            var classes = Texts(rule.GetProperty("classes"));
            foreach (var of in classes)
            {
                rows.AddRange(Rows(of + Served(when), Way(rule) ?? "any", rule.GetProperty("taxes"), false).Select(r => r with
                {
                    Priority = rules.Count - i,
                    Group = when.TryGetProperty("served", out _) ? null : classes,
                    MinPieces = when.TryGetProperty("classes_quantity_min", out var pieces) ? pieces.GetInt32() : null,
                    MaxSum = when.TryGetProperty("classes_total_max", out var sum) ? Amount(sum).In(Currency) : null,
                }));
            }
        }

        // A class may be there to be counted alone.
        var codes = rows.SelectMany(r => (r.Group ?? []).Append(r.Class!)).Distinct().Select(c => new TaxClassWire(c, null));
        var errors = new FieldErrors();
        var table = ReadTaxTable.From(new([.. codes], [.. rows], null), Currency, errors);
        return table ?? throw new FormatException(Json.Write(errors.ToRefusal().Errors));
    }

    public TaxableBasket Basket()
    {
        var served = Rules().Where(r => r.GetProperty("when").TryGetProperty("served", out _)).ToList();
        var lines = json.GetProperty("items").EnumerateArray().Select(item =>
        {
            var of = item.GetProperty("class").GetString()!;
            var quantity = item.GetProperty("quantity").GetInt32();
            var how = item.TryGetProperty("served", out var hot) ? "-" + hot.GetString() : "";
            if (served.Exists(r => Served(r.GetProperty("when")) == how && Texts(r.GetProperty("classes")).Contains(of)))
                of += how;
            return new TaxableLine(
                of,
                WireName<Way>.Parse(Way(item) ?? Way(json)!),
                Amount(item.GetProperty("price")) * quantity)
            {
                Pieces = quantity,
                AlreadyTaxed = item.TryGetProperty("already_taxed", out var taxed) && taxed.GetBoolean(),
                Split = item.TryGetProperty("split", out var split)
                    ? [.. split.EnumerateArray().Select(s => new ClassShare(
                        s.GetProperty("class").GetString()!,
                        (long)(decimal.Parse(s.GetProperty("share").GetString()!, CultureInfo.InvariantCulture) * 10_000)))]
                    : [],
            };
        }).ToList();
        return new(lines, DateOnly.Parse(json.GetProperty("date").GetString()!, CultureInfo.InvariantCulture))
        {
            Discount = json.TryGetProperty("discount", out var discount)
                ? discount.GetProperty("type").GetString() == "percent"
                    ? TaxBasket.DiscountOf(Percent(discount.GetProperty("value")), lines)
                    : Amount(discount.GetProperty("value"))
                : Money.Zero,
            Service = json.TryGetProperty("service_charge", out var service) ? ReadCharge(service) : null,
            Delivery = json.TryGetProperty("delivery_fee", out var fee) ? ReadCharge(fee) : null,
            Exemption = json.TryGetProperty("customer", out var customer)
                ? new(customer.GetProperty("certificate").GetString()!, Texts(customer.GetProperty("exempt_classes")))
                : null,
        };
    }

    /// <summary>The table with the rows of the case's day alone, so that it holds on any day.</summary>
    public TaxTableWire TableOfTheDay()
    {
        var (table, day) = (Table(), Basket().Day);
        var rows = table.Rows.Where(r => r.Holds(day)).Select(r => r with { From = null, To = null }).ToList();
        return TaxTableWire.Of(new(table.Classes, rows, table.DefaultClass), Currency);
    }

    /// <summary>Each line with its name and the price of one.</summary>
    public IEnumerable<(TaxableLine Line, string Name, decimal Price)> Lines() => Basket().Lines.Zip(
        json.GetProperty("items").EnumerateArray(),
        (line, item) => (line, item.GetProperty("name").GetString()!, Amount(item.GetProperty("price")).In(Currency)));

    /// <summary>The order's discount as the API takes it.</summary>
    public object? Discount()
    {
        if (!json.TryGetProperty("discount", out var discount))
            return null;
        var type = discount.GetProperty("type").GetString() == "percent" ? "percentage" : "fixed";
        return new
        {
            type,
            value = decimal.Parse(discount.GetProperty("value").GetString()!, CultureInfo.InvariantCulture),
            reason = "case",
        };
    }

    /// <summary>By name, then rate.</summary>
    public List<(string Name, decimal Rate, decimal Net, decimal Tax)> ExpectedTaxes() =>
    [
        .. Expect.GetProperty("taxes").EnumerateArray()
            .Select(t => (
                t.GetProperty("name").GetString()!,
                Percent(t.GetProperty("rate")).Percent,
                Amount(t.GetProperty("net")).In(Currency),
                Amount(t.GetProperty("tax")).In(Currency)))
            .OrderBy(t => t.Item1, StringComparer.Ordinal)
            .ThenBy(t => t.Item2),
    ];

    /// <summary>What is due in cash, and the change of what is handed over.</summary>
    public (Money Due, Money? Change) Settle(Money total)
    {
        var tenders = json.TryGetProperty("tender", out var tender) ? tender.EnumerateArray().ToList() : [];
        var others = tenders.Where(t => t.TryGetProperty("amount", out _))
            .Aggregate(Money.Zero, (sum, t) => sum + Amount(t.GetProperty("amount")));
        var due = Cash.Due(total, others);
        Money? change = null;
        foreach (var handed in tenders.Where(t => t.TryGetProperty("tendered", out _)))
            change = Amount(handed.GetProperty("tendered")) - due;
        return (due, change);
    }

    public static TaxRate Percent(JsonElement percent) =>
        TaxRate.OfPercent(decimal.Parse(percent.GetString()!, CultureInfo.InvariantCulture));

    private static IEnumerable<TaxRowWire> Rows(string of, string way, JsonElement taxes, bool platform)
    {
        if (taxes.GetArrayLength() == 0)
        {
            yield return new()
            {
                Class = of,
                Way = way,
                Name = "none",
                Treatment = platform ? "by_platform" : "exempt",
            };
        }

        foreach (var tax in taxes.EnumerateArray())
        {
            yield return new()
            {
                Class = of,
                Way = way,
                Name = tax.GetProperty("name").GetString(),
                Rate = decimal.Parse(tax.GetProperty("rate").GetString()!, CultureInfo.InvariantCulture),
                From = Day(tax, "from"),
                To = Day(tax, "to"),
            };
        }
    }

    private static DateOnly? Day(JsonElement tax, string name) =>
        tax.TryGetProperty(name, out var day) ? DateOnly.Parse(day.GetString()!, CultureInfo.InvariantCulture) : null;

    private static string? Way(JsonElement of) => of.TryGetProperty("order_type", out var way) ? way.GetString() : null;

    private static string Served(JsonElement when) => when.TryGetProperty("served", out var served) ? "-" + served.GetString() : "";

    private static string[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(t => t.GetString()!)];

    private IEnumerable<JsonElement> Rules() => json.TryGetProperty("rules", out var rules) ? rules.EnumerateArray() : [];

    private Charge ReadCharge(JsonElement charge)
    {
        var percent = charge.TryGetProperty("type", out var type) && type.GetString() == "percent";
        return new(
            percent ? Percent(charge.GetProperty("value")) : TaxRate.Zero,
            percent ? Money.Zero : Amount(charge.TryGetProperty("amount", out var amount) ? amount : charge.GetProperty("value")),
            charge.TryGetProperty("tax", out var tax) && tax.GetString() == "none" ? ChargeTaxed.None : ChargeTaxed.AsItems)
        {
            On = charge.TryGetProperty("on", out var on) && WireName<Way>.TryParse(on.GetString(), out var way) ? way : null,
        };
    }
}
