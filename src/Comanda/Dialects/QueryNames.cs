using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Comanda.Dialects;

/// <summary>
/// Filters as the documents spell them: the names of their schemas in camelCase, and pages by number. Unknown parameters are ignored by
/// everybody, so one of these is understood wherever it comes; where ours is there too, ours counts.
/// </summary>
internal static class QueryNames
{
    /// <summary>A page where its size is not said.</summary>
    private const int UsualPage = 50;

    private const string FurtherOn = "further on, follow X-Next-Cursor";

    private static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["isVegetarian"] = "vegetarian",
        ["is_vegetarian"] = "vegetarian",
        ["isFeatured"] = "featured",
        ["is_featured"] = "featured",
        ["isAvailable"] = "available",
        ["is_available"] = "available",
        ["is_active"] = "available",
        ["orderStatus"] = "status",
        ["order_status"] = "status",
        ["orderType"] = "type",
        ["order_type"] = "type",
        ["paymentStatus"] = "payment_status",
        ["query"] = "q",
        ["keyword"] = "q",
        ["search"] = "q",
        ["user"] = "customer_id",
        ["startDate"] = "from",
        ["start_date"] = "from",
        ["endDate"] = "to",
        ["end_date"] = "to",
        ["pageSize"] = "limit",
        ["page_size"] = "limit",
        ["per_page"] = "limit",
    };

    /// <summary>Whether a query may hold one: a cheap look.</summary>
    public static bool Concerns(string? query)
    {
        if (query is not { Length: > 1 })
            return false;
        foreach (var pair in new QueryStringEnumerable(query))
        {
            var name = pair.EncodedName.Span;
            if (name is "sort" && pair.EncodedValue.Span.ContainsAnyInRange('A', 'Z'))
                return true;
            if (name is "page" or "skip" or "offset" or "query" or "keyword" or "search" or "user"
                || name.StartsWith("is_", StringComparison.Ordinal)
                || name.EndsWith("_date", StringComparison.Ordinal)
                || name.EndsWith("_size", StringComparison.Ordinal)
                || name is "per_page" or "order_status" or "order_type"
                || name.ContainsAnyInRange('A', 'Z'))
                return true;
        }

        return false;
    }

    /// <summary>isFeatured is is_featured.</summary>
    public static string Snake(string name) => name.AsSpan().ContainsAnyInRange('A', 'Z')
        ? System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name)
        : name;

    /// <summary>What to sort by is a name too: <c>-createdAt</c>.</summary>
    private static string ValueOf(string name, string value) => name != "sort" ? value
        : value.StartsWith('-') ? "-" + Snake(value[1..])
        : Snake(value);

    /// <summary>Puts ours in their place; answers the refusal of what is no page.</summary>
    public static Refusal? Read(HttpRequest request)
    {
        if (!Concerns(request.QueryString.Value))
            return null;
        var said = new List<(string Name, string Value)>();
        foreach (var pair in new QueryStringEnumerable(request.QueryString.Value))
            said.Add((pair.DecodeName().ToString(), pair.DecodeValue().ToString()));
        var given = said.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
        var ours = said
            .Select(s => (
                Name: Names.TryGetValue(s.Name, out var known) ? known : Snake(s.Name),
                Value: ValueOf(s.Name, s.Value),
                s.Name))
            .Where(s => s.Item1 == s.Item3 || !given.Contains(s.Item1))
            .Select(s => (Name: s.Item1, s.Value))
            .ToList();
        if (ReadPage(ours) is { } refusal)
            return refusal;
        var query = new StringBuilder();
        foreach (var (name, value) in ours)
        {
            query.Append(query.Length == 0 ? '?' : '&')
                .Append(Uri.EscapeDataString(name))
                .Append('=')
                .Append(Uri.EscapeDataString(value));
        }

        request.QueryString = new(query.ToString());
        return null;
    }

    /// <summary>The rows to pass over, as a cursor that every list understands (<see cref="AskedPage"/>).</summary>
    private static Refusal? ReadPage(List<(string Name, string Value)> query)
    {
        var (page, skip) = (ValueOf("page"), ValueOf("skip") ?? ValueOf("offset"));
        if ((page is null && skip is null) || ValueOf("cursor") is not null)
            return null;
        var limit = UsualPage;
        if (ValueOf("limit") is { } size)
        {
            if (!int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > 200)
                return null; // the list itself says what it may be
        }
        else
        {
            query.Add(("limit", UsualPage.ToString(CultureInfo.InvariantCulture)));
        }

        long over;
        if (skip is not null)
        {
            if (!long.TryParse(skip, NumberStyles.None, CultureInfo.InvariantCulture, out over) || over > AskedPage.MostSkipped)
                return Refusal.OfField("skip", $"must be a whole number from 0 to {AskedPage.MostSkipped}; {FurtherOn}");
        }
        else
        {
            if (!int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
                return Refusal.OfField("page", "must be a whole number from 1 on");
            over = (number - 1L) * limit;
            if (over > AskedPage.MostSkipped)
                return Refusal.OfField("page", $"must not pass over more than {AskedPage.MostSkipped} rows; {FurtherOn}");
        }

        if (over > 0)
            query.Add(("cursor", AskedPage.Skipping(over)));
        return null;

        string? ValueOf(string name) => query.Where(q => q.Name == name).Select(q => q.Value).FirstOrDefault();
    }
}
