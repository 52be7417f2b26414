using System.Collections;
using System.Globalization;
using System.Text;
using QRCoder;

namespace Comanda.Orders;

/// <summary>A QR code (ISO/IEC 18004, error correction M: a seventh of it may be unreadable) as squares, for whatever draws it.</summary>
internal sealed class QrCode
{
    private readonly List<BitArray> rows;

    private QrCode(List<BitArray> rows) => this.rows = rows;

    /// <summary>Squares across, with the four empty ones on each side that readers need.</summary>
    public int Side => rows.Count;

    public bool IsDark(int x, int y) => rows[y][x];

    public static QrCode Of(string text)
    {
        using var data = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        return new(data.ModuleMatrix);
    }

    /// <summary>The dark squares, those side by side as one: column and row from the top left, and how many.</summary>
    public IEnumerable<(int X, int Y, int Width)> Runs()
    {
        for (var y = 0; y < Side; y++)
        {
            for (int x = 0, width; x < Side; x += width)
            {
                var dark = IsDark(x, y);
                for (width = 1; x + width < Side && IsDark(x + width, y) == dark; width++)
                {
                }

                if (dark)
                    yield return (x, y, width);
            }
        }
    }

    /// <summary>As one path of an inline picture: it loads nothing and needs no script. Black on white, also on a dark page.</summary>
    public string ToSvg(string label)
    {
        var path = new StringBuilder();
        foreach (var (x, y, width) in Runs())
            path.Append(CultureInfo.InvariantCulture, $"M{x} {y}h{width}v1h-{width}z");
        return $"<svg role=\"img\" aria-label=\"{label}\" viewBox=\"0 0 {Side} {Side}\" shape-rendering=\"crispEdges\"><path "
            + $"fill=\"#fff\" d=\"M0 0h{Side}v{Side}h-{Side}z\"/><path fill=\"#000\" d=\"{path}\"/></svg>";
    }
}
