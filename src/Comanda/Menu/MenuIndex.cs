using System.Buffers;

namespace Comanda.Menu;

/// <summary>
/// The words of a menu, for searching it: each word of a query must be a word of the item or begin one; where no item has
/// such a word, it may be one with a letter or two wrong ("capucino" finds cappuccino). Accents and case do not count. Made
/// from a snapshot when it is first searched; 50,000 items take a few milliseconds to search. Why not in the database:
/// docs/adr/0009.
/// </summary>
public sealed class MenuIndex
{
    /// <summary>Words of a query that count, and letters of each.</summary>
    private const int MostWords = 8, LongestWord = 40;

    /// <summary>
    /// What a word adds to an item's place in the answer: better in its name than elsewhere, better whole than begun or nearly.
    /// </summary>
    private const int Whole = 100, Begun = 70, Nearly = 40, InName = 1000;

    private readonly MenuEntry[] entries;
    private readonly string[] words;
    private readonly (int Entry, bool InName)[][] places;
    private readonly ILookup<int, int> byLength;

    public MenuIndex(IEnumerable<MenuEntry> menu)
    {
        entries = [.. menu];
        var found = new Dictionary<string, List<(int, bool)>>(StringComparer.Ordinal);
        for (var i = 0; i < entries.Length; i++)
        {
            var e = entries[i];
            Add(SearchText.Fold(e.Name), i, true);
            Add(SearchText.Fold($"{e.Category} {e.Description} {e.Details?.Ingredients} {e.Sku} {e.Barcode}"), i, false);
        }

        words = [.. found.Keys];
        Array.Sort(words, StringComparer.Ordinal);
        places = Array.ConvertAll(words, w => found[w].ToArray());
        byLength = Enumerable.Range(0, words.Length).ToLookup(w => words[w].Length);

        void Add(string text, int entry, bool inName)
        {
            foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (!found.TryGetValue(word, out var at))
                    found[word] = at = [];
                if (at.Count == 0 || at[^1].Item1 != entry)
                    at.Add((entry, inName));
            }
        }
    }

    /// <summary>The items that fit a query, the best first.</summary>
    public List<MenuEntry> Find(string query)
    {
        var asked = SearchText.Fold(query)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Take(MostWords)
            .Select(w => w.Length > LongestWord ? w[..LongestWord] : w)
            .ToArray();
        if (asked.Length == 0)
            return [];
        var (scores, best, hits) = (
            ArrayPool<int>.Shared.Rent(entries.Length),
            ArrayPool<int>.Shared.Rent(entries.Length),
            ArrayPool<byte>.Shared.Rent(entries.Length));
        try
        {
            Array.Clear(scores, 0, entries.Length);
            Array.Clear(hits, 0, entries.Length);
            foreach (var (nth, word) in asked.Index())
            {
                Array.Clear(best, 0, entries.Length);
                foreach (var (at, score) in Near(word))
                {
                    foreach (var (entry, inName) in places[at])
                        best[entry] = Math.Max(best[entry], score + (inName ? InName : 0));
                }

                // Only who had all the words before this one stays.
                for (var i = 0; i < entries.Length; i++)
                {
                    if (best[i] > 0 && hits[i] == nth)
                    {
                        hits[i]++;
                        scores[i] += best[i];
                    }
                }
            }

            var found = new List<int>();
            for (var i = 0; i < entries.Length; i++)
            {
                if (hits[i] == asked.Length)
                    found.Add(i);
            }

            var (order, total) = (found.ToArray(), found.ConvertAll(i => ((long)-scores[i] << 20) + entries[i].Name.Length).ToArray());
            Array.Sort(total, order);
            return [.. order.Select(i => entries[i])];
        }
        finally
        {
            ArrayPool<int>.Shared.Return(scores);
            ArrayPool<int>.Shared.Return(best);
            ArrayPool<byte>.Shared.Return(hits);
        }
    }

    /// <summary>The menu's words that a query's word may mean.</summary>
    private List<(int Word, int Score)> Near(string word)
    {
        var near = new List<(int, int)>();
        var at = Array.BinarySearch(words, word, StringComparer.Ordinal);
        for (at = at < 0 ? ~at : at; at < words.Length && words[at].StartsWith(word, StringComparison.Ordinal); at++)
            near.Add((at, words[at].Length == word.Length ? Whole : Begun));
        if (near.Count > 0)
            return near;
        // A word that is not there is a typo: one letter of a short word, two of a longer one, whose first is right.
        var most = word.Length switch { < 4 => 0, < 6 => 1, _ => 2 };
        for (var length = word.Length - most; length <= word.Length + most && most > 0; length++)
        {
            foreach (var candidate in byLength[length])
            {
                var distance = Distance(word, words[candidate], most);
                if (distance <= (words[candidate][0] == word[0] ? most : 1))
                    near.Add((candidate, Nearly - (10 * distance)));
            }
        }

        return near;
    }

    /// <summary>
    /// Letters left out, put in, changed or swapped with their neighbour (optimal string alignment); more than the most counts as one more.
    /// </summary>
    internal static int Distance(string a, string b, int most)
    {
        if (Math.Abs(a.Length - b.Length) > most)
            return most + 1;
        Span<int> before = stackalloc int[b.Length + 1], last = stackalloc int[b.Length + 1], now = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            now[0] = i;
            var least = now[0];
            for (var j = 1; j <= b.Length; j++)
            {
                now[j] = Math.Min(Math.Min(last[j] + 1, now[j - 1] + 1), last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    now[j] = Math.Min(now[j], before[j - 2] + 1);
                least = Math.Min(least, now[j]);
            }

            if (least > most)
                return most + 1;
            var free = before;
            before = last;
            last = now;
            now = free;
        }

        return last[b.Length];
    }
}
