using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Comanda.Bench.Attack;
using Comanda.Demo;

namespace Comanda.Bench.Chaos;

/// <summary>What was acknowledged under a key.</summary>
internal sealed record Sold(long Id, string Number, decimal Total, long At);

/// <summary>
/// Who sells: two at each till, and guests from home. Each sends one order after the other at an even pace, with a key, and sends it again
/// until it is acknowledged: so that each key has to be one order in the end. Nobody waits for an answer longer than four seconds.
/// </summary>
internal sealed class ChaosSellers(long shop, Findings findings, CancellationToken cancel) : IDisposable
{
    public const int AtTills = (BenchCluster.ExtraTills + 1) * 2, Guests = 2, All = AtTills + Guests;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4), Again = TimeSpan.FromMilliseconds(200);

    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
    })
    {
        BaseAddress = ChaosWorld.Front,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private readonly ConcurrentDictionary<string, Token> tokens = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim signingIn = new(1, 1);
    private readonly CancellationTokenSource over = new();
    private readonly List<Task> running = [];
    private volatile Recovery? recovery;
    private long espresso;

    /// <summary>Each key's order.</summary>
    public ConcurrentDictionary<string, Sold> Acknowledged { get; } = new(StringComparer.Ordinal);

    /// <summary>When each was acknowledged.</summary>
    public ConcurrentQueue<long> Times { get; } = [];

    public async Task Start(double rate)
    {
        espresso = await Item("Espresso");
        for (var n = 0; n < All; n++)
        {
            var seller = n;
            running.Add(Task.Run(() => Sell(seller, TimeSpan.FromSeconds(All / rate)), CancellationToken.None));
        }
    }

    /// <summary>From now on, until each of them has sold.</summary>
    public Recovery Watch() => recovery = new(Stopwatch.GetTimestamp(), All);

    /// <summary>No new orders; those that are under way are acknowledged first.</summary>
    public async Task Stop()
    {
        await over.CancelAsync();
        await Task.WhenAll(running).WaitAsync(TimeSpan.FromMinutes(2), cancel);
    }

    /// <summary>An access token of somebody, who signs in anew where it is no good any more.</summary>
    public async Task<string> TokenOf(string username, string? refused = null)
    {
        await signingIn.WaitAsync(cancel);
        try
        {
            if (tokens.TryGetValue(username, out var token) && token.Text != refused)
                return token.Text;
            for (; ; await Task.Delay(Again, cancel))
            {
                var body = new { username, password = DemoCafe.Password };
                var reply = username.StartsWith('+')
                    ? await GuestIn(username)
                    : await Ask(HttpMethod.Post, "/api/auth/login", body);
                if (reply.Ok)
                    return (tokens[username] = new(reply.Json.GetProperty("access_token").GetString()!)).Text;
            }
        }
        finally
        {
            signingIn.Release();
        }
    }

    public async Task<Reply> Ask(
        HttpMethod method,
        string path,
        object? body = null,
        string? token = null,
        params (string Name, string Value)[] headers)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(method, path);
            if (token is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            foreach (var (name, value) in headers)
                request.Headers.Add(name, value);
            if (body is not null)
                request.Content = JsonContent.Create(body);
            using var answer = await http.SendAsync(request, patience.Token);
            return new((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(patience.Token));
        }
        catch (Exception none) when (none is HttpRequestException or OperationCanceledException or IOException)
        {
            cancel.ThrowIfCancellationRequested();
            return new(0, none.Message);
        }
    }

    public void Dispose()
    {
        http.Dispose();
        over.Dispose();
        signingIn.Dispose();
    }

    private async Task Sell(int seller, TimeSpan pace)
    {
        var isGuest = seller >= AtTills;
        var who = isGuest ? $"+35192000000{seller - AtTills}" : "cashier";
        var till = seller / 2;
        (string, string)[] from = isGuest
            ? [("X-Shop-Id", shop.ToString())]
            : [("X-Device-Token", till == 0 ? DemoCafe.TillToken : BenchCluster.TillToken(till - 1))];
        object body = isGuest
            ? new { type = "online", items = new[] { new { menu_item_id = espresso, quantity = 1 } } }
            : new
            {
                type = "takeaway",
                items = new[] { new { menu_item_id = espresso, quantity = 1 + (seller % 3) } },
                payments = new[] { new { method = seller % 2 == 0 ? "card" : "cash" } },
            };
        await Task.Delay(pace * seller / All, CancellationToken.None);
        using var tick = new PeriodicTimer(pace);
        while (!over.IsCancellationRequested && await tick.WaitForNextTickAsync(CancellationToken.None))
            await SellOne(seller, who, body, from);
    }

    private async Task SellOne(int seller, string who, object body, (string, string)[] from)
    {
        var key = Guid.NewGuid().ToString();
        string? refused = null;
        for (; ; await Task.Delay(Again, cancel))
        {
            var token = await TokenOf(who, refused);
            var sent = Stopwatch.GetTimestamp();
            var reply = await Ask(HttpMethod.Post, "/api/orders", body, token, [.. from, ("Idempotency-Key", key)]);
            refused = reply.Status == 401 ? token : null;
            if (reply.Status == 201)
            {
                var order = reply.Json;
                Acknowledged[key] = new(
                    reply.Id,
                    order.GetProperty("order_number").GetString()!,
                    order.GetProperty("total_amount").GetDecimal(),
                    Stopwatch.GetTimestamp());
                Times.Enqueue(Stopwatch.GetTimestamp());
                recovery?.Acknowledged(seller, sent);
                return;
            }

            findings.Count($"answers to orders: {(reply.Status == 0 ? "none within 4 s, or cut" : reply.Status)}");
            // Not just now (502 to 504), whoever has the key, or nobody knows: all of that is asked again.
            if (reply.Status is not (0 or 401 or 409 or 429 or 502 or 503 or 504))
                findings.Fail("orders", $"answered {reply.Status}", reply.ToString());
            if (reply.Status == 409 && !reply.Text.Contains("idempotency_key_in_use", StringComparison.Ordinal))
                findings.Fail("orders", "a conflict", reply.ToString());
        }
    }

    private async Task<Reply> GuestIn(string phone)
    {
        await Ask(HttpMethod.Post, "/api/auth/register", new { name = "Gina", phone }, null, ("X-Shop-Id", shop.ToString()));
        await Ask(HttpMethod.Post, "/api/auth/send-otp", new { phone }, null, ("X-Shop-Id", shop.ToString()));
        var admin = await Ask(HttpMethod.Post, "/api/auth/login", new { username = "admin", password = DemoCafe.Password });
        if (!admin.Ok)
            return admin;
        var outbox = await Ask(HttpMethod.Get, "/api/outbox?limit=50", null, admin.Json.GetProperty("access_token").GetString());
        var sms = outbox.Items.Where(m => m.GetProperty("to").GetString() == phone)
            .Select(m => System.Text.RegularExpressions.Regex.Match(m.GetProperty("body").GetString()!, @"\b\d{6}\b").Value)
            .FirstOrDefault(code => code.Length > 0);
        return sms is null
            ? new(0, "no code came")
            : await Ask(HttpMethod.Post, "/api/auth/verify-otp", new { phone, otp = sms }, null, ("X-Shop-Id", shop.ToString()));
    }

    private async Task<long> Item(string name)
    {
        var menu = await Ask(HttpMethod.Get, "/api/menu/items?limit=100", null, await TokenOf("cashier"));
        return menu.Items.First(i => i.GetProperty("name").GetString() == name).GetProperty("id").GetInt64();
    }

    private sealed record Token(string Text);
}
