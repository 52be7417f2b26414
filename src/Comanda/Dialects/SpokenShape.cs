using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Comanda.Events;

namespace Comanda.Dialects;

/// <summary>A place of an answer as one dialect says it.</summary>
internal sealed class SpokenShape(WireKind kind)
{
    public static readonly SpokenShape Plain = new(WireKind.Plain), Free = new(WireKind.Free);

    public WireKind Kind => kind;

    public IdKind Id { get; init; }

    public SpokenRecord? Record { get; init; }

    public SpokenShape? Of { get; init; }

    /// <summary>Ours and theirs, in UTF-8, theirs with its quotation marks.</summary>
    public (byte[] Ours, byte[] Theirs)[] Words { get; init; } = [];

    /// <summary>Of a map: its keys are fields of the request.</summary>
    public bool KeysAreFields { get; init; }

    /// <summary>What an event tells; which, its name says.</summary>
    public bool IsEventData { get; init; }
}

/// <summary>A member as it is said.</summary>
internal sealed class SpokenMember(string ours, string[] names, SpokenShape shape)
{
    public byte[] Ours { get; } = Encoding.UTF8.GetBytes(ours);

    /// <summary>None where it is left out.</summary>
    public JsonEncodedText[] Names { get; } =
        [.. names.Select(n => JsonEncodedText.Encode(n, JavaScriptEncoder.UnsafeRelaxedJsonEscaping))];

    public SpokenShape Shape => shape;

    public string? Keeps { get; init; }

    public string? KeepsForOuter { get; init; }

    public bool Parts { get; init; }

    /// <summary>A bare list is the answer itself: its members' names are not written.</summary>
    public bool IsAnswer { get; init; }
}

/// <summary>A record as it is said.</summary>
internal sealed class SpokenRecord(Func<SpokenRecord, SpokenMember[]> members, IReadOnlyList<(string Name, AddMember Add)> added)
{
    private SpokenMember[]? known;

    /// <summary>Only when they are asked for: a record may hold others of its own kind.</summary>
    public SpokenMember[] Members => known ??= members(this);

    public IReadOnlyList<(string Name, AddMember Add)> Added => added;

    /// <summary>It is written as the list that it holds.</summary>
    public bool IsBare { get; init; }

    public bool IsProblem { get; init; }

    /// <summary>The member of this name. They come in order, so the next is looked at first.</summary>
    public SpokenMember? Find(ReadOnlySpan<byte> name, ref int next)
    {
        var all = Members;
        for (var i = 0; i < all.Length; i++)
        {
            var at = next + i < all.Length ? next + i : next + i - all.Length;
            if (!name.SequenceEqual(all[at].Ours))
                continue;
            next = at + 1 == all.Length ? 0 : at + 1;
            return all[at];
        }

        return null;
    }
}

/// <summary>A dialect's table applied to the records that there are: made once for each and kept.</summary>
internal sealed class SpokenTable
{
    private readonly ConcurrentDictionary<Type, SpokenShape> types = [];
    private readonly ConcurrentDictionary<WireRecord, SpokenRecord> records = [];
    private readonly ConcurrentDictionary<(string Name, bool IsFree), SpokenMember> loose = [];
    private readonly Dictionary<string, SpokenShape> events;

    public SpokenTable(DialectTable table)
    {
        Table = table;
        Problem = new(WireKind.Record)
        {
            Record = new(_ => [new("errors", ["errors"], new(WireKind.Map) { KeysAreFields = true, Of = SpokenShape.Free })], [])
            {
                IsProblem = true
            },
        };
        events = EventShapes.All.ToDictionary(e => e.Key, e => Say(e.Value), StringComparer.Ordinal);
        AnyEvent = Say(WireShape.Loose());
    }

    public DialectTable Table { get; }

    public SpokenShape Problem { get; }

    /// <summary>An event that nothing more is known of.</summary>
    public SpokenShape AnyEvent { get; }

