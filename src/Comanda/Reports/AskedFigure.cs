using System.Globalization;
using Microsoft.AspNetCore.Mvc;

namespace Comanda.Reports;

/// <summary>Which figure GET /api/reports/why is asked for, as it is named in the reports, and of what.</summary>
public sealed record WhyQuery
{
    /// <summary>Without it, sales: of something, the first of its figures.</summary>
    [FromQuery(Name = "figure")]
    public string? Figure { get; init; }

    /// <summary>One business day, in place of from and to.</summary>
    [FromQuery(Name = "date")]
    public DateOnly? Date { get; init; }

    [FromQuery(Name = "method")]
    public string? Method { get; init; }

    /// <summary>A tax's name; with rate (percent) and treatment where several are called so.</summary>
    [FromQuery(Name = "tax")]
    public string? Tax { get; init; }

    [FromQuery(Name = "rate")]
    public decimal? Rate { get; init; }

    [FromQuery(Name = "treatment")]
    public string? Treatment { get; init; }

    [FromQuery(Name = "hour")]
    public int? Hour { get; init; }

    [FromQuery(Name = "category")]
    public string? Category { get; init; }

    [FromQuery(Name = "type")]
    public string? Type { get; init; }

    /// <summary>A product's id; with unit where it is sold by weight and by the piece.</summary>
    [FromQuery(Name = "product")]
    public long? Product { get; init; }

    [FromQuery(Name = "unit")]
    public string? Unit { get; init; }

    /// <summary>A person's id, or none for what nobody sold.</summary>
    [FromQuery(Name = "person")]
    public string? Person { get; init; }

    /// <summary>A reason's words; empty for none.</summary>
    [FromQuery(Name = "discount_reason")]
    public string? DiscountReason { get; init; }

    [FromQuery(Name = "void_reason")]
    public string? VoidReason { get; init; }

    [FromQuery(Name = "promotion")]
    public long? Promotion { get; init; }

    [FromQuery(Name = "limit")]
    public int? Limit { get; init; }

    [FromQuery(Name = "cursor")]
    public string? Cursor { get; init; }

    [FromQuery(Name = "format")]
    [Words("json", "csv", "xlsx")]
    public string? Format { get; init; }
}

/// <summary>A figure, and the keys of its facets' rows that are asked for.</summary>
internal sealed record AskedFigure(string Name, Figure Figure, string? Of, IReadOnlyList<(string Column, object? Value)> Keys)
{
    public static AskedFigure? Read(WhyQuery query, FieldErrors errors)
    {
        var hour = errors.Between("hour", query.Hour, 0, 23);
        var person = 0L;
        var isPerson = query.Person is null or "none" || long.TryParse(query.Person, CultureInfo.InvariantCulture, out person);
        errors.Check(isPerson, "person", "must be a person's id, or none");
        var rate = TaxRate.Zero;
        errors.Check(query.Rate is null || TaxRate.TryFromPercent(query.Rate.Value, out rate), "rate", "must be a rate in percent");
        errors.Check(
            query.Tax is not null || (query.Rate is null && query.Treatment is null), "tax", "is required with rate or treatment");
        errors.Check(query.Product is not null || query.Unit is null, "product", "is required with unit");
        var sides = new (string Name, string? Given, List<(string, object?)> Keys)[]
        {
            ("method", query.Method, [("method", query.Method)]),
            ("tax", query.Tax, [("name", query.Tax)]),
            ("hour", hour?.ToString("00", CultureInfo.InvariantCulture), [("part", "hour"), ("key", $"{hour:00}")]),
            ("category", query.Category, [("part", "category"), ("key", query.Category)]),
            ("type", query.Type, [("part", "order_type"), ("key", query.Type)]),
            ("product", query.Product?.ToString(CultureInfo.InvariantCulture), [("menu_item_id", query.Product)]),
            ("person", query.Person, [("person", query.Person == "none" ? null : person)]),
            ("discount_reason", query.DiscountReason, Reason("discount", query.DiscountReason)),
            ("void_reason", query.VoidReason, Reason("void", query.VoidReason)),
            ("promotion", query.Promotion?.ToString(CultureInfo.InvariantCulture), [("promotion_id", query.Promotion)]),
        }.Where(s => s.Given is not null).ToList();
        errors.Check(
            sides.Count < 2, sides.LastOrDefault().Name ?? "figure", "cannot be asked together with " + sides.FirstOrDefault().Name);
        var (side, given, keys) = sides.Count > 0 ? sides[0] : ("", null, []);
        if (query.Rate is not null)
            keys.Add(("rate", rate.TenThousandths));
        if (query.Treatment is not null)
            keys.Add(("treatment", query.Treatment));
        if (query.Product is not null && query.Unit is not null)
            keys.Add(("unit", query.Unit == "piece" ? "" : query.Unit));
        var figures = Figures.BySide[side];
        var name = query.Figure ?? figures.Keys.First();
        var figure = figures.GetValueOrDefault(name);
        errors.Check(
            figure is not null,
            "figure",
            $"must be one of {string.Join(", ", figures.Keys)}"
                + (side == "" ? "; with method, tax, hour and so on others" : " with " + side));
        return figure is null ? null : new(name, figure, sides.Count > 0 ? $"{side}={given}" : null, keys);
    }

    /// <summary>The condition on a facet's rows, with values from a number of parameters on.</summary>
    public string Where(int first) => string.Join(
        " and ",
        Keys.Select((k, i) => k.Value is null ? $"{k.Column} is null" : $"{k.Column} = ${first + i}").Prepend("true"));

    /// <summary>Values of the condition; null has its place, so that numbers stay.</summary>
    public IEnumerable<object?> Values => Keys.Select(k => k.Value ?? 0L);

    private static List<(string, object?)> Reason(string what, string? reason) =>
        [("what", what), ("reason", string.IsNullOrEmpty(reason) ? null : reason)];
}
