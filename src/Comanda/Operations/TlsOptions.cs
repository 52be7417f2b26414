using Comanda.Data;

namespace Comanda.Operations;

/// <summary>HTTPS by Comanda itself (COMANDA_TLS_CERTIFICATE); where a proxy does it, there is none.</summary>
/// <param name="Certificate">A PEM file with the certificate and those that lead to its root, or a PKCS #12 file.</param>
/// <param name="Key">The PEM file of its key; null where the certificate's file has it.</param>
/// <param name="Password">Of the key, or of the PKCS #12 file.</param>
/// <param name="Port">Where it is served; at the other port is nothing any more but the way there.</param>
public sealed record TlsOptions(string Certificate, string? Key, string? Password, int Port)
{
    /// <summary>From COMANDA_TLS_… variables; null where there is no certificate.</summary>
    /// <exception cref="StartupException">A variable is not what it must be; the message names it and what it takes.</exception>
    public static TlsOptions? FromEnvironment(Func<string, string?> variable)
    {
        if (variable("COMANDA_TLS_CERTIFICATE") is not { Length: > 0 } certificate)
            return null;
        var port = variable("COMANDA_HTTPS_PORT") switch
        {
            null or "" => 8443,
            var text when int.TryParse(text, out var number) && number is >= 1 and <= 65535 => number,
            _ => throw new StartupException("COMANDA_HTTPS_PORT must be a port from 1 to 65535"),
        };
        return new(certificate, Named("COMANDA_TLS_KEY"), Named("COMANDA_TLS_PASSWORD"), port);

        string? Named(string name) => variable(name) is { Length: > 0 } text ? text : null;
    }
}
