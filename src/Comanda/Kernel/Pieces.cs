namespace Comanda.Kernel;

/// <summary>
/// A body of some length, sent in pieces. The server copies the whole of what one write gives it into the connection's own
/// buffer and only then looks whether anybody reads: written at once, 26 MB are 26 MB more for each reader that does not. In
/// pieces, a reader holds the server's response buffer (128 kB) and one piece, and all share the bytes.
/// </summary>
public static class Pieces
{
    /// <summary>Bytes of a piece.</summary>
    public const int Size = 32 * 1024;

    /// <summary>Writes the body; the next piece when the network has taken the last ones.</summary>
    public static async Task Write(HttpResponse response, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        for (; body.Length > Size; body = body[Size..])
            await response.Body.WriteAsync(body[..Size], cancel);
        await response.Body.WriteAsync(body, cancel);
    }
}

/// <summary>An answer of bytes that are there already, sent in pieces.</summary>
public sealed class InPieces(ReadOnlyMemory<byte> body, string contentType) : IResult
{
    public Task ExecuteAsync(HttpContext http)
    {
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        return Pieces.Write(http.Response, body, http.RequestAborted);
    }
}
