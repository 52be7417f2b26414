using System.Buffers.Binary;
using System.IO.Compression;

namespace Comanda.Orders;

/// <summary>A picture as a PNG of one bit for a dot (ISO/IEC 15948): what printers take without dithering it.</summary>
internal static class PngFile
{
    private static readonly byte[] Signature = [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a];

    private static readonly uint[] Crcs = [.. Enumerable.Range(0, 256).Select(n =>
    {
        var c = (uint)n;
        for (var k = 0; k < 8; k++)
            c = (c & 1) != 0 ? 0xedb88320u ^ (c >> 1) : c >> 1;
        return c;
    })];

    public static byte[] Write(Dots picture)
    {
        using var file = new MemoryStream();
        file.Write(Signature);
        var head = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(head.AsSpan(4), picture.Height);
        (head[8], head[9]) = (1, 0); // one bit, grey: 0 is black
        Chunk(file, "IHDR"u8, head);
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Optimal, leaveOpen: true))
        {
            var row = new byte[picture.Stride + 1]; // its filter first: none
            for (var y = 0; y < picture.Height; y++)
            {
                var dots = picture.Rows(y, 1);
                for (var i = 0; i < dots.Length; i++)
                    row[i + 1] = (byte)~dots[i];
                zlib.Write(row);
            }
        }

        Chunk(file, "IDAT"u8, data.ToArray());
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(type);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(data, Crc(type, 0xffffffff)) ^ 0xffffffff);
        file.Write(number);
    }

    private static uint Crc(ReadOnlySpan<byte> bytes, uint crc)
    {
        foreach (var b in bytes)
            crc = Crcs[(crc ^ b) & 0xff] ^ (crc >> 8);
        return crc;
    }
}
