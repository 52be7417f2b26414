using System.IO.Pipelines;
using Comanda.Identity;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace Comanda.Dialects;

/// <summary>
/// The body of an answer in a dialect: what handlers write goes through <see cref="Respelling"/> into the server's own buffers, a piece at
/// a time. What is no JSON of ours goes through as it is.
/// </summary>
internal sealed class DialectBody(HttpContext http, IHttpResponseBodyFeature inner, Dialect dialect, Uuids uuids) : Stream
{
    /// <summary>What is flushed at once, as <see cref="Pieces"/> of other answers.</summary>
    private const int Piece = Pieces.Size;

    private readonly PipeWriter to = inner.Writer;
    private Respelling? respelling;
    private bool begun;
    private bool asItIs;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>What is written from now on is in the dialect already.</summary>
    public void PassOn() => asItIs = true;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Begin();
        if (respelling is null)
        {
            await to.WriteAsync(buffer, cancellationToken);
            return;
        }

        for (; buffer.Length > Piece; buffer = buffer[Piece..])
        {
            respelling.Write(buffer.Span[..Piece], isLast: false);
            await to.FlushAsync(cancellationToken);
        }

        respelling.Write(buffer.Span, isLast: false);
        if (to.CanGetUnflushedBytes && to.UnflushedBytes > Piece)
            await to.FlushAsync(cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        // The end of what handlers write is told by End; what a stream has for its reader now must not wait for it.
        if (respelling is null)
            await to.FlushAsync(cancellationToken);
    }

    /// <summary>All is written.</summary>
    public async Task End(CancellationToken cancel)
    {
        if (respelling is null)
            return;
        respelling.Write([], isLast: true);
        respelling.Dispose();
        respelling = null;
        await to.FlushAsync(cancel);
    }

    public override void Flush() => throw new NotSupportedException("Answers are written without blocking.");

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Answers are written without blocking.");

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Begin()
    {
        if (begun)
            return;
        begun = true;
        var type = http.Response.ContentType;
        var isProblem = type?.StartsWith("application/problem+json", StringComparison.OrdinalIgnoreCase) == true;
        // What is no part of the API, such as its own description, has one spelling.
        var isOurs = http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);
        if (asItIs
            || !(isProblem || (isOurs && type?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true))
            || http.Response.Headers.ContentEncoding.Count > 0)
            return;
        http.Response.ContentLength = null;
        var table = SpeakDialects.TableOf(dialect);
        var shape = isProblem ? table.Problem : table.OfType(TypeOf(http));
        var shopId = http.RequestServices.GetRequiredService<Here>().ShopId;
        respelling = new(table, shape, to, uuids, new(shopId, uuids));
    }

    /// <summary>What the endpoint says that it answers with this status.</summary>
    private static Type? TypeOf(HttpContext http)
    {
        Type? said = null;
        foreach (var produced in http.GetEndpoint()?.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>() ?? [])
        {
            if (produced.Type is { } type && type != typeof(void) && (said is null || produced.StatusCode == http.Response.StatusCode)
                && produced.StatusCode < StatusCodes.Status300MultipleChoices)
                said = type;
        }

        return said;
    }
}
