using System.Buffers.Binary;

namespace Comanda.Menu;

/// <summary>What a picture is, told by its content: its name and its declared type may say anything.</summary>
public sealed record ImageFormat(string Extension, string ContentType, int Width, int Height)
{
    /// <summary>Reads the head of a JPEG, PNG, GIF or WebP; null for anything else, and for one whose head is broken.</summary>
    public static ImageFormat? Read(ReadOnlySpan<byte> file)
    {
        try
        {
            return Png(file) ?? Gif(file) ?? WebP(file) ?? Jpeg(file);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null; // ends before its size is said
        }
    }

    /// <summary>The type that a stored name's ending stands for; null for none of ours.</summary>
    public static string? ContentTypeOf(string extension) => extension switch
    {
        "jpg" => "image/jpeg",
        "png" => "image/png",
        "gif" => "image/gif",
        "webp" => "image/webp",
        _ => null,
    };

    private static ImageFormat? Png(ReadOnlySpan<byte> f) =>
        f.Length > 24 && f[0] == 0x89 && f[1..8].SequenceEqual("PNG\r\n\x1a\n"u8) && f[12..16].SequenceEqual("IHDR"u8)
            ? Of("png", BinaryPrimitives.ReadUInt32BigEndian(f[16..]), BinaryPrimitives.ReadUInt32BigEndian(f[20..])) : null;

    private static ImageFormat? Gif(ReadOnlySpan<byte> f) =>
        f.StartsWith("GIF87a"u8) || f.StartsWith("GIF89a"u8)
            ? Of("gif", BinaryPrimitives.ReadUInt16LittleEndian(f[6..]), BinaryPrimitives.ReadUInt16LittleEndian(f[8..]))
            : null;

    /// <summary>RIFF, with a lossy (VP8), lossless (VP8L) or extended (VP8X) picture. Source: RFC 9649.</summary>
    private static ImageFormat? WebP(ReadOnlySpan<byte> f)
    {
        if (f.Length < 30 || !f.StartsWith("RIFF"u8) || !f[8..12].SequenceEqual("WEBP"u8))
            return null;
        var kind = f[12..16];
        if (kind.SequenceEqual("VP8X"u8))
            return Of("webp", 1 + (uint)(f[24] | (f[25] << 8) | (f[26] << 16)), 1 + (uint)(f[27] | (f[28] << 8) | (f[29] << 16)));
        if (kind.SequenceEqual("VP8L"u8) && f[20] == 0x2f)
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(f[21..]);
            return Of("webp", 1 + (bits & 0x3fff), 1 + ((bits >> 14) & 0x3fff));
        }

        return kind.SequenceEqual("VP8 "u8) && f[23] == 0x9d && f[24] == 0x01 && f[25] == 0x2a
            ? Of(
                "webp",
                BinaryPrimitives.ReadUInt16LittleEndian(f[26..]) & 0x3fffu,
                BinaryPrimitives.ReadUInt16LittleEndian(f[28..]) & 0x3fffu) : null;
    }

    /// <summary>Goes from marker to marker to the frame's header (SOF0 to SOF15, but for DHT, JPG and DAC). Source: ITU-T T.81.</summary>
    private static ImageFormat? Jpeg(ReadOnlySpan<byte> f)
    {
        if (!f.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff]))
            return null;
        for (var at = 2; at + 9 < f.Length && f[at] == 0xff;)
        {
            var marker = f[at + 1];
            if (marker == 0xff)
            {
                at++; // a fill byte
                continue;
            }

            if (marker is >= 0xc0 and <= 0xcf and not (0xc4 or 0xc8 or 0xcc))
                return Of("jpg", BinaryPrimitives.ReadUInt16BigEndian(f[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(f[(at + 5)..]));
            at += 2 + (marker is 0x01 or (>= 0xd0 and <= 0xd8) ? 0 : BinaryPrimitives.ReadUInt16BigEndian(f[(at + 2)..]));
        }

        return null;
    }

    private static ImageFormat? Of(string extension, uint width, uint height) =>
        width is > 0 and <= int.MaxValue && height is > 0 and <= int.MaxValue
            ? new(extension, ContentTypeOf(extension)!, (int)width, (int)height)
            : null;
}
