namespace Comanda.Tests;

/// <summary>Where the sources lie: some tests read the documentation, or start a peer.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

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
