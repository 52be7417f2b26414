using Comanda.Operations;

namespace Comanda.Tests.Operations;

/// <summary>How many requests a minute are answered, and to whom.</summary>
public sealed class RequestLimitTests(CafeApp app)
{
    private const int Most = 20;

    private readonly FrozenClock clock = FrozenClock.AtHalfPast();

    /// <summary>A process with these limits, and what counts in it.</summary>
    private async Task<(Uri At, RequestLimits Limits)> Start(RequestLimitOptions options)
    {
        RequestLimits? limits = null;
        var at = await app.StartProcess(
            services =>
            {
                services.Replace(clock);
                services.Capture<RequestLimits>(made => limits = made);
            },
            o => o with { RequestLimits = options });
        await app.Client(at).Ask("GET /api/menu");
        return (at, limits!);
    }

    private ComandaClient From(string address, TestShop shop, Uri at) => app.StrangerFrom(address, shop.Id, at);

    [Fact]
    public async Task A_strangers_flood_waits_and_hinders_nobody_else()
    {
        var shop = await app.NewShop();
        var (at, _) = await Start(new(PerAddress: Most));
        var flood = From("127.0.7.1", shop, at);
        for (var i = 0; i < Most; i++)
            (await flood.Ask("GET /api/menu?limit=1")).Status.ShouldBe(200);
        var refused = await flood.Ask("GET /api/menu?limit=1");
        (refused.Status, refused.Code).ShouldBe((429, "too_many_requests"));
        refused.Response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(30));
        // Neither another address, nor a till at the same one, nor who is signed in there, nor a probe.
        (await From("127.0.7.2", shop, at).Ask("GET /api/menu?limit=1")).Status.ShouldBe(200);
        (await flood.Ask("GET /api/menu?limit=1", null, ("X-Device-Token", shop.TillToken))).Status.ShouldBe(200);
        (await flood.Ask("GET /api/menu?limit=1", null, ("X-Device-Token", "made up"))).Status.ShouldBe(429);
        (await flood.Ask("GET /health")).Status.ShouldBe(200);
        var cashier = await shop.As("cashier", at);
        flood.AccessToken = cashier.AccessToken;
        (await flood.Me()).Role.ShouldBe("cashier");
        flood.AccessToken = null;
        clock.Move(TimeSpan.FromSeconds(31));
        (await flood.Ask("GET /api/menu?limit=1")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Who_says_in_vain_who_they_are_counts_as_a_stranger()
    {
        var shop = await app.NewShop();
        var (at, _) = await Start(new(PerAddress: Most));
        var flood = From("127.0.7.3", shop, at);
        for (var i = 0; i < Most; i++)
            (await flood.Ask("GET /api/auth/me", null, ("Authorization", "Bearer made.up.token"))).Status.ShouldBe(401);
        (await flood.Ask("GET /api/menu?limit=1")).Status.ShouldBe(429);
    }

    [Fact]
    public async Task One_person_is_bounded_on_all_their_devices_together_and_a_colleague_is_not()
    {
        var shop = await app.NewShop();
        var (at, _) = await Start(new(PerPerson: Most));
        var (one, other) = (await shop.As("cashier", at), await shop.As("cashier", at));
        for (var i = 0; i < Most; i++)
            (await (i % 2 == 0 ? one : other).Ask("GET /api/auth/me")).Status.ShouldBe(200);
        (await one.Ask("GET /api/auth/me")).Status.ShouldBe(429);
        (await other.Ask("GET /api/auth/me")).Status.ShouldBe(429);
        (await (await shop.As("barista", at)).Ask("GET /api/auth/me")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task The_limit_holds_for_all_processes_together()
    {
        var shop = await app.NewShop();
        var (first, second) = (await Start(new(PerAddress: Most)), await Start(new(PerAddress: Most)));
        for (var i = 0; i < Most / 2; i++)
        {
            (await From("127.0.7.4", shop, first.At).Ask("GET /api/menu?limit=1")).Status.ShouldBe(200);
            (await From("127.0.7.4", shop, second.At).Ask("GET /api/menu?limit=1")).Status.ShouldBe(200);
        }

        // They tell each other every second; asked here, they do it now.
        await Answers.Eventually(async () =>
        {
            await first.Limits.Tell(default);
            await second.Limits.Tell(default);
            return await Status(first.At) == 429 && await Status(second.At) == 429;
        });
        (await From("127.0.7.5", shop, second.At).Ask("GET /api/menu?limit=1")).Status.ShouldBe(200);

        async Task<int> Status(Uri at) => (await From("127.0.7.4", shop, at).Ask("GET /api/menu?limit=1")).Status;
    }

    [Theory]
    [InlineData("production", null, 30_000)]
    [InlineData("development", null, 0)]
    [InlineData("production", "0", 0)]
    [InlineData("development", "7", 7)]
    public void Production_bounds_what_an_operator_says_nothing_about(string environment, string? said, int most) =>
        new ServeOptions().WithEnvironment(name => name switch
        {
            "COMANDA_ENVIRONMENT" => environment,
            "COMANDA_REQUESTS_PER_ADDRESS" => said,
            _ => null,
        }).RequestLimits.PerAddress.ShouldBe(most);
}
