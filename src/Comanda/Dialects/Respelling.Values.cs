using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Comanda.Identity;

namespace Comanda.Dialects;

/// <summary>How values are said: ids, words, and all that stays as it is.</summary>
internal sealed partial class Respelling
{
    private void SayValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> raw)
    {
        var shape = ShapeHere();
        if (depth == 0 || frames[depth - 1].IsArray)
        {
            SayValue(ref reader, raw, shape);
            return;
        }

        var member = frames[depth - 1].Member!;
        foreach (var name in member.Names)
        {
            json.WritePropertyName(name);
            if (member.Parts && reader.TokenType == JsonTokenType.String)
                SayParts(reader.GetString()!);
            else
                SayValue(ref reader, raw, shape);
        }

        if (table.Table.Ids == IdForm.Both && shape is { Kind: WireKind.Id, Id: not IdKind.None })
            SayBeside(member, raw, shape.Id);
        if (frames[depth - 1].Shape.Kind == WireKind.Loose
            && reader.TokenType == JsonTokenType.String
            && member.Ours.AsSpan().SequenceEqual("of"u8))
            frames[depth - 1].Shape = new(WireKind.Loose) { Id = IdKinds.OfSubject(reader.GetString()!) };
        if (member.Keeps is { } mine)
            kept.Keep(depth, mine, raw);
        if (member.KeepsForOuter is { } outer)
            kept.KeepFirst(OuterDepth(), outer, raw);
        if (frames[depth - 1].Shape.Record is { IsProblem: true } && member.Shape == SpokenShape.Free)
            kept.Keep(depth, Encoding.UTF8.GetString(member.Ours), raw);
    }

    private int OuterDepth()
    {
        var outer = depth - 1;
        while (outer > 1 && frames[outer - 1].IsArray)
            outer--;
        return outer;
    }

    private void SayValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> raw, SpokenShape shape)
    {
        switch (shape.Kind)
        {
            case WireKind.Id when reader.TokenType == JsonTokenType.Number:
                SayId(raw, shape.Id);
                return;
            case WireKind.Word when reader.TokenType == JsonTokenType.String:
                foreach (var (ours, theirs) in shape.Words)
                {
                    if (!reader.ValueSpan.SequenceEqual(ours))
                        continue;
                    json.WriteRawValue(theirs, skipInputValidation: true);
                    return;
                }

                break;
        }

        json.WriteRawValue(raw, skipInputValidation: true);
    }

    private void SayId(ReadOnlySpan<byte> raw, IdKind kind)
    {
        switch (table.Table.Ids)
        {
            case IdForm.Text:
                json.WriteStringValue(raw);
                break;
            case IdForm.Uuid when kind != IdKind.None && Utf8Parser.TryParse(raw, out long id, out _) && Uuids.IsId(id):
                json.WriteStringValue(uuids.Of(kind, id));
                break;
            default:
                json.WriteRawValue(raw, skipInputValidation: true);
                break;
        }
    }

    private void SayBeside(SpokenMember member, ReadOnlySpan<byte> raw, IdKind kind)
    {
        var ours = Encoding.UTF8.GetString(member.Ours);
        if (ours.EndsWith("id", StringComparison.Ordinal) && Utf8Parser.TryParse(raw, out long id, out _) && Uuids.IsId(id))
            json.WriteString(ours[..^2] + "uuid", uuids.Of(kind, id));
    }

    private void SayParts(string text)
    {
        json.WriteStartArray();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            json.WriteStringValue(part);
        json.WriteEndArray();
    }
}
