using Comanda.Events;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Comanda.Tests.Events;

/// <summary>What is kept in memory of the shops: so much and no more, and never what is no longer true.</summary>
public sealed class RememberedTests(CafeApp app)
{
    private sealed record Kept(long Shop, int Reading);

    private readonly List<long> read = [];

    private Remembered<Kept> New(long room, List<long>? dropped = null) =>
        new(
            shop =>
            {
                read.Add(shop);
                return Task.FromResult<Kept?>(shop < 0 ? null : new(shop, read.Count));
            },
            room,
            _ => 10,
            shop => dropped?.Add(shop)
        );

    [Fact]
    public async Task Those_that_nobody_asked_for_the_longest_make_room()
    {
        var dropped = new List<long>();
        var kept = New(room: 50, dropped);
        for (var shop = 1; shop <= 5; shop++)
            await kept.Get(shop, default);
        await kept.Get(1, default); // not the oldest any more
        await kept.Get(6, default);

        kept.Weight.ShouldBeLessThanOrEqualTo(50);
        dropped.ShouldBe([2, 3]); // a tenth of the room is free after it
        read.Clear();
        foreach (var shop in (long[])[1, 4, 5, 6])
            await kept.Get(shop, default);
        read.ShouldBeEmpty();
        (await kept.Get(2, default))!.Shop.ShouldBe(2);
        read.ShouldBe([2]);
    }

    [Fact]
    public async Task A_thousand_shops_weigh_no_more_than_there_is_room_for()
    {
        var kept = New(room: 100);
        for (var round = 0; round < 3; round++)
        {
            for (var shop = 1; shop <= 1000; shop++)
                (await kept.Get(shop, default))!.Shop.ShouldBe(shop);
        }

        kept.Weight.ShouldBeLessThanOrEqualTo(100);
    }

    [Fact]
    public async Task What_is_larger_than_the_room_is_kept_alone()
    {
        var kept = New(room: 5);
        await kept.Get(1, default);
        await kept.Get(1, default);
        read.ShouldBe([1]);
        await kept.Get(2, default);
        kept.Weight.ShouldBe(10);
    }

    [Fact]
    public async Task What_is_forgotten_weighs_nothing_and_is_read_again()
    {
        var kept = New(room: 100);
        await kept.Get(1, default);
        await kept.Get(-1, default);
        kept.Weight.ShouldBe(10);
        kept.Forget(1);
        kept.Forget(1);
        kept.Weight.ShouldBe(0);
        await kept.Get(1, default);
        read.ShouldBe([1, -1, 1]);
    }

    [Fact]
    public async Task Asked_for_by_many_at_once_it_is_read_once_and_counted_once()
    {
        var (reads, begin) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var kept = new Remembered<Kept>(
            async shop =>
            {
                Interlocked.Increment(ref reads);
                await begin.Task;
                return new(shop, 1);
            },
            room: 100,
            _ => 10
        );
        var asked = Enumerable.Range(0, 50).Select(_ => Task.Run(() => kept.Get(1, default).AsTask())).ToList();
        begin.SetResult();
        await Task.WhenAll(asked);
        (reads, kept.Weight).ShouldBe((1, 10));
    }

    [Fact]
    public async Task Menus_of_more_shops_than_there_is_room_for_are_all_told_right_and_changes_are_seen()
    {
        TestShop[] shops = [await app.NewShop(), await app.NewShop(), await app.NewShop(), await app.NewShop()];
        var one = (await (await shops[0].As("manager")).GetMenu()).Items.Count();
        Comanda.Menu.MenuBoard? board = null;
        var server = await app.StartProcess(services =>
        {
            services.Replace(ServiceDescriptor.Singleton(new RoomInMemory(MenuItems: (one * 2) + 1, RecipeLines: 1, Shops: 2)));
            services.AddHostedService(s =>
            {
                board = s.GetRequiredService<Comanda.Menu.MenuBoard>();
                return new Nothing();
            });
        });
        for (var round = 0; round < 3; round++)
        {
            foreach (var shop in shops)
            {
                var manager = await shop.As("manager", server);
                var item = (await manager.GetMenu()).Items.First();
                (await manager.Ask($"PUT /api/menu/items/{item.Id}", new { price = 3 + round })).Status.ShouldBe(200);
                (await manager.GetMenu()).Items.First(i => i.Id == item.Id).Price.ShouldBe(3 + round);
                (await manager.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = item.Id } } })).Status.ShouldBe(201);
                board!.ItemsKept.ShouldBeLessThanOrEqualTo((one * 2) + 1);
            }
        }
    }

    [Fact]
    public async Task Menus_that_change_and_are_left_alone_hold_no_memory()
    {
        var shops = new List<TestShop>();
        for (var n = 0; n < 6; n++)
            shops.Add(await app.NewShop());
        var one = (await (await shops[0].As("manager")).GetMenu()).Items.Count();
        Comanda.Menu.MenuBoard? board = null;
        var server = await app.StartProcess(services =>
        {
            services.Replace(ServiceDescriptor.Singleton(new RoomInMemory(MenuItems: one * 4, RecipeLines: 1, Shops: 100)));
            services.AddHostedService(s =>
            {
                board = s.GetRequiredService<Comanda.Menu.MenuBoard>();
                return new Nothing();
            });
        });
        foreach (var shop in shops)
        {
            var manager = await shop.As("manager", server);
            var item = (await manager.GetMenu()).Items.First();
            (await manager.Ask($"PUT /api/menu/items/{item.Id}", new { price = 3 })).Status.ShouldBe(200);
        }

        // The answer to a change reads the menu again, and the change's event, heard a moment later, drops that too.
        await Answers.Eventually(() => Task.FromResult(board!.ItemsKept == 0));
        board!.ItemsOfLast.ShouldBe(one * 5); // of six
        foreach (var shop in shops)
            (await (await shop.As("manager", server)).GetMenu()).Items.First().Price.ShouldBe(3);
        board.ItemsOfLast.ShouldBeLessThanOrEqualTo(one * 5);
    }

    private sealed class Nothing : Microsoft.Extensions.Hosting.IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