    public SpokenShape OfType(Type? type) =>
        type is null ? AnyEvent : types.GetOrAdd(type, static (t, table) => table.Answer(WireShape.OfType(t)), this);

    public SpokenShape OfEvent(string name) => events.GetValueOrDefault(name, AnyEvent);

    /// <summary>A member of nothing that we know: its name alone tells what it is.</summary>
    public SpokenMember Loose(string name, bool isFree) =>
        loose.GetOrAdd((name, isFree), static (n, table) => table.MakeLoose(n.Name, n.IsFree), this);

    private SpokenMember MakeLoose(string name, bool isFree)
    {
        if (isFree)
            return new(name, [Table.CamelCase ? DialectTable.Camel(name) : name], SpokenShape.Free);
        var kind = IdKinds.OfName(name);
        var shape = name switch
        {
            "id" => WireShape.IdOf(IdKind.None),
            "role" => WireShape.WordOf(nameof(RoleNames)),
            "payment_status" => WireShape.WordOf(name),
            _ when kind != IdKind.None => WireShape.IdOf(kind),
            _ => WireShape.Loose(IdKinds.OfIdIn(name) is [var only] ? only : IdKind.None),
        };
        return new(name, Table.Say(name), Say(shape));
    }

    /// <summary>A whole answer: where it is a page, dialects may say it as its list.</summary>
    private SpokenShape Answer(WireShape shape) => shape.Record is { IsPage: true } page && Table.BareLists
        ? new(WireKind.Record)
        {
            Record = new(
                _ => [
                    new("items", [""], Say(page.Members.First(m => m.Name == "items").Shape)) { IsAnswer = true },
                    new("next_cursor", [], SpokenShape.Plain),
                ],
                [])
            { IsBare = true },
        }
        : Say(shape);

    private SpokenShape Say(WireShape shape) => shape.Kind switch
    {
        WireKind.Plain => SpokenShape.Plain,
        WireKind.Free => SpokenShape.Free,
        WireKind.Id => new(WireKind.Id) { Id = shape.Id },
        WireKind.Loose => new(WireKind.Loose) { Id = shape.Id },
        WireKind.Word => Table.WordsOf(shape.Words) is { } words
            ? new(WireKind.Word) { Words = [.. words.Select(w => (Utf8(w.Key), Utf8($"\"{w.Value}\"")))] }
            : SpokenShape.Plain,
        WireKind.List => new(WireKind.List) { Of = Say(shape.Of!) },
        WireKind.Map => new(WireKind.Map) { Of = Say(shape.Of!) },
        _ => new(WireKind.Record) { Record = records.GetOrAdd(shape.Record!, static (r, table) => table.Record(r), this) },
    };

    private SpokenRecord Record(WireRecord record) => new(
        _ => [.. record.Members.Select(m => Member(record, m))],
        [.. Table.AddedTo(record.Type.Name).Where(a => !record.Members.Any(m => Names(record, m).Contains(a.Name)))]);

    private string[] Names(WireRecord record, WireMember member) =>
        Table.RowOf(record.Type.Name, member.Name)?.Names ?? Table.Say(member.Name);

    private SpokenMember Member(WireRecord record, WireMember member)
    {
        if (record.Type == typeof(EventView) && member.Name is "event" or "data" or "actor")
        {
            return member.Name switch
            {
                "event" => new("event", ["event"], SpokenShape.Plain) { Keeps = "event" },
                "actor" => new("actor", ["actor"], Say(WireShape.Loose(IdKind.User))),
                _ => new("data", ["data"], new(WireKind.Loose) { IsEventData = true }),
            };
        }

        var row = Table.RowOf(record.Type.Name, member.Name);
        var shape = row?.Words is { } list ? WireShape.WordOf(list) : member.Shape;
        return new(member.Name, Names(record, member), Say(shape))
        {
            Keeps = row?.Keeps,
            KeepsForOuter = row?.KeepsForOuter,
            Parts = row?.Parts ?? false,
        };
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
