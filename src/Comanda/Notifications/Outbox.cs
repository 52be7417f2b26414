using Comanda.Data;
using Comanda.Kernel;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace Comanda.Notifications;

/// <summary>A message of the local sender. <see cref="Channel"/> is email or sms; <see cref="Subject"/> only of a mail.</summary>
public sealed record OutboxMessage(long Id, string Channel, string To, string? Subject, string Body, DateTimeOffset At);

/// <summary>GET /api/outbox: what would have been sent where no provider is configured. Messages of a provider are never shown.</summary>
public static class Outbox
{
    public static IServiceCollection AddMessages(this IServiceCollection services, SmtpOptions? smtp, TwilioOptions? twilio)
    {
        if (smtp is not null)
            services.AddSingleton<IMessageSender>(new SmtpSender(smtp));
        if (twilio is not null)
            services.AddSingleton<IMessageSender>(new TwilioSender(twilio, new HttpClient { Timeout = TimeSpan.FromSeconds(20) }));
        return services.AddSingleton<Senders>().AddHostedService<SendMessages>();
    }

    public static void MapOutbox(this IEndpointRouteBuilder app) => app.MapGet("/api/outbox", List)
        .WithName("outbox").WithSummary("Messages of the local sender, newest first: what would have been sent where no SMTP or SMS provider is configured.")
        .WithTags("Auth").WithMetadata(new NeedsPermission(Permission.ReadOutbox)).ProducesProblem(400);

    private static async Task<Results<Ok<PageOf<OutboxMessage>>, ProblemHttpResult>> List(
        NpgsqlDataSource database, Here here, CancellationToken cancel, int? limit = null, string? cursor = null)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(limit, cursor, errors);
        if (errors.Any)
            return errors.ToRefusal().ToProblem();
        await using var command = database.Command(
            """
            select id, channel, recipient, subject, body, created_at from messages
            where shop_id = $1 and provider = 'local' and id < $2 order by id desc limit $3
            """,
            here.ShopId, page.Before, page.ToRead);
        var found = await command.List(r => new OutboxMessage(r.GetInt64(0), r.GetString(1), r.GetString(2), r.TextOrNull(3), r.GetString(4), r.GetFieldValue<DateTimeOffset>(5)), cancel);
        return TypedResults.Ok(page.Of(found, m => m.Id));
    }
}
