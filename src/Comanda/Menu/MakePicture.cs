using System.Diagnostics;

namespace Comanda.Menu;

/// <summary>
/// Draws a picture anew by <c>vipsthumbnail</c> (Debian's libvips-tools): turned as its camera held it, without metadata,
/// no larger than asked. The picture comes from anybody, so what reads it is a process of its own with bounds: of memory
/// and processor by <c>prlimit</c>, of time by us, and only libvips' loaders that are safe for untrusted input.
/// </summary>
public static class MakePicture
{
    private const long MostMemory = 1_500_000_000, MostSeconds = 20;

    /// <summary>What <c>prlimit</c> ends with when there is no such program.</summary>
    private const int NotInstalled = 127;

    /// <summary>What libvips' readers of PNG, JPEG and GIF warn of; that of WebP refuses.</summary>
    private static readonly string[] SignsOfACut = ["not enough data", "Premature end", "Unexpected end"];

    /// <summary>As many at once as there are processors.</summary>
    private static readonly SemaphoreSlim Seats = new(Math.Max(1, Environment.ProcessorCount));

    /// <summary>The new picture, or null where this one cannot be read within the bounds.</summary>
    /// <param name="picture">The file that was sent.</param>
    /// <param name="format">Whose ending names the format of both.</param>
    /// <param name="size">Pixels of the longer side, at most.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task<byte[]?> Run(byte[] picture, ImageFormat format, int size, CancellationToken cancel)
    {
        await Seats.WaitAsync(cancel);
        var folder = Directory.CreateTempSubdirectory("comanda-picture-");
        try
        {
            var (before, after) = (Path.Combine(folder.FullName, "before." + format.Extension), Path.Combine(folder.FullName, "after." + format.Extension));
            await File.WriteAllBytesAsync(before, picture, cancel);
            var start = new ProcessStartInfo("prlimit", [$"--as={MostMemory}", $"--cpu={MostSeconds}", "--core=0", "vipsthumbnail", before, "--size", $"{size}x{size}>", "--export-profile", "srgb", "-o", after + "[strip]"])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            };
            start.Environment["VIPS_BLOCK_UNTRUSTED"] = "1";
            start.Environment["VIPS_CONCURRENCY"] = "1";
            using var process = Process.Start(start)!;
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            patience.CancelAfter(TimeSpan.FromSeconds(MostSeconds));
            try
            {
                var complaint = TellsOfACut(process.StandardError, patience.Token);
                await process.StandardOutput.ReadToEndAsync(patience.Token);
                await process.WaitForExitAsync(patience.Token);
                if (await complaint)
                {
                    return null;
                }

                if (process.ExitCode == NotInstalled)
                {
                    throw new ImagesUnavailableException("Pictures cannot be taken: this machine lacks vipsthumbnail (Debian's libvips-tools).", null);
                }
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                cancel.ThrowIfCancellationRequested();
                return null;
            }

            return process.ExitCode == 0 && File.Exists(after) ? await File.ReadAllBytesAsync(after, cancel) : null;
        }
        finally
        {
            folder.Delete(recursive: true);
            Seats.Release();
        }
    }

    /// <summary>
    /// Whether the picture ends before it is whole. The tool then fills the rest with grey, warns and ends as if all were well;
    /// the warnings may be thousands of lines, so they are looked through and not kept.
    /// </summary>
    private static async Task<bool> TellsOfACut(StreamReader warnings, CancellationToken cancel)
    {
        var cut = false;
        while (await warnings.ReadLineAsync(cancel) is { } line)
        {
            cut |= SignsOfACut.Any(sign => line.Contains(sign, StringComparison.OrdinalIgnoreCase));
        }

        return cut;
    }
}
