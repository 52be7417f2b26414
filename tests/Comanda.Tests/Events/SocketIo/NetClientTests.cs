using System.Collections.Concurrent;
using SocketIOClient;
using SocketIOClient.Transport;

namespace Comanda.Tests.Events.SocketIo;

/// <summary>SocketIOClient from NuGet, unchanged, through a shift.</summary>
public sealed class NetClientTests(CafeApp app)
{
    private static async Task<long> Sell(ComandaClient client, TestShop shop) =>
        (await client.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]))).Id;

    [Theory]
    [InlineData(TransportProtocol.Polling, false)]
    [InlineData(TransportProtocol.Polling, true)]
    [InlineData(TransportProtocol.WebSocket, false)]
    public async Task It_connects_hears_comes_back_and_is_sent_away(TransportProtocol transport, bool upgrades)
    {
        var shop = await app.NewShop();
        var (cashier, barista) = (await shop.As("cashier"), await shop.As("barista"));
        await using var line = new CuttableLine(app.Address.Port);
        using var client = new SocketIOClient.SocketIO(line.Address, new SocketIOOptions
        {
            Transport = transport,
            AutoUpgrade = upgrades,
            Auth = new { token = barista.AccessToken, after = (await cashier.GetEvents(0)).LastSeq },
            ReconnectionDelay = 50,
            ReconnectionDelayMax = 200,
        });
        var (heard, ends) = (new ConcurrentQueue<(long Seq, long Id)>(), new ConcurrentQueue<string>());
        var connected = 0;
        client.OnConnected += (_, _) => Interlocked.Increment(ref connected);
        client.OnDisconnected += (_, why) => ends.Enqueue(why);
        client.On("order_created", response =>
        {
            var envelope = response.GetValue();
            heard.Enqueue((envelope.GetProperty("seq").GetInt64(), envelope.GetProperty("data").GetProperty("id").GetInt64()));
        });
        await client.ConnectAsync();
        await Answers.Eventually(() => Task.FromResult(Volatile.Read(ref connected) == 1), 20);
        var sold = new List<long> { await Sell(cashier, shop), await Sell(cashier, shop) };
        await Answers.Eventually(() => Task.FromResult(heard.Count >= 2), 20);

        await client.EmitAsync("photo", new object[] { new byte[] { 1, 2, 3 } }); // nobody here takes it; nothing comes of it
        sold.Add(await Sell(cashier, shop));
        await Answers.Eventually(() => Task.FromResult(heard.Count >= 3), 20);

        line.Cut();
        await Answers.Eventually(() => Task.FromResult(Volatile.Read(ref connected) >= 2), 30);
        sold.Add(await Sell(cashier, shop));
        await Answers.Eventually(() => Task.FromResult(heard.Any(h => h.Id == sold[^1])), 20);
        // It has no recovery of its own: what it says it has (after) stays, so it hears again, in order.
        heard.Select(h => h.Id).Distinct().ShouldBe(sold);

        await barista.SignOut();
        await Answers.Eventually(() => Task.FromResult(ends.Contains("io server disconnect")), 20);
    }
}
