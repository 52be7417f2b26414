using System.Collections.Concurrent;
using Comanda.Menu;
using SkiaSharp;

namespace Comanda.Orders;

/// <summary>
/// Logos of receipts in black and white dots. What was uploaded is a file of ours, drawn anew by a process with bounds
/// (<see cref="MakePicture"/>); its small picture is dithered here once and kept. A file never changes, so neither does what is kept of it.
/// </summary>
public sealed class ReceiptLogos(IImageStore store, ILogger<ReceiptLogos> log)
{
    /// <summary>Rows of dots at most: 20 mm.</summary>
    internal const int MostRows = 160;

    private const int MostKept = 500;

    private readonly ConcurrentDictionary<string, Dots?> kept = new(StringComparer.Ordinal);

    /// <summary>The rows with their pictures in dots. One that cannot be read is left out: the receipt is what counts.</summary>
    internal async Task<List<PaperRow>> Find(IReadOnlyList<PaperRow> rows, CancellationToken cancel)
    {
        var found = new List<PaperRow>(rows.Count);
        foreach (var row in rows)
        {
            if (!row.Picture)
                found.Add(row);
            else if (await Find(row.Left, cancel) is { } dots)
                found.Add(row with { Dots = dots });
        }

        return found;
    }

    private async Task<Dots?> Find(string address, CancellationToken cancel)
    {
        if (kept.TryGetValue(address, out var known))
            return known;
        try
        {
            var small = PictureAddress.ThumbnailOf(address) is { } thumbnail ? thumbnail["/uploads/".Length..] : null;
            await using var file = small is null ? null : await store.Open(small, cancel);
            using var picture = file is null ? null : SKBitmap.Decode(file);
            var dots = picture is null ? null : Dither(picture);
            if (kept.Count >= MostKept)
                kept.Clear();
            return kept[address] = dots;
        }
        catch (Exception failure) when (failure is IOException or ImagesUnavailableException)
        {
            log.LogWarning("the logo {Logo}: {Why}", address, failure.Message);
            return null;
        }
    }

    /// <summary>Black and white by Floyd and Steinberg's way of passing on what each dot is wrong by; what is clear is paper.</summary>
    private static Dots Dither(SKBitmap picture)
    {
        var scale = Math.Min(1, MostRows / (double)picture.Height);
        var (width, height) = (Math.Max(1, (int)(picture.Width * scale)), Math.Max(1, (int)(picture.Height * scale)));
        using var sheet = new SKBitmap(width, height, SKColorType.Gray8, SKAlphaType.Opaque);
        using (var canvas = new SKCanvas(sheet))
        {
            canvas.Clear(SKColors.White);
            using var image = SKImage.FromBitmap(picture);
            canvas.DrawImage(image, new SKRect(0, 0, width, height), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        }

        var (dots, wrong) = (new Dots(width, height), new float[2, width + 2]);
        for (var y = 0; y < height; y++)
        {
            var (now, next) = (y % 2, (y + 1) % 2);
            for (var x = 0; x < width + 2; x++)
                wrong[next, x] = 0;
            for (var x = 0; x < width; x++)
            {
                var grey = sheet.GetPixel(x, y).Red + wrong[now, x + 1];
                var error = grey < 128 ? grey : grey - 255;
                if (grey < 128)
                    dots.Blacken(x, y);
                wrong[now, x + 2] += error * 7 / 16;
                wrong[next, x] += error * 3 / 16;
                wrong[next, x + 1] += error * 5 / 16;
                wrong[next, x + 2] += error / 16;
            }
        }

        return dots;
    }
}
