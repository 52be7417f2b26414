using System.Net.Security;
using Comanda.Data;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Comanda.Notifications;

/// <summary>
/// Where mail goes. <see cref="Tls"/>: <c>starttls</c> (the connection must become encrypted before anything is said), <c>tls</c>
/// (it is from the first byte, as at port 465) or <c>none</c> (a server on this machine).
/// There is no "whatever it offers": that goes on in the clear.
/// </summary>
public sealed record SmtpOptions(string Host, int Port, string? Username, string? Password, string From, string Tls)
{
    /// <summary>From COMANDA_SMTP_…; null where no host is named.</summary>
    /// <exception cref="StartupException">A variable is missing or is not what it must be.</exception>
    public static SmtpOptions? FromEnvironment(Func<string, string?> variable)
    {
        if (variable("COMANDA_SMTP_HOST") is not { Length: > 0 } host)
            return null;
        var tls = variable("COMANDA_SMTP_TLS") is { Length: > 0 } how ? how : "starttls";
        if (tls is not ("starttls" or "tls" or "none"))
            throw new StartupException("COMANDA_SMTP_TLS must be starttls, tls or none");
        var port = tls == "tls" ? 465 : 587;
        if (variable("COMANDA_SMTP_PORT") is { Length: > 0 } text && (!int.TryParse(text, out port) || port is < 1 or > 65535))
            throw new StartupException("COMANDA_SMTP_PORT must be a port from 1 to 65535");
        if (Contact.Email(variable("COMANDA_SMTP_FROM")) is not { } from)
            throw new StartupException("COMANDA_SMTP_FROM must be the e-mail address that mails come from");
        return new(host, port, variable("COMANDA_SMTP_USERNAME"), variable("COMANDA_SMTP_PASSWORD"), from, tls);
    }
}

/// <summary>Sends mail by SMTP: one connection for what there is to send, one mail after the other.</summary>
public sealed class SmtpSender(SmtpOptions options) : IMessageSender, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private SmtpClient? open;

    public MessageChannel Channel => MessageChannel.Email;

    public string Name => "smtp";

    /// <summary>Which certificates are good, where a test has one of its own; otherwise the system's say.</summary>
    internal RemoteCertificateValidationCallback? Trusts { get; init; }

    public Task Send(string to, string? subject, string body, CancellationToken cancel) => Send(to, subject, (body, null), cancel);

    public Task SendPage(string to, string? subject, string body, string html, CancellationToken cancel) =>
        Send(to, subject, (body, html), cancel);

    private async Task Send(string to, string? subject, (string Text, string? Html) body, CancellationToken cancel)
    {
        if (!MailboxAddress.TryParse(to, out var recipient))
            throw new UndeliverableException("The address cannot be read.");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            var client = open ??= await Connect(patience.Token);
            // A domain has a spelling in ASCII, what stands before the @ has none: a server without SMTPUTF8 would cut or guess it.
            var isAscii = recipient.GetAddress(idnEncode: true).All(char.IsAscii);
            if (!isAscii && !client.Capabilities.HasFlag(SmtpCapabilities.UTF8))
                throw new UndeliverableException("The mail server takes no addresses outside ASCII (it has no SMTPUTF8).");
            var format = FormatOptions.Default.Clone();
            format.International = !isAscii;
            using var mail = Write(recipient, subject, body);
            await client.SendAsync(format, mail, patience.Token);
        }
        catch (SmtpCommandException refused) when (refused.ErrorCode != SmtpErrorCode.SenderNotAccepted && (int)refused.StatusCode >= 500)
        {
            // This mail, now and later. What the server has against us as a sender is the operator's to mend, and the mail waits for it.
            throw new UndeliverableException(refused.Message);
        }
        catch (Exception failure) when (failure is not UndeliverableException)
        {
            Drop();
            throw failure is OperationCanceledException && !cancel.IsCancellationRequested
                ? new TimeoutException($"The mail server did not answer within {Patience.TotalSeconds} seconds.", failure)
                : failure;
        }
    }

    /// <inheritdoc/>
    public async Task Rest(CancellationToken cancel)
    {
        if (open is not { } client)
            return;
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(Patience);
            await client.DisconnectAsync(quit: true, patience.Token);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException or SmtpProtocolException or SmtpCommandException)
        {
            // Everything is sent; how the server says goodbye is its own affair.
        }
        finally
        {
            Drop();
        }
    }

    public void Dispose() => Drop();

    private async Task<SmtpClient> Connect(CancellationToken cancel)
    {
        // Whether a certificate was called back is asked of the network: where that is closed, no mail would go out. It is not asked.
        var client = new SmtpClient { Timeout = 15_000, CheckCertificateRevocation = false, ServerCertificateValidationCallback = Trusts };
        try
        {
            var how = options.Tls switch
            {
                "tls" => SecureSocketOptions.SslOnConnect,
                "none" => SecureSocketOptions.None,
                _ => SecureSocketOptions.StartTls,
            };
            await client.ConnectAsync(options.Host, options.Port, how, cancel);
            if (!string.IsNullOrEmpty(options.Username))
                await client.AuthenticateAsync(options.Username, options.Password ?? "", cancel);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private MimeMessage Write(MailboxAddress to, string? subject, (string Text, string? Html) body)
    {
        static TextPart Part(string kind, string text) =>
            new(kind) { Text = text, ContentTransferEncoding = ContentEncoding.Base64 };
        var text = Part("plain", body.Text);
        // The better form comes last: that is what a mail program shows which can.
        var mail = new MimeMessage
        {
            Subject = subject ?? "",
            Body = body.Html is { } html ? new MultipartAlternative(text, Part("html", html)) : text,
        };
        mail.From.Add(new MailboxAddress("Comanda", options.From));
        mail.To.Add(to);
        return mail;
    }

    private void Drop()
    {
        open?.Dispose();
        open = null;
    }
}
