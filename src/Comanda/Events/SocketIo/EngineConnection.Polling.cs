using System.Buffers;
using System.IO.Pipelines;

namespace Comanda.Events;

/// <summary>Polling: a GET waits for what is to go out, a POST brings what came in; one of each at a time.</summary>
internal sealed partial class EngineConnection
{
    private const byte Separator = 0x1E;

    /// <summary>Bytes after which an answer ends: the rest goes with the next.</summary>
    private const int LargestAnswer = 128 * 1024;

    private TaskCompletionSource? poll;
    private bool posting;

    public async Task Poll(HttpContext http)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var overlaps = false;
        EngineError? error = null;
        lock (gate)
        {
            if (ended)
                error = EngineError.SessionUnknown;
            else if (socket is not null)
                error = EngineError.BadRequest;
            else if (poll is not null)
                overlaps = true;
            else
                poll = mine;
            if (poll == mine && HasSomething())
                mine.TrySetResult();
        }

        if (overlaps)
            End();
        if (overlaps || error is not null)
        {
            await http.Refuse(error ?? EngineError.BadRequest);
            return;
        }

        try
        {
            await mine.Task.WaitAsync(http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            End(); // the client has gone
            return;
        }

        var answer = new ArrayBufferWriter<byte>();
        lock (gate)
        {
            poll = null;
            while (!ended && socket is null && answer.WrittenCount < LargestAnswer && TryNext(out var packet))
            {
                if (answer.WrittenCount > 0)
                    answer.Write([Separator]);
                answer.Write(packet);
            }

            if (answer.WrittenCount == 0)
                answer.Write(ended ? "1"u8 : "6"u8); // goodbye, or nothing: so that the client may go on, to the WebSocket perhaps
        }

        http.Response.ContentType = "text/plain; charset=UTF-8";
        await Write(http, answer.WrittenMemory);
    }

    public async Task Post(HttpContext http)
    {
        EngineError? error = null;
        bool overlaps;
        lock (gate)
        {
            overlaps = posting;
            if (ended)
                error = EngineError.SessionUnknown;
            else if (socket is not null)
                error = EngineError.BadRequest;
            else
                posting = true;
        }

        if (error is not null)
        {
            await http.Refuse(error.Value);
            return;
        }

        // Binary bodies are the third version's.
        if (overlaps || http.Request.ContentType?.StartsWith("application/octet-stream", StringComparison.OrdinalIgnoreCase) == true)
        {
            End();
            await http.Refuse(EngineError.BadRequest);
            return;
        }

        bool kept;
        try
        {
            if (await ReadBody(http) is not { } body)
            {
                End();
                http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
                return;
            }

            posting = false;
            kept = ReceiveAll(body);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or BadHttpRequestException)
        {
            End();
            return;
        }

        if (!kept)
            End();
        http.Response.ContentType = "text/html"; // what the stock server says; some old programs want to save anything else
        await Write(http, "ok"u8.ToArray());
    }

    private bool ReceiveAll(ReadOnlyMemory<byte> body)
    {
        while (true)
        {
            var end = body.Span.IndexOf(Separator);
            if (!Receive(end < 0 ? body : body[..end]))
                return false;
            if (end < 0)
                return true;
            body = body[(end + 1)..];
        }
    }

    /// <summary>The whole body, or null where it is larger than may be.</summary>
    private async Task<byte[]?> ReadBody(HttpContext http)
    {
        var most = server.Options.MaxPayload;
        if (http.Request.ContentLength > most)
            return null;
        while (true)
        {
            var read = await http.Request.BodyReader.ReadAsync(http.RequestAborted);
            if (read.Buffer.Length > most)
                return null;
            if (read.IsCompleted)
            {
                var body = read.Buffer.ToArray();
                http.Request.BodyReader.AdvanceTo(read.Buffer.End);
                return body;
            }

            http.Request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static async Task Write(HttpContext http, ReadOnlyMemory<byte> body)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentLength = body.Length;
        try
        {
            await http.Response.BodyWriter.WriteAsync(body, http.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // gone; it will come back, or its next ping stays unanswered
        }
    }
}
