using Comanda.Data;
using Comanda.Kernel;
using Npgsql;

namespace Comanda.Menu;

/// <summary>
/// Finds items by words: each word of the query must begin a word of the item, or be nearly one of its words ("capucino"
/// finds cappuccino; trigrams, pg_trgm). Accents and case do not count. Answers ids, the best first; what they are is
/// read from the menu in memory.
/// </summary>
public sealed class SearchMenu(NpgsqlDataSource database)
{
    /// <summary>Words of a query that count, and items that it finds.</summary>
    private const int MostWords = 8, MostFound = 500;

    public async Task<List<long>> Find(long shopId, string query, CancellationToken cancel)
    {
        var folded = SearchText.Fold(query);
        var words = folded.Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(MostWords).Select(w => w.Length > 40 ? w[..40] : w).ToArray();
        if (words.Length == 0)
            return [];
        // Words hold letters and digits only, so nothing in them means anything to LIKE.
        var values = new List<object?> { shopId, string.Join(' ', words) };
        var conditions = words.Select(word =>
        {
            values.Add("% " + word + "%");
            values.Add(word);
            return word.Length < 3 ? $"search_text like ${values.Count - 1} and ${values.Count} <> ''" : $"(search_text like ${values.Count - 1} or ${values.Count} <<% search_text)";
        });
        await using var command = database.Command(
            $"""
            select id from menu_items
            where shop_id = $1 and archived_at is null and {string.Join(" and ", conditions)}
            order by search_name = $2 desc, search_name like $2 || '%' desc, ' ' || search_name like '% ' || $2 || '%' desc, strict_word_similarity($2, search_name) desc, length(search_name), id
            limit {MostFound}
            """,
            [.. values]);
        return await command.List(r => r.GetInt64(0), cancel);
    }
}

/// <summary>What sells best: items by how many were sold in the last 30 days. Counted at most once in a few seconds for a shop.</summary>
public sealed class PopularItems(NpgsqlDataSource database, TimeProvider clock)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5), Window = TimeSpan.FromDays(30);

    private readonly System.Collections.Concurrent.ConcurrentDictionary<long, (DateTimeOffset At, Lazy<Task<Dictionary<long, long>>> Sold)> known = [];

    /// <summary>How many of each item were sold; items without a sale are not in it.</summary>
    public async Task<IReadOnlyDictionary<long, long>> Sold(long shopId)
    {
        var now = clock.GetUtcNow();
        var (_, sold) = known.AddOrUpdate(shopId, id => (now, Count(id, now)), (id, old) => now - old.At < Fresh && !(old.Sold.IsValueCreated && old.Sold.Value.IsFaulted) ? old : (now, Count(id, now)));
        return await sold.Value;
    }

    private Lazy<Task<Dictionary<long, long>>> Count(long shopId, DateTimeOffset now) => new(async () =>
    {
        await using var command = database.Command(
            "select menu_item_id, sum(sign * quantity)::bigint from sales_lines where shop_id = $1 and day >= $2 and menu_item_id is not null group by 1",
            shopId, DateOnly.FromDateTime((now - Window).UtcDateTime));
        return (await command.List(r => (Item: r.GetInt64(0), Sold: r.GetInt64(1)), CancellationToken.None)).Where(s => s.Sold > 0).ToDictionary(s => s.Item, s => s.Sold);
    });
}
