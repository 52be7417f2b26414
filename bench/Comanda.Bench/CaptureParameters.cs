using System.Globalization;
using System.Text.RegularExpressions;
using Comanda.Data;
using Npgsql;

namespace Comanda.Bench;

/// <summary>
/// The parameters that the server sends with the hot statement, as PostgreSQL's own log tells them. So pgbench commits
/// rows of exactly the size of real ones, also after the statement has changed.
/// </summary>
internal static partial class CaptureParameters
{
    /// <summary>Logs every statement while one order is placed, and reads the parameters of the one that begins as given.</summary>
    public static async Task<IReadOnlyDictionary<int, string?>> Of(
        string statement,
        NpgsqlDataSource database,
        Func<Task> placeOne,
        CancellationToken cancel)
    {
        var marker = statement.ReplaceLineEndings("\n").Split('\n')[0];
        await Set("alter system set log_min_duration_statement = 0", database, cancel);
        await placeOne();
        await Set("alter system reset log_min_duration_statement", database, cancel);
        var log = (string)(await database.Scalar("select pg_read_file('server.log')", cancel))!;
        var entry = log.LastIndexOf(": " + marker, StringComparison.Ordinal);
        var detail = entry < 0 ? -1 : log.IndexOf("arameters: $1 = ", entry, StringComparison.Ordinal);
        if (detail < 0)
            throw new BenchException("PostgreSQL's log does not show the statement that writes an order");

        var found = new Dictionary<int, string?>();
        for (var match = Parameter().Match(log, detail); match.Success; match = match.NextMatch())
        {
            var text = match.Groups["text"];
            var number = int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
            found.Add(number, text.Success ? text.Value.Replace("''", "'", StringComparison.Ordinal) : null);
        }

        return found;
    }

    /// <summary>Changes a setting and waits a moment: the backends are told by a signal, one by one.</summary>
    private static async Task Set(string alter, NpgsqlDataSource database, CancellationToken cancel)
    {
        await database.Scalar(alter, cancel);
        await database.Scalar("select pg_reload_conf()", cancel);
        await Task.Delay(TimeSpan.FromMilliseconds(300), cancel);
    }

    /// <summary>
    /// <c>$1 = 'it''s'</c> or <c>$1 = NULL</c>; each begins where the one before ended, so the first line that is none ends it.
    /// </summary>
    [GeneratedRegex(
        @"\G(?:arameters: |, )\$(?<number>\d+) = (?:NULL|'(?<text>(?:[^']|'')*)')",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Parameter();
}
