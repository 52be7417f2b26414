using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Comanda.Data;
using Comanda.Payments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Comanda.Tests.Payments;

public sealed partial class CardIntentTests(CafeApp app)
{
    private const string Secret = "whsec_of_the_test";

    private static Task<Answer> Create(ComandaClient client, long order) =>
        client.Ask("POST /api/payments/create-intent", new { order_id = order });

    private static Task<Answer> Confirm(ComandaClient client, long payment) =>
        client.Ask("POST /api/payments/confirm", new { payment_id = payment });

    private static long PaymentId(Answer answer) => answer.Body.GetProperty("payment_id").GetInt64();

    /// <summary>Signed by Stripe's own library.</summary>
    private static async Task<string> Sign(string body, DateTimeOffset at, string secret = Secret)
    {
        using var node = Process.Start(new ProcessStartInfo("node", ["stripe-sign.js", secret, at.ToUnixTimeSeconds().ToString()])
        {
            WorkingDirectory = Path.Combine(Repository.Root, "tests", "peers"),
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        await node.StandardInput.WriteAsync(body);
        node.StandardInput.Close();
        return await node.StandardOutput.ReadToEndAsync();
    }

    private static string Event(string type, string reference, string status) =>
        System.Text.Json.JsonSerializer.Serialize(new
        {
            id = "evt_1",
            @object = "event",
            type = "payment_intent." + type,
            data = new { @object = new { id = reference, @object = "payment_intent", status, metadata = new { comanda_order = "1" } } }
        });

    private async Task<Answer> Tell(ComandaClient client, string body, string? signature = null)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        return await client.Ask(
            "POST /api/payments/webhook",
            content,
            ("Stripe-Signature", signature ?? await Sign(body, DateTimeOffset.UtcNow)));
    }

    /// <summary>An unpaid order, and what was asked of a Stripe of its own for it.</summary>
    private sealed record Sale(
        StripeStandIn Stripe,
        PassingProcess Process,
        TestShop Shop,
        ComandaClient Client,
        OrderView Order,
        Answer Intent) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Process.DisposeAsync();
            await Stripe.DisposeAsync();
        }
    }

    private async Task<Sale> Begin(string role, int espressos)
    {
        var stripe = await StripeStandIn.Start();
        var process = await app.StartPassingProcess(o => o with { Stripe = stripe.Options });
        var shop = await app.NewShop();
        var client = await shop.As(role, process.Address);
        var order = await client.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id, espressos)]));
        return new(stripe, process, shop, client, order, await Create(client, order.Id));
    }

    [Fact]
    public async Task Where_all_that_is_owed_is_rounded_a_card_is_charged_a_whole_step()
    {
        var shop = await app.NewShop(("cash_rounding", "0.05"), ("cash_scope", "total"));
        var manager = await shop.As("manager");
        var item = (await shop.Item("Espresso")).Id;
        (await manager.Ask($"PUT /api/menu/items/{item}", new { price = 2.32m })).Status.ShouldBe(200);
        var order = await manager.Ask("POST /api/orders", new { items = new[] { new { menu_item_id = item } } });
        var intent = await Create(manager, order.Id);
        intent.Body.GetProperty("amount").GetDecimal().ShouldBe(2.30m);
        (await Confirm(manager, PaymentId(intent))).Text("status").ShouldBe("succeeded");
        var paid = await manager.Ask($"GET /api/orders/{order.Id}");
        var payment = paid.Body.GetProperty("payments").EnumerateArray().Single();
        (paid.Text("payment_status"), payment.GetProperty("amount").GetDecimal(), payment.GetProperty("rounding").GetDecimal())
            .ShouldBe(("paid", 2.32m, -0.02m));
        (await manager.Ask($"POST /api/orders/{order.Id}/refund", new { reason = "cold" })).Status.ShouldBe(201);
        const string back = "select c.amount from card_refunds c join refunds r on r.id = c.refund_id where r.order_id = $1";
        (await app.Database.Scalar(back, default, order.Id)).ShouldBe(230L);
    }

    [Fact]
    public async Task Without_a_key_payments_are_simulated_and_say_so()
    {
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier");
        var order = await cashier.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id, 2)]));
        var both = await Task.WhenAll(Create(cashier, order.Id), Create(cashier, order.Id));
        both.Select(PaymentId).Distinct().ShouldHaveSingleItem();
        (
            both[0].Text("provider"),
            both[0].Text("status"),
            both[0].Text("client_secret")).ShouldBe(("simulated", "requires_confirmation", both[1].Text("client_secret")));
        var confirmed = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Confirm(cashier, PaymentId(both[0]))));
        confirmed.ShouldAllBe(c => c.Status == 200 && c.Text("status") == "succeeded" && c.Text("provider") == "simulated");
        var paid = await cashier.GetOrder(order.Id);
        (paid.PaymentStatus, paid.Payments.Count, paid.Payments[0].Id).ShouldBe(("paid", 1, PaymentId(both[0])));
        (await Create(cashier, order.Id)).Code.ShouldBe("overpayment");
        (await Create(cashier, 999_999_999)).Fields.ShouldBe(["order_id"]);
        (await Confirm(cashier, 999_999_999)).Fields.ShouldBe(["payment_id"]);
        (await Confirm(await (await app.NewShop()).As("cashier"), PaymentId(both[0]))).Fields.ShouldBe(["payment_id"]);
        (await (await shop.As("manager")).VerifyJournal()).Valid.ShouldBeTrue();
    }

    [Fact]
    public async Task In_production_nobody_is_paid_by_a_simulation()
    {
        await using var process = await app.StartPassingProcess(o => o with { Production = true });
        var shop = await app.NewShop();
        var cashier = await shop.As("cashier", process.Address);
        var order = await cashier.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]));
        (await Create(cashier, order.Id)).Code.ShouldBe("card_provider_unavailable");
    }

    [Theory]
    [InlineData("webhook confirm webhook")]
    [InlineData("confirm webhook webhook")]
    [InlineData("created webhook created confirm")]
    [InlineData("webhook canceled failed confirm")]
    [InlineData("failed canceled webhook confirm")]
    public async Task Trap21_whoever_says_that_a_payment_came_in_whatever_order_it_is_booked_once(string said)
    {
        await using var sale = await Begin("cashier", 2);
        var (stripe, cashier, order) = (sale.Stripe, sale.Client, sale.Order);
        var intent = sale.Intent;
        (
            intent.Text("provider"),
            intent.Text("publishable_key"),
            intent.Text("client_secret")).ShouldBe(("stripe", "pk_test", "secret_of_" + stripe.First));
        stripe.Asked.Single().ShouldBe($"POST /v1/payment_intents key=comanda-{order.Id}-460-0 amount=460 currency=eur order={order.Id}");
        (await Confirm(cashier, PaymentId(intent))).Text("status").ShouldBe("requires_payment_method"); // the guest has not paid yet
        stripe.Status = "succeeded";
        foreach (var word in said.Split(' '))
        {
            var answer = word switch
            {
                "confirm" => await Confirm(cashier, PaymentId(intent)),
                "webhook" => await Tell(cashier.WithoutToken(), Event("succeeded", stripe.First, "succeeded")),
                "created" => await Tell(cashier.WithoutToken(), Event("created", stripe.First, "requires_payment_method")),
                "failed" => await Tell(cashier.WithoutToken(), Event("payment_failed", stripe.First, "requires_payment_method")),
                _ => await Tell(cashier.WithoutToken(), Event("canceled", stripe.First, "canceled")),
            };
            answer.Status.ShouldBe(200, $"{word}: {answer}");
        }

        var paid = await cashier.GetOrder(order.Id);
        (paid.PaymentStatus, paid.Payments.Count, paid.Payments.Sum(p => p.Amount)).ShouldBe(("paid", 1, 4.60m));
        (await Confirm(cashier, PaymentId(intent))).Text("status").ShouldBe("succeeded");
        (await (await sale.Shop.As("manager")).GetDailySales()).PaymentMethods["card"].ShouldBe(4.60m);
    }

    [Fact]
    public async Task Trap21_webhooks_beside_the_guests_own_confirm_are_one_capture()
    {
        await using var sale = await Begin("cashier", 1);
        var (stripe, cashier, order) = (sale.Stripe, sale.Client, sale.Order);
        var intent = sale.Intent;
        stripe.Status = "succeeded";
        var body = Event("succeeded", stripe.First, "succeeded");
        var signature = await Sign(body, DateTimeOffset.UtcNow);
        var told = await Task.WhenAll(Enumerable.Range(
            0,
            16).Select(i => i % 2 == 0 ? Tell(cashier.WithoutToken(), body, signature) : Confirm(cashier, PaymentId(intent))));
        told.ShouldAllBe(t => t.Status == 200);
        (await cashier.GetOrder(order.Id)).Payments.ShouldHaveSingleItem().Amount.ShouldBe(2.30m);
    }

    [Fact]
    public async Task Trap22_a_late_event_never_moves_an_order_backwards()
    {
        await using var sale = await Begin("manager", 1);
        var (stripe, manager, order) = (sale.Stripe, sale.Client, sale.Order);
        var intent = sale.Intent;
        await Tell(manager.WithoutToken(), Event("succeeded", stripe.First, "succeeded"));
        await manager.Ask($"PUT /api/orders/{order.Id}/status", new { status = "completed" });
        foreach (var (type, status) in new[]
        {
            ("created", "requires_payment_method"),
            ("payment_failed", "requires_payment_method"),
            ("canceled", "canceled"),
            ("processing", "processing"),
            ("succeeded", "succeeded")
        })
            (await Tell(manager.WithoutToken(), Event(type, stripe.First, status))).Status.ShouldBe(200);
        var after = await manager.GetOrder(order.Id);
        (after.Status, after.PaymentStatus, after.Payments.Count).ShouldBe(("completed", "paid", 1));
        stripe.Status = "succeeded";
        (await Confirm(manager, PaymentId(intent))).Text("status").ShouldBe("succeeded");
    }

    [Fact]
    public async Task What_was_paid_otherwise_meanwhile_goes_back_by_the_provider()
    {
        await using var sale = await Begin("cashier", 1);
        var (stripe, cashier, order) = (sale.Stripe, sale.Client, sale.Order);
        var intent = sale.Intent;
        (await cashier.Ask("POST /api/payments", new { order_id = order.Id, method = "cash" })).Status.ShouldBe(201);
        stripe.Refuses = true; // and at first it cannot even be given back
        (await Tell(cashier.WithoutToken(), Event("succeeded", stripe.First, "succeeded"))).Code.ShouldBe("card_provider_unavailable");
        stripe.Refuses = false;
        (await Tell(cashier.WithoutToken(), Event("succeeded", stripe.First, "succeeded"))).Status.ShouldBe(200);
        await Tell(cashier.WithoutToken(), Event("succeeded", stripe.First, "succeeded"));
        stripe.Asked.Count(a => a.StartsWith("POST /v1/refunds key=comanda-back-" + stripe.First, StringComparison.Ordinal)).ShouldBe(1);
        (await cashier.GetOrder(order.Id)).Payments.ShouldHaveSingleItem().Method.ShouldBe("cash");
        (await app.Database.Scalar("select trouble from card_intents where id = $1", default, PaymentId(intent))).ShouldBe("overpayment");
    }

    [Fact]
    public async Task What_is_refunded_of_it_goes_back_by_the_provider_once_and_until_it_is_done()
    {
        await using var sale = await Begin("manager", 2);
        var (stripe, manager, order) = (sale.Stripe, sale.Client, sale.Order);
        await Tell(manager.WithoutToken(), Event("succeeded", stripe.First, "succeeded"));
        stripe.Refuses = true;
        var refund = await manager.Ask($"POST /api/orders/{order.Id}/refund", new { amount = 1.10, reason = "spilled" });
        refund.Status.ShouldBe(201, refund.ToString());
        await Answers.Eventually(async () => await app.Database.Scalar(
            "select c.last_error is not null from card_refunds c join refunds r on r.id = c.refund_id where r.order_id = $1",
            default,
            order.Id) is true);
        stripe.Refuses = false;
        await Answers.Eventually(async () => await app.Database.Scalar(
            "select c.done_at is not null from card_refunds c join refunds r on r.id = c.refund_id where r.order_id = $1",
            default,
            order.Id) is true);
        stripe.Asked.Count(a => a.StartsWith("POST /v1/refunds", StringComparison.Ordinal)
            && a.EndsWith($" {stripe.First} 110", StringComparison.Ordinal)).ShouldBe(1);

        // A payment that the provider did not take concerns it not.
        var cash = await manager.PlaceOrder(new("takeaway", [new((await sale.Shop.Item("Espresso")).Id)], Payments: [new("card")]));
        await manager.Ask($"POST /api/orders/{cash.Id}/refund", new { reason = "x" });
        (await app.Database.Scalar(
            "select count(*) from card_refunds c join refunds r on r.id = c.refund_id where r.order_id = $1",
            default,
            cash.Id)).ShouldBe(0L);
    }
}
