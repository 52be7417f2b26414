using Microsoft.AspNetCore.Components.WebAssembly.Http;

namespace Comanda.Screens.Front;

/// <summary>
/// What goes to the server and comes from it. Each tab signs in for itself, so no cookie goes along: two tabs with one cookie would use up
/// each other's session. The server's clock is read off its answers: a tablet's may be wrong by hours.
/// </summary>
public sealed class ServerHandler(TimeProvider clock) : DelegatingHandler(new HttpClientHandler())
{
    private TimeSpan ahead;

    /// <summary>What time it is at the server, to about a second.</summary>
    public DateTimeOffset Now => clock.GetUtcNow() + ahead;

    /// <summary>When that was which this device's clock showed, by the server's clock.</summary>
    public DateTimeOffset Of(DateTimeOffset byOurClock) => byOurClock + ahead;

    /// <summary>In which what is explained to people is to be told.</summary>
    public string? Language { get; set; }

    /// <inheritdoc />
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.SetBrowserRequestCredentials(BrowserRequestCredentials.Omit);
        if (Language is not null)
            request.Headers.TryAddWithoutValidation("Accept-Language", Language);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.Headers.Date is { } date)
            ahead = date - clock.GetUtcNow();
        return response;
    }
}
