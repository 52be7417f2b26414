using System.Collections.Concurrent;
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

/// <summary>What the provider says, and what proves that it is the provider.</summary>
public sealed partial class CardIntentTests
{
    [Fact]
    public async Task Only_what_the_signature_proves_is_believed()
    {
        await using var sale = await Begin("cashier", 1);
        var (stripe, cashier, order) = (sale.Stripe, sale.Client, sale.Order);
        var body = Event("succeeded", stripe.First, "succeeded");
        var now = DateTimeOffset.UtcNow;
        var right = await Sign(body, now);
        foreach (var (what, signature) in new[]
            {
                ("none", ""),
                ("nonsense", "t=x,v1=y"),
                ("another secret", await Sign(body, now, "whsec_other")),
                ("too old", await Sign(body, now.AddMinutes(-6))),
                ("from the future", await Sign(body, now.AddMinutes(6))),
                ("another time", right.Replace("t=", "t=1", StringComparison.Ordinal)),
                ("another scheme", right.Replace("v1=", "v0=", StringComparison.Ordinal)),
                ("a huge time", "t=99999999999999999,v1=00"),
                })
            (await Tell(cashier.WithoutToken(), body, signature)).Code.ShouldBe("bad_signature", what);
        (await Tell(
            cashier.WithoutToken(),
            body.Replace("succeeded", "succeedeD", StringComparison.Ordinal),
            right)).Code.ShouldBe("bad_signature");
        (await cashier.GetOrder(order.Id)).PaymentStatus.ShouldBe("unpaid");
        (await Tell(cashier.WithoutToken(), "{}")).Fields.ShouldBe(["body"]);
        (await Tell(cashier.WithoutToken(), Event("succeeded", "pi_unknown", "succeeded"))).Code.ShouldBe("not_found"); // comes again
        // another program's
        (await Tell(
            cashier.WithoutToken(),
            Event("succeeded", "pi_other", "succeeded").Replace("comanda_order", "x", StringComparison.Ordinal))).Status.ShouldBe(200);
        (await Tell(cashier.WithoutToken(), "{\"type\":\"charge.succeeded\"}")).Status.ShouldBe(200);
        (await Tell(cashier.WithoutToken(), body, right + ",v1=00")).Status.ShouldBe(200); // while a secret is being changed there are two
        (await cashier.GetOrder(order.Id)).PaymentStatus.ShouldBe("paid");
        // A process that knows no secret believes nothing.
        (await Tell(app.Client(), body, right)).Code.ShouldBe("bad_signature");
    }

    [Fact]
    public async Task A_webhook_without_a_signature_or_with_an_odd_body_is_refused()
    {
        await using var sale = await Begin("cashier", 1);
        var client = sale.Client.WithoutToken();
        using var unsigned = new StringContent(Event("succeeded", sale.Stripe.First, "succeeded"), Encoding.UTF8, "application/json");
        var none = await client.Ask("POST /api/payments/webhook", unsigned);
        (none.Status, none.Code).ShouldBe((400, "bad_signature"));
        foreach (var odd in new[]
            {
                "", "null", "[]", "7", "\"x\"", "{\"type\":7}", "{\"type\":null,\"data\":null}",
                "{\"type\":\"payment_intent.succeeded\"}", "{\"type\":\"payment_intent.succeeded\",\"data\":[]}",
                "{\"type\":\"payment_intent.succeeded\",\"data\":{\"object\":7}}",
                "{\"type\":\"payment_intent.succeeded\",\"data\":{\"object\":{\"id\":{}}}}",
                "{\"type\":\"payment_intent.created\",\"data\":{\"object\":{\"id\":\"x\",\"status\":[]}}}",
                "{\"type\":\"payment_intent.succeeded\"", "\u00ef\u00bb\u00bf{}",
            })
            ((await Tell(client, odd)).Status, odd).ShouldBe((400, odd));
        (await sale.Client.GetOrder(sale.Order.Id)).PaymentStatus.ShouldBe("unpaid");
    }
}
