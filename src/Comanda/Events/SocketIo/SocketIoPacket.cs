using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Comanda.Events;

/// <summary>What a packet of Socket.IO is; the digit that it begins with.</summary>
internal enum SocketIoKind
{
    Connect,
    Disconnect,
    Event,
    Ack,
    ConnectError,
    BinaryEvent,
    BinaryAck,
}

/// <summary>
/// A packet of the Socket.IO protocol (version 5), as a message of Engine.IO carries it:
/// kind, number of attachments and <c>-</c>, namespace and <c>,</c>, number of an acknowledgement, JSON.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Attachments">Binary messages that follow and belong to it.</param>
/// <param name="Namespace"><c>/</c> where none is said.</param>
/// <param name="Ack">Under which number an answer is waited for.</param>
/// <param name="Payload">JSON, or empty.</param>
internal readonly record struct SocketIoPacket(
    SocketIoKind Kind,
    int Attachments,
    string Namespace,
    long? Ack,
    ReadOnlyMemory<byte> Payload)
{
    public const string Main = "/";

    /// <summary>As many as the stock server takes with one event.</summary>
    private const int MostAttachments = 10;

    private const int LongestNamespace = 200;

    /// <summary>Reads a packet; null where it is none.</summary>
    public static SocketIoPacket? Read(ReadOnlyMemory<byte> text)
    {
        var bytes = text.Span;
        if (bytes.IsEmpty || bytes[0] is < (byte)'0' or > (byte)'6')
            return null;
        var kind = (SocketIoKind)(bytes[0] - '0');
        var at = 1;
        var attachments = 0;
        if (kind is SocketIoKind.BinaryEvent or SocketIoKind.BinaryAck)
        {
            if (!Utf8Parser.TryParse(bytes[at..], out attachments, out var digits)
                || attachments is < 1 or > MostAttachments
                || at + digits >= bytes.Length
                || bytes[at + digits] != '-')
                return null;
            at += digits + 1;
        }

        var space = Main;
        if (at < bytes.Length && bytes[at] == '/')
        {
            var rest = bytes[at..];
            var end = rest.IndexOf((byte)',') is >= 0 and var comma ? comma : rest.Length;
            if (end > LongestNamespace)
                return null;
            space = Encoding.UTF8.GetString(rest[..end]);
            at += Math.Min(end + 1, rest.Length);
        }

        long? ack = null;
        if (at < bytes.Length && bytes[at] is >= (byte)'0' and <= (byte)'9')
        {
            if (!Utf8Parser.TryParse(bytes[at..], out long number, out var digits))
                return null;
            (ack, at) = (number, at + digits);
        }

        var payload = text[at..];
        return Fits(kind, payload.Span) ? new(kind, attachments, space, ack, payload) : null;
    }

    /// <summary>An event with its seq as last argument: what a client that comes back says that it has.</summary>
    public static byte[] OfEvent(long seq, string name, byte[] envelope)
    {
        var to = new ArrayBufferWriter<byte>(envelope.Length + name.Length + 32);
        Encoding.UTF8.GetBytes($"42[\"{name}\",", to);
        to.Write(envelope);
        Encoding.UTF8.GetBytes($",\"{seq}\"]", to);
        return to.WrittenSpan.ToArray();
    }

    public static byte[] Connected(string id, string pid) => Encoding.UTF8.GetBytes($$"""40{"sid":"{{id}}","pid":"{{pid}}"}""");

    /// <summary>Not let in, and why: the message is the code, the rest is in <c>data</c>.</summary>
    public static byte[] Refused(string space, Refusal refusal) => Encoding.UTF8.GetBytes($"44{Of(space)}" + Json.Write(new
    {
        message = refusal.Code,
        data = new { status = refusal.Status, code = refusal.Code, detail = refusal.Detail, errors = refusal.Errors },
    }));

    public static byte[] NoSuchNamespace(string space) => Encoding.UTF8.GetBytes($$"""44{{Of(space)}}{"message":"Invalid namespace"}""");

    /// <summary>The answer to who emits something and waits for one: here nothing is done by emitting.</summary>
    public static byte[] NotDoneHere(long ack) => Encoding.UTF8.GetBytes($"43{ack}" + Json.Write(new[]
    {
        new { status = 405, code = "method_not_allowed", detail = "This connection tells what happens; commands go over HTTP." },
    }));

    private static string Of(string space) => space == Main ? "" : Json.Write(space).Trim('"') + ",";

    private static bool Fits(SocketIoKind kind, ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
            return kind is SocketIoKind.Connect or SocketIoKind.Disconnect;
        try
        {
            var json = new Utf8JsonReader(payload);
            if (!json.Read())
                return false;
            var first = json.TokenType;
            if (first == JsonTokenType.StartArray && kind is SocketIoKind.Event or SocketIoKind.BinaryEvent)
            {
                // An event has a name, or a number for one.
                if (!json.Read() || json.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
                    return false;
                while (json.Read())
                    continue;
                return true;
            }

            json.Skip();
            return !json.Read() && kind switch
            {
                SocketIoKind.Connect => first == JsonTokenType.StartObject,
                SocketIoKind.Ack or SocketIoKind.BinaryAck => first == JsonTokenType.StartArray,
                _ => false,
            };
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
