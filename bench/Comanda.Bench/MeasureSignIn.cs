using Comanda.Demo;
using Comanda.Identity;

namespace Comanda.Bench;

/// <summary>
/// Signing in: whether time tells a name that exists from one that does not, how many sign-ins a second beside the bare
/// hash that each of them is, and what knowing who asks costs a request.
/// </summary>
internal static class MeasureSignIn
{
    /// <summary>Below the hundred failures after which an address has to wait.</summary>
    private const int Samples = 42;

    public static async Task Run(BenchCluster cluster, BenchOptions options, CancellationToken cancel)
    {
        await using var cafe = await cluster.MakeCafe("comanda", cancel);
        await using var server = await ServerUnderTest.Start(options.Server, ["--data", cluster.Folder], cancel);
        await Names(server, cancel);
        await Rates(server, options, cancel);
        await Gate(server, options, cancel);
    }

    /// <summary>Known and unknown names in turns, each with a wrong password; never five in a row for one of them.</summary>
    private static async Task Names(ServerUnderTest server, CancellationToken cancel)
    {
        var client = server.NewClient();
        var (known, unknown) = (new List<double>(), new List<double>());
        for (var n = 0; n < Samples; n++)
        {
            var (username, _, _, _) = DemoCafe.Staff[n % DemoCafe.Staff.Length];
            known.Add(await Try(username));
            unknown.Add(await Try("nobody-" + Guid.NewGuid().ToString("N")[..8]));
            if (n % (DemoCafe.Staff.Length * 4) == (DemoCafe.Staff.Length * 4) - 1)
            {
                foreach (var (name, _, _, _) in DemoCafe.Staff)
                    await client.SignIn(name, DemoCafe.Password, cancel);
            }
        }

        new MarkdownTable(
            $"A wrong password for names that exist and names that do not ({Samples} each, in turns)",
            "name",
            "p50 ms",
            "p95 ms",
            "fastest ms")
            .Row("exists", $"{known.Median():F1}", $"{known.Percentile(95):F1}", $"{known.Min():F1}")
            .Row("does not", $"{unknown.Median():F1}", $"{unknown.Percentile(95):F1}", $"{unknown.Min():F1}")
            .Print($"Ratio of the medians: **{known.Median() / unknown.Median():F3}**.");

        Task<double> Try(string username) => ParallelClients.Timed(async () =>
        {
            using var answer = await client.Send(
                HttpMethod.Post,
                "/api/auth/login",
                new { username, password = "not the password" },
                cancel: cancel);
            if ((int)answer.StatusCode != 401)
                throw new BenchException($"a wrong password of {username} was answered {(int)answer.StatusCode}");
        });
    }

    /// <summary>Sign-ins by password and by PIN, each beside the bare bcrypt of the same cost in this process.</summary>
    private static async Task Rates(ServerUnderTest server, BenchOptions options, CancellationToken cancel)
    {
        var clients = Environment.ProcessorCount * 2;
        var people = Enumerable.Range(0, clients).Select(_ => server.NewClient(deviceToken: DemoCafe.TillToken)).ToArray();
        var (password, pin) = (await Bcrypt.Hash(DemoCafe.Password, cancel), Bcrypt.NewShortCodeSetting());
        var table = new MarkdownTable(
            $"Sign-ins ({clients} clients, {options.Round.TotalSeconds:F0} s each)",
            "by",
            "server, a second",
            "bare bcrypt, a second",
            "ratio",
            "p50 ms",
            "p95 ms");
        await Row(
            "password (cost 12)",
            n => people[n].SignIn(DemoCafe.Staff[n % DemoCafe.Staff.Length].Username, DemoCafe.Password, cancel),
            _ => Bcrypt.Verify(DemoCafe.Password, password, cancel));
        await Row(
            "PIN (cost 10)",
            async n =>
            {
                using var answer = await people[n].Send(
                    HttpMethod.Post,
                    "/api/auth/pin",
                    new { pin = DemoCafe.Staff[n % DemoCafe.Staff.Length].Pin },
                    cancel: cancel);
                if (!answer.IsSuccessStatusCode)
                    throw new BenchException($"a PIN was answered {(int)answer.StatusCode}");
            },
            _ => Bcrypt.HashShortCode("1234", pin, cancel));
        table.Print("Each sign-in is one hash, a session, a refresh token, an audit entry and an event, committed.");

        async Task Row(string by, Func<int, Task> signIn, Func<int, Task> bare)
        {
            var ceiling = await ParallelClients.Run(clients, options.Round, bare, cancel);
            var load = await ParallelClients.Run(clients, options.Round, signIn, cancel);
            table.Row(
                by,
                $"{load.PerSecond:F1}",
                $"{ceiling.PerSecond:F1}",
                $"**{load.PerSecond / ceiling.PerSecond:F2}**",
                $"{load.Times.Median():F0}",
                $"{load.Times.Percentile(95):F0}");
        }
    }

    /// <summary>The same small answer with and without a person: what the gate's question to the database costs.</summary>
    private static async Task Gate(ServerUnderTest server, BenchOptions options, CancellationToken cancel)
    {
        const int clients = 16;
        var token = (await server.NewClient().SignIn("manager", DemoCafe.Password, cancel)).AccessToken;
        var known = Enumerable.Range(0, clients).Select(_ => server.NewClient(token)).ToArray();
        var strangers = Enumerable.Range(0, clients).Select(_ => server.NewClient()).ToArray();
        var (with, without) = (new List<double>(), new List<double>());
        for (var round = 0; round < options.Rounds; round++)
        {
            with.Add((await Ask(known)).PerSecond);
            without.Add((await Ask(strangers)).PerSecond);
        }

        new MarkdownTable(
            $"GET /api/categories by somebody signed in and by a stranger ({clients} clients, median of {options.Rounds} × "
                + $"{options.Round.TotalSeconds:F0} s each, in turns)",
            "who",
            "requests/s")
            .Row("signed in", $"{with.Median():F0}").Row("a stranger", $"{without.Median():F0}")
            .Print($"Ratio: **{with.Zip(
                without,
                (a, b) => a / b).Median():F2}**. Who is signed in is asked of the database at every request, several at a time.");

        Task<Load> Ask(Client.ComandaClient[] who) => ParallelClients.Run(
            clients, options.Round,
            async n =>
            {
                using var answer = await who[n].Send(HttpMethod.Get, "/api/categories", cancel: cancel);
                answer.EnsureSuccessStatusCode();
            },
            cancel);
    }
}
