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

    private const string Lacking = "Pictures cannot be taken: this machine lacks vipsthumbnail (Debian's libvips-tools).";

    private const string SignOfNoProfile = "compatible input profile";

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
            var before = Path.Combine(folder.FullName, "before." + format.Extension);
            await File.WriteAllBytesAsync(before, picture, cancel);
            var after = Path.Combine(folder.FullName, "after." + format.Extension);
            // What has no profile of its own is in sRGB, which must be said: Debian 12's libvips takes such colours for linear ones.
            // It then refuses greys without a profile; they are left as they are.
            foreach (var profiles in (string[][])[["--import-profile", "srgb", "--export-profile", "srgb"], []])
            {
                var outcome = await Draw(before, after, size, profiles, cancel);
                if (outcome == Outcome.Drawn && File.Exists(after))
                    return await File.ReadAllBytesAsync(after, cancel);
                if (outcome != Outcome.HasNoProfile)
                    return null;
            }

            return null;
        }
        finally
        {
            folder.Delete(recursive: true);
            Seats.Release();
        }
    }

    private enum Outcome
    {
        Drawn,
        Refused,
        HasNoProfile,
    }

    /// <summary>One run of the tool within the bounds.</summary>
    private static async Task<Outcome> Draw(string before, string after, int size, string[] profiles, CancellationToken cancel)
    {
        string[] bounds = [$"--as={MostMemory}", $"--cpu={MostSeconds}", "--core=0"];
        string[] tool = ["vipsthumbnail", before, "--size", $"{size}x{size}>", .. profiles, "-o", after + "[strip]"];
        var start = new ProcessStartInfo("prlimit", [.. bounds, .. tool])
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
            var complaint = ReadComplaints(process.StandardError, patience.Token);
            await process.StandardOutput.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            var (isCut, lacksProfile) = await complaint;
            if (process.ExitCode == NotInstalled)
                throw new ImagesUnavailableException(Lacking, null);
            return isCut ? Outcome.Refused
                : process.ExitCode == 0 ? Outcome.Drawn
                : lacksProfile ? Outcome.HasNoProfile
                : Outcome.Refused;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancel.ThrowIfCancellationRequested();
            return Outcome.Refused;
        }
    }

    /// <summary>
    /// Whether the picture ends before it is whole: the tool then fills the rest with grey, warns and ends as if all were well. And whether
    /// no profile fits it. The warnings may be thousands of lines, so they are looked through and not kept.
    /// </summary>
    private static async Task<(bool IsCut, bool LacksProfile)> ReadComplaints(StreamReader warnings, CancellationToken cancel)
    {
        var (isCut, lacksProfile) = (false, false);
        while (await warnings.ReadLineAsync(cancel) is { } line)
        {
            isCut |= SignsOfACut.Any(sign => line.Contains(sign, StringComparison.OrdinalIgnoreCase));
            lacksProfile |= line.Contains(SignOfNoProfile, StringComparison.Ordinal);
        }

        return (isCut, lacksProfile);
    }
}
