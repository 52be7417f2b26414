using System.Net;
using System.Net.Mail;
using System.Text;
using Comanda.Data;
using Comanda.Kernel;

namespace Comanda.Notifications;

/// <summary>
/// Where mail goes. <see cref="Tls"/>: <c>starttls</c> (the connection must become encrypted before anything is said) or
/// <c>none</c> (a server on this machine).
/// </summary>
public sealed record SmtpOptions(string Host, int Port, string? Username, string? Password, string From, string Tls)
{
    /// <summary>From COMANDA_SMTP_…; null where no host is named.</summary>
    /// <exception cref="StartupException">A variable is missing or is not what it must be.</exception>
    public static SmtpOptions? FromEnvironment(Func<string, string?> variable)
    {
        if (variable("COMANDA_SMTP_HOST") is not { Length: > 0 } host)
            return null;
        var port = variable("COMANDA_SMTP_PORT") is { Length: > 0 } text ? int.TryParse(text, out var given) && given is > 0 and < 65536 ? given : 0 : 587;
        if (port == 0)
            throw new StartupException("COMANDA_SMTP_PORT must be a port from 1 to 65535");
        if (Contact.Email(variable("COMANDA_SMTP_FROM")) is not { } from)
            throw new StartupException("COMANDA_SMTP_FROM must be the e-mail address that mails come from");
        var tls = variable("COMANDA_SMTP_TLS") is { Length: > 0 } how ? how : "starttls";
        if (tls is not ("starttls" or "none"))
            throw new StartupException("COMANDA_SMTP_TLS must be starttls or none");
        return new(host, port, variable("COMANDA_SMTP_USERNAME"), variable("COMANDA_SMTP_PASSWORD"), from, tls);
    }
}

/// <summary>Sends mail by SMTP, one connection a mail: a cafe sends few.</summary>
public sealed class SmtpSender(SmtpOptions options) : IMessageSender
{
    public MessageChannel Channel => MessageChannel.Email;

    public string Name => "smtp";

    public async Task Send(string to, string? subject, string body, CancellationToken cancel)
    {
        using var client = new SmtpClient(options.Host, options.Port) { EnableSsl = options.Tls == "starttls", Timeout = 15_000 };
        if (!string.IsNullOrEmpty(options.Username))
            client.Credentials = new NetworkCredential(options.Username, options.Password);
        try
        {
            using var mail = new MailMessage(new MailAddress(options.From, "Comanda"), new MailAddress(to))
            {
                Subject = subject,
                SubjectEncoding = Encoding.UTF8,
                Body = body,
                BodyEncoding = Encoding.UTF8,
            };
            await client.SendMailAsync(mail, cancel).WaitAsync(TimeSpan.FromSeconds(30), cancel);
        }
        catch (Exception refused) when (refused is FormatException or SmtpFailedRecipientException { StatusCode: SmtpStatusCode.MailboxUnavailable or SmtpStatusCode.MailboxNameNotAllowed })
        {
            throw new UndeliverableException(refused.Message);
        }
    }
}
