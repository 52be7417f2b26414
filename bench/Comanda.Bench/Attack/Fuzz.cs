using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;

namespace Comanda.Bench.Attack;

/// <summary>
/// Odd requests to every endpoint, as everybody. Each worker has a shop of its own and sends one request after another, so that a figure
/// that changed was changed by the request before: one that was refused, or only read, may change none.
/// </summary>
internal sealed class Fuzz(Arena arena, ApiSurface api, int seed)
{
    private const string Part = "fuzz";

    /// <summary>After so many requests a shop is odd enough; its figures are checked, and the next one is made.</summary>
    private const int RequestsOfAShop = 400;

    private static readonly string[] Roles =
    [
        "owner",
        "owner",
        "owner",
        "admin",
        "manager",
        "manager",
        "cashier",
        "cashier",
        "barista",
        "trainee",
        "customer",
        "stranger",
        "other",
    ];

    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(30);

    public async Task Run(TimeSpan length, CancellationToken cancel)
    {
        var time = Stopwatch.StartNew();
        var shops = seed * 1000;
        await Task.WhenAll(
            Enumerable
                .Range(0, 3)
                .Select(async _ =>
                {
                    while (time.Elapsed < length)
                        await OneShop(new Random(Interlocked.Increment(ref shops)), () => time.Elapsed < length, cancel);
                })
        );
    }

    private async Task OneShop(Random random, Func<bool> goOn, CancellationToken cancel)
    {
        var (shop, other) = (await arena.NewShop(cancel, ("loyalty_points_per_unit", "1")), await arena.NewShop(cancel));
        var people = new FuzzPeople(arena, shop, other);
        await people.Prepare(random, cancel);
        using var http = new HttpClient(
            new SocketsHttpHandler
            {
                UseCookies = false,
                AllowAutoRedirect = false,
                ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
                RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            }
        )
        {
            BaseAddress = random.Next(2) == 0 ? arena.First.Address : arena.Second.Address,
            Timeout = Hang,
        };
        var before = await ShopFigures.Of(arena.Database, shop.Id, cancel);
        var last = "";
        for (var n = 0; n < RequestsOfAShop && goOn(); n++)
        {
            var ids = n % 40 == 0 ? people.Ids = await KnownIds.Read(arena.Database, shop.Id, cancel) : people.Ids;
            var role = Roles[random.Next(Roles.Length)];
            var operation = api.Any(random);
            var sent = new FuzzRequest(api, operation, ids, random);
            var token = await people.TokenOf(role, cancel);
            var (status, answer) = await Send(http, sent, token, cancel);
            if (status == 0 && answer.Contains(nameof(HttpRequestError.ResponseEnded), StringComparison.Ordinal))
            {
                // The server may close a kept-alive connection at the moment it is used again (HTTP's own race): a client asks once more.
                arena.Findings.Count("fuzz: asked once more, the connection had been closed");
                Console.Error.WriteLine($"closed before an answer: {role} {sent}\n    after {last}");
                (status, answer) = await Send(http, sent, token, cancel);
            }
            last = $"{role} {sent}\n    {status} {answer}";
            if (status == 401)
                people.Forget(role);
            arena.Findings.Count($"fuzz: answered {status / 100}xx");
            var after = await ShopFigures.Of(arena.Database, shop.Id, cancel);
            await Judge(
                sent,
                role == "trainee" && !await people.IsTrainee(cancel) ? "manager" : role,
                (status, answer),
                (before, after),
                shop
            );
            before = after;
        }

        using var owner = await people.Checker(cancel);
        await new FiguresAgree(arena, shop, owner, Part, cancel).Run();
        arena.Findings.Count("fuzz: shops whose figures were checked");
    }

    private async Task Judge(
        FuzzRequest sent,
        string role,
        (int Status, string Text) answer,
        (ShopFigures Before, ShopFigures After) figures,
        ArenaShop shop
    )
    {
        var (status, text) = answer;
        if (status is 0 or >= 500 && !(status == 503 && sent.MayBeUnavailable))
            await Fail(status == 0 ? $"no answer: {text}" : $"{status} from {sent.Operation.Method} {sent.Operation.Path}");
        if (text.Contains("   at Comanda", StringComparison.Ordinal) || text.Contains("Npgsql", StringComparison.Ordinal))
            await Fail("an answer shows the insides");
        if (role is "other" or "stranger" && status < 300 && text.Contains(shop.Secret, StringComparison.Ordinal))
            await Fail($"{role} was told another shop's name: {sent.Operation.Path}");
        var (before, after) = figures;
        if (before == after)
            return;
        if (status >= 400)
            await Fail($"refused, yet figures changed: {sent.Operation.Method} {sent.Operation.Path}");
        else if (sent.Operation.Method == "GET")
            await Fail($"a read changed figures: {sent.Operation.Path}");
        else if (role is "other" or "stranger")
            await Fail($"{role} changed figures: {sent.Operation.Method} {sent.Operation.Path}");
        else if (role == "trainee" && before.Real != after.Real)
            await Fail($"a trainee changed real figures: {sent.Operation.Method} {sent.Operation.Path}");

        async Task Fail(string kind) =>
            arena.Findings.Fail(
                Part,
                kind,
                $"as {role} of shop {shop.Id}: {sent}\n    {status} {text}\n    "
                    + $"{figures.Before.Real}\n    {figures.After.Real}\n    {await arena.LoggedOf(text)}"
            );
    }

    private static async Task<(int Status, string Text)> Send(HttpClient http, FuzzRequest sent, string? token, CancellationToken cancel)
    {
        try
        {
            using var request = sent.Message();
            if (token is not null && !request.Headers.Contains("Authorization"))
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            // A stream of events has no end to wait for.
            if (response.Content.Headers.ContentType?.MediaType == "text/event-stream")
                return ((int)response.StatusCode, "");
            if (response.Headers.Contains("X-Evil"))
                return (500, "a header of ours came back as one of theirs");
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancel));
        }
        catch (Exception none)
            when (none is HttpRequestException or IOException or (OperationCanceledException and not null)
                && !cancel.IsCancellationRequested
            )
        {
            return sent.MayBeCutOff && none is not OperationCanceledException
                ? (400, "cut off")
                : (
                    0,
                    $"{none.GetType().Name} {(none as HttpRequestException)?.HttpRequestError} "
                        + (none.InnerException?.Message ?? none.Message)
                );
        }
    }
}
