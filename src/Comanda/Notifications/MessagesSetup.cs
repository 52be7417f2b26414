namespace Comanda.Notifications;

/// <summary>What sends messages, as configured.</summary>
public static class MessagesSetup
{
    public static IServiceCollection AddMessages(this IServiceCollection services, SmtpOptions? smtp, TwilioOptions? twilio)
    {
        if (smtp is not null)
            services.AddSingleton<IMessageSender>(_ => new SmtpSender(smtp));
        if (twilio is not null)
            services.AddSingleton<IMessageSender>(new TwilioSender(twilio, new HttpClient { Timeout = TimeSpan.FromSeconds(20) }));
        return services.AddSingleton<Senders>().AddHostedService<SendMessages>();
    }
}
