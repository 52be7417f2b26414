using System.Globalization;
using Comanda.Data;

namespace Comanda.Operations;

/// <summary>Where traces go, by OTLP over HTTP (COMANDA_OTLP_ENDPOINT).</summary>
/// <param name="Endpoint">The collector, without the path of a signal.</param>
/// <param name="Headers">Sent along (COMANDA_OTLP_HEADERS): <c>name=value</c> with commas between; null is none.</param>
/// <param name="Share">Of the requests that nobody else has chosen already, how many are traced (COMANDA_OTLP_SHARE), 0 to 1.</param>
public sealed record TraceOptions(Uri Endpoint, string? Headers, double Share)
{
    /// <summary>From COMANDA_OTLP_… variables; null where none says where to.</summary>
    /// <exception cref="StartupException">A variable is not what it must be; the message names it and what it takes.</exception>
    public static TraceOptions? FromEnvironment(Func<string, string?> variable)
    {
        if (variable("COMANDA_OTLP_ENDPOINT") is not { Length: > 0 } text)
            return null;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
            throw new StartupException("COMANDA_OTLP_ENDPOINT must be an address such as http://localhost:4318");
        var share = variable("COMANDA_OTLP_SHARE") switch
        {
            null or "" => 1,
            var said when double.TryParse(said, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && number is >= 0 and <= 1 => number,
            _ => throw new StartupException("COMANDA_OTLP_SHARE must be a number from 0 to 1 such as 0.1"),
        };
        return new(endpoint, variable("COMANDA_OTLP_HEADERS") is { Length: > 0 } headers ? headers : null, share);
    }
}
