using System.Text;

namespace Comanda.Kernel;

/// <summary>An answer that is no JSON: a page, a file, bytes for a printer. <see cref="Name"/> is what it is saved as.</summary>
public sealed record Document(ReadOnlyMemory<byte> Content, string Type, string? Name = null) : IResult
{
    /// <summary>Nobody keeps it on the way.</summary>
    public bool MayBeKept { get; init; } = true;

    public static Document Text(string text, string type) => new(Encoding.UTF8.GetBytes(text), type + "; charset=utf-8");

    public Task ExecuteAsync(HttpContext httpContext)
    {
        if (!MayBeKept)
            httpContext.Response.Headers.CacheControl = "no-store";
        return TypedResults.Bytes(Content, Type, Name).ExecuteAsync(httpContext);
    }
}
