using System.Text.RegularExpressions;

namespace Comanda.Tests.Operations;

/// <summary>What lies in deploy/ fits the program: what a test can tell without the tools of deploy/check.</summary>
public sealed class DeployTests(CafeApp app)
{
    private static Dictionary<string, string> Files { get; } = new[] { "deploy", ".github" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories))
        .Where(f => !f.Contains("/secrets/", StringComparison.Ordinal) && !f.Contains("/certificates/", StringComparison.Ordinal))
        .ToDictionary(f => Path.GetRelativePath(Repository.Root, f), File.ReadAllText);

    private static string Read(string name) => Files[Path.Combine("deploy", name)];

    [Fact]
    public void Every_variable_that_a_deployment_sets_is_one_that_the_program_reads()
    {
        var listed = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operate.md"));
        var set = Files.Values.SelectMany(text => Regex.Matches(text, @"\bCOMANDA_[A-Z_]+[A-Z]\b").Select(m => m.Value))
            .Select(name => name.EndsWith("_FILE", StringComparison.Ordinal) ? name[..^5] : name)
            .ToHashSet();
        set.Count.ShouldBeGreaterThan(12);
        set.Where(name => !listed.Contains($"`{name}`", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Probes_and_scrapers_ask_at_paths_that_answer()
    {
        var asked = Regex.Matches(Read("kubernetes/deployment.yaml") + Read("prometheus/prometheus.yml"), @"path: (/[a-z]+)")
            .Select(m => m.Groups[1].Value)
            .ToHashSet();
        asked.ShouldBe(["/ready", "/health", "/metrics"], ignoreOrder: true);
        foreach (var path in asked)
            ((int)(await app.Client().Send(HttpMethod.Get, path)).StatusCode).ShouldBe(200, path);
    }

    [Fact]
    public async Task Every_verb_that_a_deployment_runs_is_one()
    {
        var help = await ServerProcess.RunToEnd(new Dictionary<string, string?>(), "--help");
        foreach (var verb in new[] { "serve", "migrate", "health", "backup", "restore", "rotate-keys", "open-shop" })
            help.Output.ShouldContain($"\n  {verb} ");
        Read("Dockerfile").ShouldContain("""CMD ["serve", "--listen", "*"]""");
        Read("Dockerfile").ShouldContain("""/app/Comanda.dll", "health"]""");
        Read("compose.yaml").ShouldContain("command: [migrate]");
        Read("kubernetes/migrate.yaml").ShouldContain("args: [migrate]");
    }

    [Fact]
    public async Task The_health_verb_tells_whether_the_server_can_serve()
    {
        (await ServerProcess.RunToEnd(new Dictionary<string, string?>(), "health", "--port", app.Address.Port.ToString())).Exit.ShouldBe(0);
        var nobody = await ServerProcess.RunToEnd(
            new Dictionary<string, string?> { ["COMANDA_PORT"] = ServerProcess.FreePort().ToString() },
            "health");
        (nobody.Exit, nobody.Error.StartsWith("comanda: ", StringComparison.Ordinal)).ShouldBe((1, true));
    }

    [Fact]
    public void A_container_is_nobodys_root_and_writes_nowhere_but_where_it_may()
    {
        Regex.Match(Read("Dockerfile"), @"^USER (\d+):", RegexOptions.Multiline).Groups[1].Value.ShouldBe("1654");
        foreach (var pod in new[] { "kubernetes/deployment.yaml", "kubernetes/migrate.yaml" })
        {
            Read(pod).ShouldContain("runAsNonRoot: true");
            Read(pod).ShouldContain("runAsUser: 1654");
            Read(pod).ShouldContain("readOnlyRootFilesystem: true");
            Read(pod).ShouldContain("drop: [ALL]");
        }

        Read("compose.yaml").ShouldContain("read_only: true");
        Read("compose.yaml").ShouldContain("cap_drop: [ALL]");
    }

    [Fact]
    public void No_secret_stands_in_a_deployment()
    {
        Files.Count.ShouldBeGreaterThan(15);
        foreach (var (name, text) in Files)
        {
            // In the environment only as the name of a file.
            Regex.Matches(text, @"COMANDA_(?:DATABASE|JWT_SECRET|ENCRYPTION_KEY|BACKUP_KEY|METRICS_TOKEN)(?!_FILE)\s*[:=]\s*\S+")
                .Select(m => m.Value)
                .ShouldBeEmpty(name);
        }
    }

    /// <summary>What the server, its proxy and its pod give a request before each gives up: the outer one longer.</summary>
    [Fact]
    public void A_process_that_ends_is_given_the_time_that_it_takes()
    {
        int Seconds(string file, string pattern) => int.Parse(Regex.Match(Read(file), pattern).Groups[1].Value);
        const int drains = 8; // HostOptions.ShutdownTimeout
        Seconds("compose.yaml", @"stop_grace_period: (\d+)s").ShouldBeGreaterThan(2 * drains);
        Seconds("systemd/comanda.service", @"TimeoutStopSec=(\d+)").ShouldBeGreaterThan(2 * drains);
        var sleeps = Seconds("kubernetes/deployment.yaml", @"sleep: \{ seconds: (\d+) \}");
        Seconds("kubernetes/deployment.yaml", @"terminationGracePeriodSeconds: (\d+)").ShouldBeGreaterThan(sleeps + (2 * drains));
    }
}
