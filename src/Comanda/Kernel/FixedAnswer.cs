using System.Text;

namespace Comanda.Kernel;

/// <summary>An answer as bytes that were fixed when the write committed: the first caller and every retry get the same.</summary>
public sealed record FixedAnswer(int Status, string Body, string? Location, bool Replayed = false) : IResult
{
    public bool IsRefusal => Status >= StatusCodes.Status400BadRequest;

    public Task ExecuteAsync(HttpContext http)
    {
        http.Response.StatusCode = Status;
        http.Response.ContentType = IsRefusal ? "application/problem+json" : "application/json; charset=utf-8";
        if (Location is not null)
            http.Response.Headers.Location = Location;
        if (Replayed)
            http.Response.Headers["Idempotency-Replayed"] = "true";
        var bytes = Encoding.UTF8.GetBytes(Body);
        http.Response.ContentLength = bytes.Length;
        return Pieces.Write(http.Response, bytes, http.RequestAborted);
    }
}
