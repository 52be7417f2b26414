using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Comanda.Data;
using Comanda.Events;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Comanda.Tests.Events;

/// <summary>The log told to a real RabbitMQ: in order, each at least once, and nobody waits for it.</summary>
public sealed class RabbitTests(CafeApp app)
{
    private const string Exchange = "comanda";

    private static AmqpOptions At(int port, string password = "guest") => new("127.0.0.1", port, "/", "guest", password)
    {
        Patience = TimeSpan.FromSeconds(3),
    };

    private static async Task<long> Sell(ComandaClient client, TestShop shop) =>
        (await client.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]))).Id;

    /// <summary>From here on: other tests' events have no part in this one's.</summary>
    private async Task<long> BeginHere() => (long)(await app.Database.Scalar(
        """
        insert into consumers (name, position) select 'rabbitmq', coalesce(max(seq), 0) from events
        on conflict (name) do update set position = excluded.position returning position
        """,
        default))!;

    private async Task<long> Position() =>
        (long)(await app.Database.Scalar("select position from consumers where name = 'rabbitmq'", default))!;

    private async Task<List<long>> LogOf(TestShop shop, long after)
    {
        await using var command = app.Database.Command(
            "select seq from events where shop_id = $1 and seq > $2 order by seq", shop.Id, after);
        return await command.List(r => r.GetInt64(0), default);
    }

    [Fact]
    public async Task Events_are_published_in_order_with_their_ids_and_what_no_queue_wants_is_no_error()
    {
        await using var broker = await RabbitServer.Start();
        var (shop, other) = (await app.NewShop(), await app.NewShop());
        var begin = await BeginHere();
        var kept = new KeptLog(typeof(MirrorEvents).FullName!);
        var at = await app.StartProcess(kept.KeepFrom, o => o with { Amqp = At(broker.Port) });
        await app.StartProcess(choose: o => o with { Amqp = At(broker.Port) }); // two processes tell it once
        await using var reader = await Reader.Open(broker.Port, "till", $"shop.{shop.Id}.#");
        var (cashier, elsewhere) = (await shop.As("cashier", at), await other.As("cashier", at));
        var sold = new List<long>();
        for (var n = 0; n < 10; n++)
        {
            await Sell(elsewhere, other); // nobody has asked for these
            sold.Add(await Sell(cashier, shop));
        }

        var log = await LogOf(shop, begin);
        await Answers.Eventually(() => Task.FromResult(reader.Ids.Count >= log.Count), seconds: 30);
        reader.Ids.ShouldBe(log); // each once, since nothing went wrong
        var orders = reader.Heard.Where(h => h.Key == $"shop.{shop.Id}.order_created").ToList();
        orders.Select(o => o.Body.GetProperty("data").GetProperty("id").GetInt64()).ShouldBe(sold);
        foreach (var message in reader.Heard)
        {
            message.Body.GetProperty("seq").GetInt64().ToString().ShouldBe(message.Id);
            message.Key.ShouldBe($"shop.{shop.Id}.{message.Body.GetProperty("event").GetString()}");
            message.Persistent.ShouldBeTrue();
            (message.Shop, message.Schema).ShouldBe((shop.Id, 1));
        }

        var last = (long)(await app.Database.Scalar("select max(seq) from events where shop_id = $1", default, other.Id))!;
        await Answers.Eventually(async () => await Position() >= last);
        kept.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task While_the_broker_is_gone_the_shop_sells_and_then_it_goes_on_where_it_was()
    {
        await using var broker = await RabbitServer.Start();
        var shop = await app.NewShop();
        var begin = await BeginHere();
        var kept = new KeptLog(typeof(MirrorEvents).FullName!);
        var at = await app.StartProcess(kept.KeepFrom, o => o with { Amqp = At(broker.Port) });
        var cashier = await shop.As("cashier", at);
        await using (var before = await Reader.Open(broker.Port, "kept", $"shop.{shop.Id}.#"))
        {
            await Sell(cashier, shop);
            await Answers.Eventually(() => Task.FromResult(before.Ids.Count > 0), seconds: 30);
        }

        await Reader.Bind(broker.Port, "all", $"shop.{shop.Id}.#");
        for (var n = 0; n < 10; n++)
            await Sell(cashier, shop);
        await broker.Kill();
        var selling = Stopwatch.StartNew();
        for (var n = 0; n < 10; n++)
            await Sell(cashier, shop);
        selling.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20)); // nobody waits for it
        await Answers.Eventually(() => Task.FromResult(kept.Lines.Count > 0), seconds: 30);
        await Task.Delay(3000); // it tries again meanwhile, and says nothing of that
        kept.Lines.Count.ShouldBe(1);
        kept.Lines[0].ShouldContain($"RabbitMQ at 127.0.0.1:{broker.Port}");
        await broker.StartAgain();
        for (var n = 0; n < 5; n++)
            await Sell(cashier, shop);

        var log = await LogOf(shop, begin);
        await Answers.Eventually(async () => await Position() >= log[^1], seconds: 30);
        await using var after = await Reader.Open(broker.Port, "all", $"shop.{shop.Id}.#");
        await Answers.Eventually(() => Task.FromResult(after.Ids.Contains(log[^1])), seconds: 30);
        var first = after.Ids.Distinct().ToList(); // what was under way when it died may have come twice
        first.ShouldBe(log[^first.Count..]);
        first.Count.ShouldBeGreaterThanOrEqualTo(25);
        kept.Lines.Count.ShouldBe(2);
        kept.Lines[1].ShouldContain("works again");
    }

    [Fact]
    public async Task A_long_past_is_told_in_order_though_the_broker_hangs_in_the_middle()
    {
        const int count = 3_000;
        await using var broker = await RabbitServer.Start();
        await Reader.Bind(broker.Port, "past", "#");
        var shop = await app.NewShop();
        await BeginHere();
        await app.Database.Scalar(
            """
            insert into events (shop_id, event, at, actor, data)
            select $1, 'order_updated', now(), '{}', json_build_object('n', n, 'text', repeat('x', 500)) from generate_series(1, $2) n
            """,
            default, shop.Id, count);
        var log = await LogOf(shop, 0);
        var begin = await Position();
        await app.StartProcess(choose: o => o with { Amqp = At(broker.Port) });
        await Answers.Eventually(async () => await Position() > begin, seconds: 30);
        await broker.Pause();
        var stays = await Position();
        await Task.Delay(4000); // longer than anybody waits for a confirm
        (await Position()).ShouldBeLessThan(stays + count);
        await broker.GoOn();
        await Answers.Eventually(async () => await Position() >= log[^1], seconds: 90);
        await using var reader = await Reader.Open(broker.Port, "past", "#");
        await Answers.Eventually(() => Task.FromResult(reader.Ids.Contains(log[^1])), seconds: 30);
        var first = reader.Heard.Where(h => h.Shop == shop.Id).Select(h => long.Parse(h.Id)).Distinct();
        first.ShouldBe(log[^count..]);
    }

    [Fact]
    public async Task Who_may_not_come_in_is_told_once_without_the_password()
    {
        await using var broker = await RabbitServer.Start();
        await BeginHere();
        var kept = new KeptLog(typeof(MirrorEvents).FullName!);
        await app.StartProcess(kept.KeepFrom, o => o with { Amqp = At(broker.Port, "not-the-p4ssword") });
        await Answers.Eventually(() => Task.FromResult(kept.Lines.Count > 0), seconds: 30);
        await Task.Delay(3000);
        kept.Lines.Count.ShouldBe(1);
        kept.Lines[0].ShouldContain("ACCESS_REFUSED");
        kept.Lines[0].ShouldNotContain("p4ssword");
        At(1, "p4ssword").ToString().ShouldNotContain("p4ssword");
    }

    [Fact]
    public void The_setting_is_checked_at_the_start_and_not_repeated()
    {
        Read("amqp://guest:guest@localhost:5672/").ShouldBe(new("localhost", 5672, "/", "guest", "guest"));
        Read("amqp://localhost").ShouldBe(new("localhost", 5672, "/", "guest", "guest"));
        Read("amqp://u%40x:p%2F%3A@broker/%2Fshops", "events").ShouldBe(
            new("broker", 5672, "/shops", "u@x", "p/:") { Exchange = "events" });
        Read("amqps://u:p@broker/").ShouldBe(new("broker", 5671, "/", "u", "p") { Encrypted = true });
        Read(null).ShouldBeNull();
        foreach (var wrong in new[] { "http://u:s3cret@x", "amqp://u:s3cret@", "amqp://u:s3cret@x/a/b", "amqp://u:s3cret/@x/a", "s3cret" })
        {
            var message = Should.Throw<StartupException>(() => Read(wrong), wrong).Message;
            message.ShouldStartWith("COMANDA_AMQP must be");
            message.ShouldNotContain("s3cret");
        }

        foreach (var wrong in new[] { "amq.topic", "a b", new string('x', 128) })
            Should.Throw<StartupException>(() => Read("amqp://x", wrong)).Message.ShouldStartWith("COMANDA_AMQP_EXCHANGE must be");

        static AmqpOptions? Read(string? url, string? exchange = null) => AmqpOptions.FromEnvironment(name => name switch
        {
            "COMANDA_AMQP" => url,
            "COMANDA_AMQP_EXCHANGE" => exchange,
            _ => null,
        });
    }

    private sealed record Message(string Id, string Key, JsonElement Body, bool Persistent, long Shop, int Schema);

    /// <summary>Another program that takes events from a queue of its own.</summary>
    private sealed class Reader(IConnection connection) : IAsyncDisposable
    {
        private readonly ConcurrentQueue<Message> heard = [];

        public IReadOnlyList<Message> Heard => [.. heard];

        public List<long> Ids => [.. heard.Select(h => long.Parse(h.Id))];

        public static async Task<Reader> Open(int port, string queue, string pattern)
        {
            var (connection, channel) = await Declare(port, queue, pattern);
            var reader = new Reader(connection);
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += (_, message) =>
            {
                reader.heard.Enqueue(new(
                    message.BasicProperties.MessageId!,
                    message.RoutingKey,
                    JsonElement.Parse(Encoding.UTF8.GetString(message.Body.Span)),
                    message.BasicProperties.Persistent,
                    (long)message.BasicProperties.Headers!["shop_id"]!,
                    (int)message.BasicProperties.Headers["schema"]!));
                return Task.CompletedTask;
            };
            await channel.BasicConsumeAsync(queue, autoAck: true, consumer);
            return reader;
        }

        public static async Task Bind(int port, string queue, string pattern)
        {
            var (connection, _) = await Declare(port, queue, pattern);
            await connection.DisposeAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await connection.AbortAsync();
            await connection.DisposeAsync();
        }

        private static async Task<(IConnection Connection, IChannel Channel)> Declare(int port, string queue, string pattern)
        {
            var factory = new ConnectionFactory { HostName = "127.0.0.1", Port = port, AutomaticRecoveryEnabled = false };
            var connection = await factory.CreateConnectionAsync();
            var channel = await connection.CreateChannelAsync();
            await channel.ExchangeDeclareAsync(Exchange, ExchangeType.Topic, durable: true);
            await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false);
            await channel.QueueBindAsync(queue, Exchange, pattern);
            return (connection, channel);
        }
    }
}
