using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Comanda.Identity;

namespace Comanda.Dialects;

/// <summary>
/// The body of a request at the door of UUIDs: those in fields that take an id of their kind become our ids, everything else stays to the
/// byte, and what reads the body refuses what it does not know.
/// </summary>
internal sealed class UuidsInBody(Stream inner, string path, Uuids uuids) : Stream
{
    private MemoryStream? read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Puts itself in the place of a JSON body.</summary>
    public static void Read(HttpRequest request, Uuids uuids)
    {
        if (!request.HasJsonContentType())
            return;
        request.Body = new UuidsInBody(request.Body, request.Path.Value ?? "", uuids);
        request.ContentLength = null;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (read is null)
        {
            using var whole = new MemoryStream();
            await inner.CopyToAsync(whole, cancellationToken);
            read = new(Turn(whole.GetBuffer().AsSpan(0, (int)whole.Length)));
        }

        return read.Read(buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Bodies are read without blocking.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private byte[] Turn(ReadOnlySpan<byte> json)
    {
        var turned = new MemoryStream(json.Length);
        var reader = new Utf8JsonReader(json);
        var (names, name, done) = (new Stack<string>(), "", 0);
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject or JsonTokenType.StartArray:
                        names.Push(name);
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        name = names.Pop();
                        break;
                    case JsonTokenType.PropertyName:
                        name = QueryNames.Snake(reader.GetString()!);
                        break;
                    case JsonTokenType.String when reader.ValueSpan.Length == Uuids.Length && IdOf(reader.ValueSpan, name, names) is { } id:
                        turned.Write(json[done..(int)reader.TokenStartIndex]);
                        turned.Write(Encoding.ASCII.GetBytes(id.ToString(CultureInfo.InvariantCulture)));
                        done = (int)reader.BytesConsumed;
                        break;
                }
            }
        }
        catch (JsonException)
        {
            // whoever reads it says so
        }

        turned.Write(json[done..]);
        return turned.ToArray();
    }

    /// <summary>The id, where this field takes one of the UUID's kind.</summary>
    private long? IdOf(ReadOnlySpan<byte> text, string name, Stack<string> around)
    {
        if (!Utf8Parser.TryParse(text, out Guid uuid, out var length) || length != Uuids.Length || uuids.Read(uuid) is not { } known)
            return null;
        // A list of ids has its name; an object in a list has the list's.
        var takes = name == "id"
            ? around.Count == 1 ? [IdKinds.Subject(path)] : IdKinds.OfIdIn(around.FirstOrDefault(n => n.Length > 0) ?? "")
            : [IdKinds.OfName(name)];
        return takes.Contains(known.Kind) ? known.Id : null;
    }
}
