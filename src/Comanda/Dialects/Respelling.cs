using System.Buffers;
using System.Text;
using System.Text.Json;
using Comanda.Identity;

namespace Comanda.Dialects;

/// <summary>
/// Says JSON of ours in a dialect, token by token as it comes: what is held is the token under way and what rows keep of the records that
/// are open, however long the answer is.
/// </summary>
internal sealed partial class Respelling : IDisposable
{
    private static readonly JsonWriterOptions Writing = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly SpokenTable table;
    private readonly SpokenShape root;
    private readonly Uuids uuids;
    private readonly Telling telling;
    private readonly Utf8JsonWriter main;
    private readonly KeptValues kept = new();
    private readonly Kept keptHere;
    private Utf8JsonWriter json;
    private ArrayBufferWriter<byte>? aside;
    private (int Depth, string Name) asideFor;
    private Frame[] frames = new Frame[16];
    private int depth;
    private int skipping;
    private JsonReaderState state;
    private byte[] rest = [];
    private int restLength;

    public Respelling(SpokenTable table, SpokenShape root, IBufferWriter<byte> to, Uuids uuids, Telling telling)
    {
        (this.table, this.root, this.uuids, this.telling) = (table, root, uuids, telling);
        json = main = new(to, Writing);
        keptHere = name => kept.Find(depth, name);
    }

    /// <summary>The next bytes of it.</summary>
    public void Write(ReadOnlySpan<byte> chunk, bool isLast)
    {
        if (restLength > 0)
        {
            Keep(chunk);
            chunk = rest.AsSpan(0, restLength);
        }

        var reader = new Utf8JsonReader(chunk, isLast, state);
        while (reader.Read())
            Say(ref reader, chunk);
        state = reader.CurrentState;
        var left = chunk[(int)reader.BytesConsumed..];
        if (restLength > 0)
        {
            left.CopyTo(rest);
            restLength = left.Length;
        }
        else if (left.Length > 0)
        {
            Keep(left);
        }

        main.Flush();
    }

    public void Dispose()
    {
        main.Dispose();
        kept.Dispose();
        if (rest.Length > 0)
            ArrayPool<byte>.Shared.Return(rest);
        rest = [];
    }

    private void Keep(ReadOnlySpan<byte> chunk)
    {
        if (rest.Length < restLength + chunk.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(restLength + chunk.Length);
            rest.AsSpan(0, restLength).CopyTo(larger);
            if (rest.Length > 0)
                ArrayPool<byte>.Shared.Return(rest);
            rest = larger;
        }

        chunk.CopyTo(rest.AsSpan(restLength));
        restLength += chunk.Length;
    }

    private void Say(ref Utf8JsonReader reader, ReadOnlySpan<byte> chunk)
    {
        var token = reader.TokenType;
        if (skipping > 0)
        {
            skipping += token switch
            {
                JsonTokenType.StartObject or JsonTokenType.StartArray => 1,
                JsonTokenType.EndObject or JsonTokenType.EndArray => -1,
                _ => 0,
            };
            return;
        }

        switch (token)
        {
            case JsonTokenType.PropertyName:
                frames[depth - 1].Member = MemberOf(ref reader);
                break;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                Open(token == JsonTokenType.StartArray);
                break;
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                Close(token == JsonTokenType.EndArray);
                break;
            default:
                var start = (int)reader.TokenStartIndex;
                SayValue(ref reader, chunk[start..(int)reader.BytesConsumed]);
                break;
        }
    }

    private SpokenMember MemberOf(ref Utf8JsonReader reader)
    {
        ref var frame = ref frames[depth - 1];
        var shape = frame.Shape;
        if (shape.Kind == WireKind.Record)
        {
            return shape.Record!.Find(reader.ValueSpan, ref frame.Next)
                ?? table.Loose(reader.GetString()!, isFree: shape.Record.IsProblem);
        }

        var name = reader.GetString()!;
        return shape.Kind switch
        {
            WireKind.Loose when name == "id" => new(name, table.Table.Say(name), new(WireKind.Id) { Id = shape.Id }),
            WireKind.Loose => table.Loose(name, isFree: false),
            WireKind.Map => new(name, [shape.KeysAreFields ? table.Table.SayField(name) : name], shape.Of!),
            _ => new(name, [name], SpokenShape.Free),
        };
    }

    private SpokenShape ShapeHere()
    {
        if (depth == 0)
            return root;
        ref var frame = ref frames[depth - 1];
        if (!frame.IsArray)
        {
            var shape = frame.Member!.Shape;
            return shape.IsEventData ? table.OfEvent(Encoding.UTF8.GetString(kept.Find(depth, "event")).Trim('"')) : shape;
        }

        return frame.Shape.Kind switch
        {
            WireKind.List => frame.Shape.Of!,
            WireKind.Loose => frame.Shape,
            _ => SpokenShape.Free,
        };
    }

    private void Open(bool isArray)
    {
        var shape = ShapeHere();
        var silent = depth == 0 && shape.Record is { IsBare: true };
        if (depth > 0 && !frames[depth - 1].IsArray && !Begin(frames[depth - 1].Member!))
        {
            skipping = 1;
            return;
        }

        if (isArray)
            json.WriteStartArray();
        else if (!silent)
            json.WriteStartObject();
        if (depth == frames.Length)
            Array.Resize(ref frames, depth * 2);
        frames[depth++] = new() { Shape = shape, IsArray = isArray, IsSilent = silent };
    }

    /// <summary>Names what opens now; false where it is left out.</summary>
    private bool Begin(SpokenMember member)
    {
        if (member.IsAnswer)
            return true;
        if (member.Names is [var name, ..])
        {
            json.WritePropertyName(name);
            return true;
        }

        if (member.Keeps is null || aside is not null)
            return false;
        aside = new();
        asideFor = (depth, member.Keeps);
        json = new(aside, Writing);
        return true;
    }

    private void Close(bool isArray)
    {
        ref var frame = ref frames[depth - 1];
        if (isArray)
        {
            json.WriteEndArray();
        }
        else if (!frame.IsSilent)
        {
            Add(frame.Shape.Record);
            json.WriteEndObject();
        }

        kept.Forget(depth);
        depth--;
        if (aside is null || asideFor.Depth != depth)
            return;
        json.Flush();
        json.Dispose();
        json = main;
        kept.Keep(depth, asideFor.Name, aside.WrittenSpan);
        aside = null;
    }

    private void Add(SpokenRecord? record)
    {
        if (record is null)
            return;
        foreach (var (name, add) in record.Added)
        {
            json.WritePropertyName(name);
            add(json, keptHere, telling);
        }

        if (record.IsProblem && table.Table.SaysMessage && kept.Find(depth, "message").IsEmpty)
        {
            json.WritePropertyName("message"u8);
            json.WriteRawValue(kept.Find(depth, "detail") is { IsEmpty: false } detail ? detail : "null"u8, true);
        }
    }

    /// <summary>An object or list that is open.</summary>
    private struct Frame
    {
        public SpokenShape Shape;
        public bool IsArray;
        public bool IsSilent;
        public SpokenMember? Member;
        public int Next;
    }
}
