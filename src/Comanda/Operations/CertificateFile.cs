using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Comanda.Data;

namespace Comanda.Operations;

/// <summary>
/// The certificate of HTTPS, read again when its file changes: whoever renews it (certbot and the like) restarts nothing. A new one that
/// cannot be read leaves the old one in place, and is told in the log.
/// </summary>
public sealed class CertificateFile
{
    private static readonly TimeSpan LookRound = TimeSpan.FromSeconds(20);

    private readonly TlsOptions options;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private SslStreamCertificateContext certificate;
    private DateTime written;
    private DateTimeOffset looked;

    /// <summary>Reads it for the first time.</summary>
    /// <exception cref="StartupException">There is no certificate, or none with its key, in these files.</exception>
    public CertificateFile(TlsOptions options, TimeProvider clock)
    {
        (this.options, this.clock) = (options, clock);
        (written, looked) = (Written(), clock.GetUtcNow());
        try
        {
            certificate = Read();
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"COMANDA_TLS_CERTIFICATE cannot be read: {failure.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>TLS 1.2 and 1.3 with the certificate as it is now.</summary>
    public SslServerAuthenticationOptions Offer(ILogger log) => new()
    {
        ServerCertificateContext = Now(log),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
    };

    private SslStreamCertificateContext Now(ILogger log)
    {
        lock (gate)
        {
            var now = clock.GetUtcNow();
            if (now - looked < LookRound)
                return certificate;
            looked = now;
            try
            {
                if (Written() is var changed && changed != written)
                {
                    certificate = Read();
                    written = changed;
                }
            }
            catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
            {
                log.LogError(failure, "the new certificate in {File} cannot be read; the one so far goes on", options.Certificate);
            }

            return certificate;
        }
    }

    /// <summary>Of the certificate or of its key, whichever is newer.</summary>
    private DateTime Written() =>
        new[] { options.Certificate, options.Key ?? options.Certificate }.Max(file => File.GetLastWriteTimeUtc(file));

    private SslStreamCertificateContext Read()
    {
        var isPem = File.ReadAllText(options.Certificate).Contains("-----BEGIN", StringComparison.Ordinal);
        var chain = new X509Certificate2Collection();
        if (!isPem)
        {
            chain.AddRange(X509CertificateLoader.LoadPkcs12CollectionFromFile(options.Certificate, options.Password));
            var own = chain.First(c => c.HasPrivateKey);
            return SslStreamCertificateContext.Create(own, chain, offline: true);
        }

        chain.ImportFromPemFile(options.Certificate);
        var key = options.Key ?? options.Certificate;
        var leaf = options.Password is { } password
            ? X509Certificate2.CreateFromEncryptedPemFile(options.Certificate, password, key)
            : X509Certificate2.CreateFromPemFile(options.Certificate, key);
        return SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }
}
