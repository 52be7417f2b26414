namespace Comanda.Orders;

/// <summary>A picture of black and white dots, eight to a byte, the left one highest; rows begin at a byte.</summary>
internal sealed class Dots(int width, int height)
{
    public int Width { get; } = width;

    public int Height { get; } = height;

    /// <summary>Bytes of a row.</summary>
    public int Stride { get; } = (width + 7) / 8;

    public byte[] Bytes { get; } = new byte[(width + 7) / 8 * height];

    public bool IsBlack(int x, int y) => (Bytes[(y * Stride) + (x / 8)] & (0x80 >> (x % 8))) != 0;

    public void Blacken(int x, int y)
    {
        if (x >= 0 && x < Width && y >= 0 && y < Height)
            Bytes[(y * Stride) + (x / 8)] |= (byte)(0x80 >> (x % 8));
    }

    /// <summary>In the middle of so many dots, or as it is where it is wider; moved by whole bytes.</summary>
    public Dots Centred(int across)
    {
        if (across <= Width)
            return this;
        var (wide, left) = (new Dots(across, Height), (across - Width) / 16);
        for (var y = 0; y < Height; y++)
            Rows(y, 1).CopyTo(wide.Bytes.AsSpan((y * wide.Stride) + left));
        return wide;
    }

    /// <summary>Rows of it, from one on.</summary>
    public ReadOnlySpan<byte> Rows(int from, int count) => Bytes.AsSpan(from * Stride, count * Stride);

    /// <summary>
    /// Without what ESC/POS printers obey at once wherever it stands, also inside a picture: DLE EOT, DLE ENQ and DLE DC4, which opens the
    /// drawer. One dot is turned where one would be; nobody sees it. Source: Epson's reference of the real-time commands.
    /// </summary>
    public Dots WithoutCommands()
    {
        var clean = new Dots(Width, Height);
        Bytes.CopyTo(clean.Bytes, 0);
        for (var i = 0; i + 1 < clean.Bytes.Length; i++)
        {
            if (clean.Bytes[i] == 0x10 && clean.Bytes[i + 1] is 0x04 or 0x05 or 0x14)
                clean.Bytes[i + 1] ^= 0x02;
        }

        return clean;
    }
}
