using System.Globalization;
using System.Text.Json;
using Comanda.Data;

namespace Comanda.Operations;

/// <summary>
/// A folder of backups, each a folder of its own named by its moment. One that is being made has another name, and so is never taken for
/// one that is whole.
/// </summary>
internal sealed class BackupFolder(string path)
{
    private const string NameFormat = "yyyyMMdd'T'HHmmss'Z'", Draft = ".partial";

    public string Path => path;

    /// <summary>All that are whole, the newest first.</summary>
    public IReadOnlyList<(DateTimeOffset At, string Path)> All => !Directory.Exists(path) ? [] :
    [
        .. Directory.GetDirectories(path)
            .Select(d => (Is: DateTimeOffset.TryParseExact(
                System.IO.Path.GetFileName(d),
                NameFormat,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var at), At: at, Path: d))
            .Where(d => d.Is && File.Exists(System.IO.Path.Combine(d.Path, BackupManifest.FileName)))
            .Select(d => (d.At, d.Path))
            .OrderByDescending(d => d.At),
    ];

    /// <summary>The backup that a path names: itself, or the newest in it.</summary>
    /// <exception cref="StartupException">There is none, or its manifest is none.</exception>
    public static async Task<(string Path, BackupManifest Manifest)> Find(string path, CancellationToken cancel)
    {
        var manifest = System.IO.Path.Combine(path, BackupManifest.FileName);
        var found = File.Exists(manifest) ? path
            : new BackupFolder(path).All is [var newest, ..] ? newest.Path
            : throw new StartupException($"there is no backup in {path}");
        try
        {
            return (found, BackupManifest.Read(
                await File.ReadAllTextAsync(System.IO.Path.Combine(found, BackupManifest.FileName), cancel)));
        }
        catch (Exception wrong) when (wrong is JsonException or IOException)
        {
            throw new StartupException($"{found} is no backup that can be read: {wrong.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>A folder to make one in, for nobody else to read. What an attempt left that died yesterday is taken away.</summary>
    public string Begin(DateTimeOffset at)
    {
        Directory.CreateDirectory(path);
        foreach (var left in Directory.GetDirectories(path, "*" + Draft)
            .Where(d => Directory.GetLastWriteTimeUtc(d) < at.UtcDateTime.AddDays(-1)))
            Directory.Delete(left, recursive: true);
        var draft = System.IO.Path.Combine(path, at.UtcDateTime.ToString(NameFormat, CultureInfo.InvariantCulture) + Draft);
        Directory.CreateDirectory(draft, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return draft;
    }

    /// <summary>It is whole: from now on it is one.</summary>
    public static string Finish(string draft)
    {
        var whole = draft[..^Draft.Length];
        Directory.Move(draft, whole);
        return whole;
    }

    /// <summary>Takes away those that are not to be kept; answers how many.</summary>
    public int Thin(int days, int weeks)
    {
        var keep = ToKeep([.. All.Select(b => b.At)], days, weeks);
        var gone = All.Where(b => !keep.Contains(b.At)).ToList();
        foreach (var (_, old) in gone)
            Directory.Delete(old, recursive: true);
        return gone.Count;
    }

    /// <summary>The newest of each of the last days and weeks that have one, and the newest of all.</summary>
    internal static HashSet<DateTimeOffset> ToKeep(IReadOnlyCollection<DateTimeOffset> all, int days, int weeks)
    {
        var newestFirst = all.OrderDescending().ToList();
        return [
            .. newestFirst.Take(1),
            .. newestFirst.GroupBy(b => b.UtcDateTime.Date).Take(days).Select(d => d.First()),
            .. newestFirst.GroupBy(b => (ISOWeek.GetYear(b.UtcDateTime), ISOWeek.GetWeekOfYear(b.UtcDateTime)))
                .Take(weeks)
                .Select(w => w.First()),
        ];
    }
}
