using Microsoft.AspNetCore.Http.Features;

namespace Comanda.Kernel;

/// <summary>
/// A connection that stays open after its request was answered, as a WebSocket does. What stands between the door and the handler has done
/// its part by then: it is let go, with all that it holds, and the connection lives on at the door alone.
/// </summary>
public static class LongStay
{
    /// <summary>What goes on once everybody else has finished with the request; called by a handler, before it returns.</summary>
    public static void Goes(HttpContext http, Func<Task> on) => http.Features.Set(new Stay(on));

    /// <summary>The door: outermost of all.</summary>
    public static void UseLongStay(this IApplicationBuilder app) => app.Use(next => http => Serve(http, next));

    private static Task Serve(HttpContext http, RequestDelegate next)
    {
        var served = next(http);
        return served.IsCompletedSuccessfully && http.Features.Get<Stay>() is null ? served : Wait(http, served);
    }

    private static async Task Wait(HttpContext http, Task served)
    {
        await served;
        if (http.Features.Get<Stay>() is not { } stay)
            return;
        http.Features.Set<Stay>(null);
        await LetGo(http);
        await stay.On();
    }

    /// <summary>What the request needed: the services of its scope, what was read of its address, the endpoint.</summary>
    private static async Task LetGo(HttpContext http)
    {
        if (http.Features.Get<IServiceProvidersFeature>() is IAsyncDisposable scope)
            await scope.DisposeAsync();
        http.SetEndpoint(null);
        http.Features.Set<IQueryFeature>(null);
        http.Features.Set<IRouteValuesFeature>(null);
        http.Features.Set<IHttpWebSocketFeature>(null);
        http.Features.Set<IItemsFeature>(null);
    }

    private sealed record Stay(Func<Task> On);
}
