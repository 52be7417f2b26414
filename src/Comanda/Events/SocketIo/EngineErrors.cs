namespace Comanda.Events;

/// <summary>Why a request of Engine.IO is refused; clients know these numbers.</summary>
internal enum EngineError
{
    TransportUnknown = 0,
    SessionUnknown = 1,
    BadHandshakeMethod = 2,
    BadRequest = 3,
    Forbidden = 4,
    VersionUnsupported = 5,
}

internal static class EngineErrors
{
    /// <summary>Answers as Engine.IO does: its own JSON rather than a problem, since clients look for the code in it.</summary>
    public static Task Refuse(this HttpContext http, EngineError error)
    {
        http.Response.StatusCode = error == EngineError.Forbidden ? StatusCodes.Status403Forbidden : StatusCodes.Status400BadRequest;
        http.Response.ContentType = "application/json";
        return http.Response.WriteAsync(Json.Write(new { code = (int)error, message = Words(error) }), http.RequestAborted);
    }

    private static string Words(EngineError error) => error switch
    {
        EngineError.TransportUnknown => "Transport unknown",
        EngineError.SessionUnknown => "Session ID unknown",
        EngineError.BadHandshakeMethod => "Bad handshake method",
        EngineError.Forbidden => "Forbidden",
        EngineError.VersionUnsupported => "Unsupported protocol version",
        _ => "Bad request",
    };
}
