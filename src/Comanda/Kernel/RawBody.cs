using System.Reflection;

namespace Comanda.Kernel;

/// <summary>A body as it comes, for slices that read it themselves: a file, a queue cut into pieces, what somebody signed.</summary>
public sealed class RawBody : IBindableFromHttpContext<RawBody>
{
    private readonly HttpRequest request;

    private RawBody(HttpRequest request) => this.request = request;

    public string? Type => request.ContentType;

    public bool IsJson => request.HasJsonContentType();

    /// <summary>The encoding that the content type names; null where it names none.</summary>
    public string? Charset => request.GetTypedHeaders().ContentType?.Charset.Value;

    public static ValueTask<RawBody?> BindAsync(HttpContext context, ParameterInfo parameter) => new(new RawBody(context.Request));

    public string Header(string name) => request.Headers[name].ToString();

    /// <summary>All of it, as far as the server's limit lets it be.</summary>
    public async Task<byte[]> Read(CancellationToken cancel)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancel);
        return body.ToArray();
    }

    /// <summary>The fields and files of a form; null where it is none.</summary>
    public async Task<IFormCollection?> Form(CancellationToken cancel) =>
        request.HasFormContentType ? await request.ReadFormAsync(cancel) : null;
}
