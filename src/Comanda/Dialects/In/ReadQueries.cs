using System.Globalization;
using System.Text.Json;
using Comanda.Kernel;
using Microsoft.Extensions.Primitives;

namespace Comanda.Dialects;

/// <summary>
/// The door for queries: what the documents call filters and pages, under our names. A parameter that nobody knows is ignored, as ever.
/// </summary>
internal sealed class ReadQueries(RequestDelegate next, OwnRow.Door door)
{
    /// <summary>Rows that are gone over at most to come to a page by its number.</summary>
    private const int MostSkipped = 20_000;

    private const int WithoutLimit = 20, MostOfAPage = 200;

    private static readonly Dictionary<string, string> OfItems = new(StringComparer.Ordinal)
    {
        ["query"] = "q",
        ["search"] = "q",
        ["is_available"] = "available",
        ["is_active"] = "available",
        ["in_stock"] = "available",
        ["is_featured"] = "featured",
        ["is_vegetarian"] = "vegetarian",
        ["category_id"] = "category",
        ["sort_by"] = "sort",
    };

    private static readonly Dictionary<string, string> OfPeriods = new(StringComparer.Ordinal)
    {
        ["start_date"] = "from",
        ["end_date"] = "to",
        ["date_from"] = "from",
        ["date_to"] = "to",
    };

    private static readonly Dictionary<string, string> OfOrders = new(OfPeriods, StringComparer.Ordinal)
    {
        ["order_status"] = "status",
        ["order_type"] = "type",
        ["user"] = "customer_id",
        ["user_id"] = "customer_id",
        ["customer"] = "customer_id",
        ["search"] = "q",
        ["query"] = "q",
    };

    /// <summary>By the operation that is asked.</summary>
    private static readonly Dictionary<string, Dictionary<string, string>> Names = new(StringComparer.Ordinal)
    {
        ["menu_items"] = OfItems,
        ["search_menu"] = OfItems,
        ["featured_items"] = OfItems,
        ["orders"] = OfOrders,
        ["sales_report"] = OfPeriods,
        ["top_products"] = OfPeriods,
        ["customers"] = new(StringComparer.Ordinal) { ["query"] = "q", ["search"] = "q" },
    };

    /// <summary>Words of a filter that stand for others of ours.</summary>
    private static readonly Dictionary<(string Filter, string Word), string> Words = new()
    {
        [("payment_status", "completed")] = "paid",
        [("payment_status", "pending")] = "unpaid",
        [("sort", "-rating")] = "rating",
        [("sort", "popularity")] = "popular",
    };

    /// <summary>Lists whose cursor is the number of rows before it; the cursor of all others is the last row's id.</summary>
    private static readonly string[] Counted = ["menu_items", "search_menu", "featured_items", "categories", "category_items"];

    public async Task InvokeAsync(HttpContext http)
    {
        var request = http.Request;
        if (request.QueryString.HasValue
            && HttpMethods.IsGet(request.Method)
            && http.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName is { } operation)
        {
            var (asked, page) = Respell(request.Query, Names.GetValueOrDefault(operation));
            if (page is not null && await Turn(http, operation, asked, page) is { } refusal)
            {
                await Problems.Write(http, refusal);
                return;
            }

            if (asked is not null)
                request.QueryString = QueryString.Create(asked);
        }

        await next(http);
    }

    /// <summary>The query in our spelling, where it was not; and the page that it asks for by a number.</summary>
    private static (Dictionary<string, StringValues>? Asked, AskedRows? Page) Respell(
        IQueryCollection query, Dictionary<string, string>? names)
    {
        var (asked, changed) = (new Dictionary<string, StringValues>(StringComparer.OrdinalIgnoreCase), false);
        foreach (var (name, value) in query)
        {
            var snake = JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
            var ours = names?.GetValueOrDefault(snake) ?? snake;
            var said = Words.GetValueOrDefault((ours, value.ToString()));
            changed |= ours != name || said is not null;
            asked.TryAdd(ours, said ?? value);
        }

        var page = asked.ContainsKey("page") || asked.ContainsKey("skip") ? new AskedRows(asked.GetValueOrDefault("page"), asked.GetValueOrDefault("skip")) : null;
        return (changed || page is not null ? asked : null, page);
    }

    private sealed record AskedRows(string? Page, string? Skip);

    private static bool Number(string? text, int least, out int number)
    {
        number = least;
        return text is null
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least);
    }

    /// <summary>Goes to the page by its cursor: in a list that is counted at once, in others over those before it.</summary>
    private async Task<Refusal?> Turn(HttpContext http, string operation, Dictionary<string, StringValues>? asked, AskedRows rows)
    {
        var errors = new FieldErrors();
        var limit = 0;
        errors.Check(Number(rows.Page, 1, out var page), "page", "must be 1 or more");
        errors.Check(Number(rows.Skip, 0, out var skip), "skip", "must be 0 or more");
        if (asked!.TryGetValue("limit", out var most))
            errors.Check(Number(most, 1, out limit) && limit <= MostOfAPage, "limit", $"must be between 1 and {MostOfAPage}");
        else
            limit = WithoutLimit;
        var before = rows.Skip is null ? (long)(page - 1) * Math.Max(limit, 1) : skip;
        errors.Check(before <= MostSkipped, rows.Skip is null ? "page" : "skip", "goes too far; narrow the list by its filters");
        if (errors.Any)
            return errors.ToRefusal();
        asked["limit"] = limit.ToString(CultureInfo.InvariantCulture);
        if (before == 0)
            return null;
        asked["cursor"] = Counted.Contains(operation)
            ? before.ToString(CultureInfo.InvariantCulture)
            : await OwnRow.CursorAfter(http, door, asked, (int)before) ?? "0";
        return null;
    }
}
