using System.Text.RegularExpressions;
using Comanda.Data;
using Comanda.Events;
using Comanda.Operations;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests.Events;

/// <summary>Those who follow the event log.</summary>
public sealed class ConsumersTests(CafeApp app)
{
    [Fact]
    public async Task A_consumer_misses_nothing_repeats_nothing_and_sets_aside_what_fails()
    {
        var shop = await app.NewShop();
        var consumer = new CountingConsumer(shop.Id);
        // A new consumer begins with the first event there ever was: this one leaves out what other tests did before.
        await app.Database.Scalar(
            "insert into consumers (name, position) select $1, coalesce(max(seq), 0) from events",
            default,
            consumer.Name);
        var first = await app.StartProcess(services => services.AddSingleton<IEventConsumer>(consumer));
        await app.StartProcess(services => services.AddSingleton<IEventConsumer>(consumer)); // two processes, one position
        var cashier = await shop.As("cashier", first);
        var espresso = (await shop.Item("Espresso")).Id;
        await Task.WhenAll(Enumerable.Range(
            0,
            40).Select(i => cashier.PlaceOrder(new("takeaway", [new(espresso)], CustomerName: i == 17 ? "trouble" : null))));

        for (var tries = 0; tries < 1200 && (consumer.Handled.Count < 39 || await Failures(consumer) == 0); tries++)
            await Task.Delay(50);
        consumer.Handled.Count.ShouldBe(39);
        consumer.Handled.ShouldBe(consumer.Handled.Distinct());
        consumer.Handled.ShouldBe(consumer.Handled.Order());
        (await Failures(consumer)).ShouldBe(1);

        // Whoever looks after the server sees it, and has what was given up tried again.
        var said = new List<string>();
        await Answers.Eventually(async () =>
        {
            await app.Database.Scalar("update consumer_failures set gave_up = true where consumer = $1", default, consumer.Name);
            said.Clear();
            await ConsumersVerb.Run(app.Database, null, said.Add, default);
            return said.Exists(line => Regex.IsMatch(line, $"^{consumer.Name} .*, 1 given up$"));
        });
        (await ConsumersVerb.Run(app.Database, null, _ => { }, default)).ShouldBe(2);
        said.ShouldContain(line => line.Contains($"{consumer.Name}: event ") && line.Contains($"of shop {shop.Id}"));
        (await ConsumersVerb.Run(app.Database, "nobody", said.Add, default)).ShouldBe(1);
        (await ConsumersVerb.Run(app.Database, consumer.Name, said.Add, default)).ShouldBe(0);
        said[^1].ShouldBe($"1 event(s) of {consumer.Name} are tried again.");

        consumer.Mended = true; // what was set aside is tried again
        for (var tries = 0; tries < 1200 && await Failures(consumer) > 0; tries++)
            await Task.Delay(50);
        consumer.Handled.Count.ShouldBe(40);
        (await Failures(consumer)).ShouldBe(0);
    }

    private async Task<long> Failures(IEventConsumer consumer) =>
        (long)(await app.Database.Scalar("select count(*) from consumer_failures where consumer = $1", default, consumer.Name))!;

    private sealed class CountingConsumer(long shopId) : IEventConsumer
    {
        public string Name => $"counting-{shopId}";

        public bool Mended { get; set; }

        public List<long> Handled { get; } = [];

        public Task Handle(LoggedEvent happened, Npgsql.NpgsqlConnection connection, CancellationToken cancel)
        {
            if (happened.ShopId != shopId || happened.Name == "user_activity")
                return Task.CompletedTask;
            if (!Mended && happened.Data.Contains("trouble", StringComparison.Ordinal))
                throw new InvalidOperationException("does not like trouble");
            lock (Handled)
                Handled.Add(happened.Seq);
            return Task.CompletedTask;
        }
    }
}
