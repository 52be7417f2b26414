namespace Comanda.Operations;

/// <summary>
/// Refuses who asks for too much (429). Strangers and guests are bounded by their address, whoever is signed in by who they are; enrolled
/// devices by nothing, so that a cafe's tills go on whatever its guests do in the same network.
/// </summary>
public sealed class LimitRequests(RequestDelegate next, RequestLimits limits)
{
    private const string Detail = "Too many requests in this minute; wait, and go on more slowly.";

    public async Task InvokeAsync(HttpContext http)
    {
        var most = limits.Options.PerAddress;
        if (most == 0 || http.GetEndpoint()?.Metadata.GetMetadata<NeedsNoShop>() is not null)
        {
            await next(http);
            return;
        }

        var address = "address:" + Here.AddressOf(http);
        var saysWho = http.Request.Headers.Authorization.Count > 0;
        if (!saysWho && limits.Count(address, most) is { } wait && !await IsOurs(http))
        {
            await Problems.Write(http, Refusal.TooMany(Detail, wait));
            return;
        }

        await next(http);
        // Whoever said who they are in vain counts as a stranger.
        if (saysWho && VisitorOf(http) is null or { IsCustomer: true })
            limits.Count(address, most);
    }

    /// <summary>After the gate: by who it is.</summary>
    public static Task ByPerson(HttpContext http, RequestDelegate next)
    {
        var limits = http.RequestServices.GetRequiredService<RequestLimits>();
        return limits.Options.PerPerson > 0
            && VisitorOf(http) is { } person
            && limits.Count($"person:{person.UserId}", limits.Options.PerPerson) is { } wait
                ? Problems.Write(http, Refusal.TooMany(Detail, wait))
                : next(http);
    }

    /// <summary>A till's, before anybody has signed in there.</summary>
    private static async ValueTask<bool> IsOurs(HttpContext http) =>
        http.Request.Headers.ContainsKey(RequestHead.DeviceHeader)
        && await http.RequestServices.GetRequiredService<IEnrolledDevices>().SentThis(http, http.RequestAborted);

    private static Caller? VisitorOf(HttpContext http) => http.RequestServices.GetRequiredService<Here>().Visitor;
}
