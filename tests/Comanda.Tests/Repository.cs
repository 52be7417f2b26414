using Snapshooter;
using Snapshooter.Xunit3;

namespace Comanda.Tests;

/// <summary>Where the sources lie: some tests read the documentation, or start a peer.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>
    /// A file of the repository that is made by the program says what the program makes today. With COMANDA_WRITE_DOCS=1 it is written
    /// instead, to be looked at and committed.
    /// </summary>
    public static async Task ShouldHold(string path, string text)
    {
        var file = Path.Combine(Root, path);
        if (Environment.GetEnvironmentVariable("COMANDA_WRITE_DOCS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, text);
        }

        File.Exists(file).ShouldBeTrue($"{path} is missing; run the test with COMANDA_WRITE_DOCS=1");
        (await File.ReadAllTextAsync(file)).ShouldBe(
            text,
            $"{path} is not what the program makes; run the test with COMANDA_WRITE_DOCS=1 and look at the change");
    }

    /// <summary>
    /// A text of many lines is the one that was looked at and lies in __snapshots__ beside the tests of this folder. With
    /// COMANDA_WRITE_DOCS=1 it is written anew; else one that is missing fails, and what differs stands beside it in __mismatch__.
    /// </summary>
    public static void ShouldMatch(string folder, string name, string text)
    {
        var at = new SnapshotFullName(name + ".snap", Path.Combine(Root, folder));
        if (Environment.GetEnvironmentVariable("COMANDA_WRITE_DOCS") == "1")
        {
            var file = Path.Combine(at.FolderPath, "__snapshots__", at.Filename);
            if (File.Exists(file))
                File.Delete(file);
        }
        else
        {
            Environment.SetEnvironmentVariable("SNAPSHOOTER_STRICT_MODE", "on");
        }

        Snapshot.Match(text, at);
    }

    /// <summary>The sources below some folders (C#, and what screens are made of), without what is made of them.</summary>
    public static IEnumerable<string> Sources(params string[] folders) =>
        folders.SelectMany(f => new[] { "*.cs", "*.razor", "*.css", "*.js" }
                .SelectMany(kind => Directory.EnumerateFiles(Path.Combine(Root, f), kind, SearchOption.AllDirectories)))
            .Where(f => !f.Contains("/node_modules/", StringComparison.Ordinal))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Comanda.slnx")))
                return at.FullName;
        }

        throw new DirectoryNotFoundException("the tests run from inside the repository");
    }
}
