using System.Text;

namespace Comanda.Tests.Orders;

/// <summary>Bytes for a printer, with <c>[picture]</c> where a line was drawn: what is in a picture is no command.</summary>
internal static class PrinterBytes
{
    private static readonly byte[] Raster = [0x1d, (byte)'v', (byte)'0', 0];

    public static byte[] WithoutPictures(byte[] bytes)
    {
        var (without, from) = (new List<byte>(), 0);
        for (int at; (at = bytes.AsSpan(from).IndexOf(Raster)) >= 0;)
        {
            var head = bytes.AsSpan(from + at, 8);
            without.AddRange(bytes.AsSpan(from, at));
            without.AddRange(Encoding.ASCII.GetBytes("[picture]\n"));
            var end = from + at + 8 + ((head[4] + (head[5] << 8)) * (head[6] + (head[7] << 8)));
            for (var i = from + at + 9; i < end; i++)
                (bytes[i - 1] == 0x10 && bytes[i] is 0x04 or 0x05 or 0x14).ShouldBeFalse("obeyed in a picture too");
            from = end;
        }

        without.AddRange(bytes.AsSpan(from));
        return [.. without];
    }
}
