namespace Comanda.Notifications;

/// <summary>By whom messages go; what has nobody stays in the local outbox.</summary>
public sealed record MessageOptions(SmtpOptions? Smtp, TwilioOptions? Twilio, FcmOptions? Fcm, WebPushOptions? WebPush);

/// <summary>What sends messages, as configured.</summary>
public static class MessagesSetup
{
    public static IServiceCollection AddMessages(this IServiceCollection services, MessageOptions options)
    {
        var (smtp, twilio) = (options.Smtp, options.Twilio);
        if (smtp is not null)
            services.AddSingleton<IMessageSender>(_ => new SmtpSender(smtp));
        if (twilio is not null)
            services.AddSingleton<IMessageSender>(new TwilioSender(twilio, new HttpClient { Timeout = TimeSpan.FromSeconds(20) }));
        if (options.Fcm is { } fcm)
            services.AddSingleton<IMessageSender>(_ => new FcmSender(fcm, Client()));
        if (options.WebPush is { } webPush)
            services.AddSingleton<IMessageSender>(_ => new WebPushSender(webPush, Client()));
        return services.AddSingleton<Senders>().AddHostedService<SendMessages>();
    }

    /// <summary>Where browsers and Firebase are asked, nobody leads us elsewhere.</summary>
    private static HttpClient Client() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(20) };
}
