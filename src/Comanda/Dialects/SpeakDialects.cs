using System.Buffers;
using Comanda.Events;
using Comanda.Identity;

namespace Comanda.Dialects;

/// <summary>The dialects that there are, and what was said in ours said in one of them.</summary>
public sealed class SpeakDialects(Uuids uuids) : IDialects
{
    /// <summary>By name, in the order of the documents after "none".</summary>
    public static readonly IReadOnlyList<string> Names = [.. Enum.GetNames<Dialect>().Select(n => n.ToLowerInvariant())];

    private static readonly SpokenTable[] Tables =
    [
        new(new DialectTable()),
        new(OtherTables.Cafe),
        new(OtherTables.Management),
        new(BakeryTable.Table),
        new(OtherTables.Cafepos),
        new(SmoochoTable.Table),
    ];

    private static readonly SpokenTable WithUuids = new(new DialectTable { Ids = IdForm.Both });

    public Dialect? Named(string name)
    {
        for (var i = 0; i < Names.Count; i++)
        {
            if (name.Equals(Names[i], StringComparison.OrdinalIgnoreCase))
                return (Dialect)i;
        }

        return null;
    }

    public byte[] Whole(Dialect dialect, Type type, long shopId, ReadOnlySpan<byte> json) =>
        Say(TableOf(dialect), type, shopId, json);

    public byte[] Envelope(Dialect dialect, ReadOnlySpan<byte> json) => Whole(dialect, typeof(EventView), 0, json);

    public byte[] EnvelopeWithUuids(ReadOnlySpan<byte> json) => Say(WithUuids, typeof(EventView), 0, json);

    internal static SpokenTable TableOf(Dialect dialect) => Tables[(int)dialect];

    /// <summary>Nothing is to be said otherwise than we do.</summary>
    internal static bool IsOurs(Dialect dialect) => dialect is Dialect.None or Dialect.Cafepos;

    private byte[] Say(SpokenTable table, Type type, long shopId, ReadOnlySpan<byte> json)
    {
        var to = new ArrayBufferWriter<byte>(json.Length + (json.Length / 4) + 64);
        using var respelling = new Respelling(table, table.OfType(type), to, uuids, new(shopId, uuids));
        respelling.Write(json, isLast: true);
        return to.WrittenSpan.ToArray();
    }
}
