using System.Collections.Concurrent;
using Comanda.Data;
using Comanda.Payments;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Comanda.Tests.Payments;

/// <summary>Stripe, as far as these tests need it.</summary>
public sealed partial class CardIntentTests
{
    /// <summary>Answers as Stripe's PaymentIntents do, and keeps what it was asked.</summary>
    private sealed class StripeStandIn : IAsyncDisposable
    {
        private readonly WebApplication server;
        private readonly ConcurrentDictionary<string, string> byKey = [];
        private readonly ConcurrentQueue<string> asked = [];

        private StripeStandIn()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            server = builder.Build();
            server.Urls.Add("http://127.0.0.1:0");
            server.MapPost("/v1/payment_intents", async (HttpContext http) =>
            {
                if (http.Request.Headers.Authorization != "Bearer sk_test")
                    return Results.Json(new { error = new { message = "Invalid API Key" } }, statusCode: 401);
                var form = await http.Request.ReadFormAsync();
                var key = http.Request.Headers["Idempotency-Key"].ToString();
                asked.Enqueue($"POST /v1/payment_intents key={key} amount={form["amount"]} currency={form["currency"]} "
                    + $"order={form["metadata[comanda_order]"]}");
                var id = byKey.GetOrAdd(key, _ => First[..^1] + (byKey.Count + 1));
                return Results.Json(new { id, client_secret = "secret_of_" + id, status = Status });
            });
            server.MapGet(
                "/v1/payment_intents/{id}",
                (string id) => Results.Json(new { id, client_secret = "secret_of_" + id, status = Status }));
            server.MapPost("/v1/payment_intents/{id}/cancel", (string id) =>
            {
                asked.Enqueue($"POST /v1/payment_intents/{id}/cancel");
                if (Status is "succeeded" or "canceled")
                    return Results.Json(new { error = new { message = "You cannot cancel this PaymentIntent" } }, statusCode: 400);
                Status = "canceled";
                return Results.Json(new { id, client_secret = "secret_of_" + id, status = Status });
            });
            server.MapPost("/v1/refunds", async (HttpContext http) =>
            {
                if (Refuses)
                    return Results.Json(new { error = new { message = "later" } }, statusCode: 500);
                var form = await http.Request.ReadFormAsync();
                asked.Enqueue($"POST /v1/refunds key={http.Request.Headers["Idempotency-Key"]} {form["payment_intent"]} {form["amount"]}");
                return Results.Json(new { id = "re_1", status = "succeeded" });
            });
        }

        public string Status { get; set; } = "requires_payment_method";

        public bool Refuses { get; set; }

        /// <summary>The first payment's id: no other stand-in's, for all tests share one database.</summary>
        public string First { get; } = $"pi_{Guid.NewGuid():N}_1";

        public IReadOnlyCollection<string> Asked => asked;

        public StripeOptions Options => new(
            "sk_test",
            "pk_test",
            Secret,
            new(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()));

        public static async Task<StripeStandIn> Start()
        {
            var standIn = new StripeStandIn();
            await standIn.server.StartAsync();
            return standIn;
        }

        public async ValueTask DisposeAsync() => await server.DisposeAsync();
    }
}
