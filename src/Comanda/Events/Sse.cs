using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;

namespace Comanda.Events;

/// <summary>GET /api/events: a page of the log, or, asked for text/event-stream, a live stream of it.</summary>
public sealed class Sse(LiveDoors doors, Here here)
{
    private readonly EventFeed feed = doors.Feed;

    /// <summary>
    /// A comment line this often keeps proxies from closing a quiet stream; a stream whose session has ended ends with it.
    /// </summary>
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(5);

    public async Task<IResult> PageOrStream(HttpContext http, long? after, int? limit, string? screen)
    {
        var errors = new FieldErrors();
        errors.Check(after is null or >= 0, "after", "must be a seq, 0 or more");
        errors.CheckLimit(limit);
        if (errors.Any)
            return errors.ToRefusal().ToProblem();

        if (LiveDevice.Check(screen) is { } refusal)
            return refusal.ToProblem();
        if (http.Request.Headers.Accept.Any(a => a?.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase) == true))
        {
            var resumeAt = long.TryParse(
                http.Request.Headers["Last-Event-ID"],
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var last) ? last : after;
            await Stream(http, resumeAt, screen);
            return Results.Empty;
        }

        await feed.CatchUp(http.RequestAborted);
        return await Page(after ?? 0, limit ?? 50, http.RequestAborted);
    }

    private async Task<IResult> Page(long after, int limit, CancellationToken cancel)
    {
        List<HeardEvent> page;
        bool more;
        using (await feed.Turns.Take(here.ShopId, cancel))
            (page, more) = await feed.Page(here.ShopId, after, feed.Settled, limit, cancel, EventsEndpoints.GuestOf(here.Caller));
        var body = new ArrayBufferWriter<byte>();
        body.Write("{\"items\":["u8);
        var first = true;
        foreach (var heard in page.Where(heard => EventsEndpoints.MayHear(here.Caller, heard)))
        {
            if (!first)
                body.Write(","u8);
            // As we spell it: a page is spelled as a whole on its way out, as every answer is.
            body.Write(heard.For(here.Caller, EventDialect.Ours, EventForm.Envelope));
            first = false;
        }

        var (next, last) = (more ? $"\"{page[^1].Seq}\"" : "null", page.Count > 0 ? page[^1].Seq : after);
        Encoding.UTF8.GetBytes($"],\"next_cursor\":{next},\"last_seq\":{last.ToString(CultureInfo.InvariantCulture)}}}", body);
        return new InPieces(body.WrittenMemory, "application/json; charset=utf-8");
    }

    /// <summary>One event, as one write: each flush would be a packet.</summary>
    private void Write(PipeWriter to, HeardEvent heard, EventDialect dialect)
    {
        Encoding.UTF8.GetBytes($"id: {heard.Seq}\nevent: {heard.Name}\ndata: ", to);
        to.Write(heard.For(here.Caller, dialect, EventForm.Envelope));
        to.Write("\n\n"u8);
    }

    private async Task Stream(HttpContext http, long? after, string? screen)
    {
        var dialect = doors.DialectOf(http);
        var cancel = http.RequestAborted;
        http.Features.Get<Spoken>()?.AsItIs();

        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        await feed.Started.WaitAsync(cancel);
        await feed.CatchUp(cancel);
        using var subscription = feed.Subscribe(here.ShopId, here.Caller);
        await http.Response.WriteAsync(": open\n\n", cancel);
        await http.Response.Body.FlushAsync(cancel);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel, doors.Life.ApplicationStopping);
        var events = subscription.Follow(
            Math.Min(after ?? subscription.From, subscription.From),
            over.Token).GetAsyncEnumerator(over.Token);
        var next = events.MoveNextAsync().AsTask();
        try
        {
            using var presence = doors.Devices.Enter(here.Caller, screen, LiveDoor.Stream);
            using var lookout = new Lookout(doors.Visitors, here.Caller.SessionId, here.ShopId);
            var beat = lookout.Wait(Beat, over.Token);
            while (true)
            {
                if (beat.IsCompleted || await Task.WhenAny(next, beat) == beat)
                {
                    await beat;
                    if (!await lookout.MayStay(subscription, over.Token))
                        return;
                    await http.Response.WriteAsync(": beat\n\n", over.Token);
                    beat = lookout.Wait(Beat, over.Token);
                }
                else if (await next)
                {
                    Write(http.Response.BodyWriter, events.Current, dialect);
                    await http.Response.BodyWriter.FlushAsync(over.Token);
                    // Only now: what the reader has not taken is not read ahead of.
                    next = events.MoveNextAsync().AsTask();
                }
                else
                {
                    return; // too slow: the stream ends and the client comes back with Last-Event-ID
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the reader has gone, or the server stops
        }
        finally
        {
            // An enumerator may be disposed only when it rests.
            await over.CancelAsync();
            await Task.WhenAny(next);
            await events.DisposeAsync();
        }
    }
}
