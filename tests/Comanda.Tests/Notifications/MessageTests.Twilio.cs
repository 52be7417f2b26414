using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Comanda.Data;
using Comanda.Notifications;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Comanda.Tests.Notifications;

/// <summary>Short messages, by a Twilio that stands in.</summary>
public sealed partial class MessageTests
{
    [Fact]
    public async Task A_code_goes_out_by_twilio_as_twilio_asks_for_it()
    {
        await using var twilio = await TwilioStandIn.Start();
        var shop = await app.NewShop();
        await using var process = await app.StartPassingProcess(o => o with
        {
            Twilio = new("AC0123", "t0ken", "+15005550006", twilio.Address)
        });
        var guest = app.Stranger(shop, process.Address);
        var phone = "+351915" + Random.Shared.Next(100_000, 999_999);
        (await guest.Ask("POST /api/auth/send-otp", new { phone })).Status.ShouldBe(202);
        await Answers.Eventually(() => Task.FromResult(twilio.Requests.Any(r => r.Form["To"] == phone)));
        var sent = twilio.Requests.Single(r => r.Form["To"] == phone);
        sent.Path.ShouldBe("/2010-04-01/Accounts/AC0123/Messages.json");
        sent.Authorization.ShouldBe("Basic " + Convert.ToBase64String("AC0123:t0ken"u8));
        sent.ContentType.ShouldStartWith("application/x-www-form-urlencoded");
        sent.Form.Keys.Order().ShouldBe(["Body", "From", "To"]);
        sent.Form["From"].ShouldBe("+15005550006");
        var otp = System.Text.RegularExpressions.Regex.Match(sent.Form["Body"], @"^\d{6}").Value;
        (await guest.Ask("POST /api/auth/verify-otp", new { phone, otp })).Status.ShouldBe(200);
        (await (await shop.As("admin")).Ask("GET /api/outbox")).Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Trouble_at_twilio_passes_and_a_number_that_is_none_is_given_up()
    {
        await using var twilio = await TwilioStandIn.Start();
        twilio.Answers.Enqueue((503, """{"code":20503,"message":"Service unavailable"}"""));
        twilio.Answers.Enqueue((429, """{"code":20429,"message":"Too many requests"}"""));
        var shop = await app.NewShop();
        await using var process = await app.StartPassingProcess(o => o with { Twilio = new("AC0123", "t0ken", "MG0456", twilio.Address) });
        var guest = app.Stranger(shop, process.Address);
        var phone = "+351916" + Random.Shared.Next(100_000, 999_999);
        await guest.Ask("POST /api/auth/send-otp", new { phone });
        await Answers.Eventually(
            async () => await app.Database.Scalar("select sent_at is not null from messages where recipient = $1", default, phone) is true,
            seconds: 15);
        twilio.Requests.Count(r => r.Form["To"] == phone).ShouldBe(3);
        twilio.Requests.ShouldAllBe(r => r.Form["MessagingServiceSid"] == "MG0456" && !r.Form.ContainsKey("From"));

        var nobody = "+351917" + Random.Shared.Next(100_000, 999_999);
        twilio.Answers.Enqueue((400, """{"code":21211,"message":"The 'To' number is not a valid phone number."}"""));
        await guest.Ask("POST /api/auth/send-otp", new { phone = nobody });
        await Answers.Eventually(async () => await app.Database.Scalar(
            "select failed_at is not null from messages where recipient = $1",
            default,
            nobody) is true);
        ((string?)await app.Database.Scalar(
            "select last_error from messages where recipient = $1",
            default,
            nobody))!.ShouldContain("21211");
    }

    private sealed record TwilioRequest(string Path, string Authorization, string ContentType, Dictionary<string, string> Form);

    /// <summary>Answers as Twilio's message resource does, and keeps what it was asked.</summary>
    private sealed class TwilioStandIn : IAsyncDisposable
    {
        private readonly WebApplication server;
        private readonly ConcurrentQueue<TwilioRequest> requests = [];

        private TwilioStandIn()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.Services.AddRouting();
            server = builder.Build();
            server.Urls.Add("http://127.0.0.1:0");
            server.MapPost("/{**path}", async (HttpContext http) =>
            {
                var form = await http.Request.ReadFormAsync();
                requests.Enqueue(new(
                    http.Request.Path,
                    http.Request.Headers.Authorization.ToString(),
                    http.Request.ContentType!,
                    form.ToDictionary(f => f.Key, f => f.Value.ToString())));
                var isTroubled = Troubled.Any(t => form["To"].ToString().StartsWith(t, StringComparison.Ordinal));
                var (status, body) = isTroubled && Answers.TryDequeue(out var next)
                    ? next
                    : (201, """{"sid":"SM1","status":"queued","error_code":null}""");
                return Results.Content(body, "application/json", Encoding.UTF8, status);
            });
        }

        /// <summary>What those numbers get that it has trouble with, one after the other.</summary>
        public ConcurrentQueue<(int Status, string Body)> Answers { get; } = [];

        /// <summary>How their numbers begin: what others send by the same database meanwhile goes out.</summary>
        private static readonly string[] Troubled = ["+351916", "+351917"];

        public IReadOnlyCollection<TwilioRequest> Requests => requests;

        public Uri Address => new(server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

        public static async Task<TwilioStandIn> Start()
        {
            var standIn = new TwilioStandIn();
            await standIn.server.StartAsync();
            return standIn;
        }

        public async ValueTask DisposeAsync() => await server.DisposeAsync();
    }
}
