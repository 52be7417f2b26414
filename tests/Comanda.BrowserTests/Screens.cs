using Comanda.Demo;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)] // each has browsers of its own, and they are large

namespace Comanda.BrowserTests;

/// <summary>One test's server with the published screens, and its shop.</summary>
public sealed class Screens : IAsyncDisposable
{
    private readonly PassingProcess process;

    private Screens(PassingProcess process, TestShop shop) => (this.process, Shop) = (process, shop);

    public static string Root { get; } = FindRoot();

    public TestShop Shop { get; }

    public Uri Address => process.Address;

    public static async Task<Screens> Begin(CafeApp app, params (string Key, string Value)[] settings)
    {
        var process = await app.StartPassingProcess(o => o with { ScreensFolder = Folder });
        return new(process, await app.NewShop(settings));
    }

    /// <summary>The published screens.</summary>
    public static string Folder
    {
        get
        {
            var folder = Path.Combine(Root, "artifacts", "screens");
            File.Exists(Path.Combine(folder, "wwwroot", "index.html")).ShouldBeTrue("./test publishes the screens first");
            return folder;
        }
    }

    /// <summary>The office, with somebody of the demo cafe signed in.</summary>
    public async Task<Screen> Office(string path, string username = "owner", Look? look = null)
    {
        var screen = await Screen.Open(Address, path, look ?? Look.Desk);
        await screen.Fill("User name", Shop.Username(username));
        await screen.Fill("Password", DemoCafe.Password);
        await screen.Tap("Sign in");
        await screen.NoLongerShows("Sign in to the office");
        return screen;
    }

    /// <summary>A screen at this shop's till's device, before anybody has signed in.</summary>
    public Task<Screen> Open(string path, Look look, Uri? at = null) => Screen.Open(at ?? Address, $"{path}?device={Shop.TillToken}", look);

    /// <summary>The same, with somebody signed in.</summary>
    public async Task<Screen> Open(string path, Look look, string username, Uri? at = null)
    {
        var screen = await Open(path, look, at);
        await screen.SignIn(DemoCafe.Staff.First(s => s.Username == username).Pin);
        await screen.NoLongerShows("Who is there?");
        return screen;
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();

    private static string FindRoot()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Comanda.slnx")))
                return at.FullName;
        }

        throw new DirectoryNotFoundException("the tests run from inside the repository");
    }
}
