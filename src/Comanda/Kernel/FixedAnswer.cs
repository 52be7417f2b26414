using System.Text;

namespace Comanda.Kernel;

/// <summary>An answer as bytes that were fixed when the write committed: the first caller and every retry get the same.</summary>
public sealed record FixedAnswer(int Status, string Body, string? Location, bool Replayed = false) : IResult
{
    private byte[]? bytes;

    /// <summary>The version that its body tells, where whoever made it knows; null where it is to be read there.</summary>
    public long? Version { get; init; }

    public bool IsRefusal => Status >= StatusCodes.Status400BadRequest;

    /// <summary>The body as it is sent.</summary>
    public byte[] Utf8 => bytes ??= Encoding.UTF8.GetBytes(Body);

    public Task ExecuteAsync(HttpContext http)
    {
        http.Response.StatusCode = Status;
        http.Response.ContentType = IsRefusal ? "application/problem+json" : "application/json; charset=utf-8";
        if (Location is not null)
            http.Response.Headers.Location = Location;
        if (Replayed)
            http.Response.Headers["Idempotency-Replayed"] = "true";
        http.Response.ContentLength = Utf8.Length;
        return Pieces.Write(http.Response, Utf8, http.RequestAborted);
    }
}
