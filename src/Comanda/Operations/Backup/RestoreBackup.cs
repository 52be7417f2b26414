using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Comanda.Data;
using Npgsql;

namespace Comanda.Operations;

/// <summary>Brings a backup back into a database that holds nothing, and shows that it holds what it held.</summary>
internal sealed class RestoreBackup(BackupOptions options, Action<string> say)
{
    /// <summary>Answers the manifest.</summary>
    /// <param name="path">The backup, or a folder of them.</param>
    /// <param name="database">Empty.</param>
    /// <param name="connectionString">The same one's.</param>
    /// <param name="uploads">The folder of pictures; null leaves them.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StartupException">Something is not as it was; what was restored, if anything, is not to be used.</exception>
    public async Task<BackupManifest> Run(
        string path,
        NpgsqlDataSource database,
        string connectionString,
        string? uploads,
        CancellationToken cancel)
    {
        var (folder, manifest) = await BackupFolder.Find(path, cancel);
        if (await database.Scalar("select exists (select 1 from pg_tables where schemaname = 'public')", cancel) is true)
            throw new StartupException("the database holds something already; restore into an empty one, and change over to that");
        if (manifest.Encrypted && options.Key is null)
            throw new StartupException("the backup is encrypted: set COMANDA_BACKUP_KEY to the key that it was made with");
        foreach (var part in manifest.Files)
            await CheckPart(folder, part, cancel);
        say($"restoring {Path.GetFileName(folder)}, made by version {manifest.Version}; its checksums are right");
        var figures = FiguresOf(manifest);

        await PgTool.Run(
            "pg_restore",
            new(connectionString),
            ["--no-owner", "--no-privileges", "--exit-on-error", "--dbname", new NpgsqlConnectionStringBuilder(connectionString).Database!],
            async restore =>
            {
                await using var from = Open(folder, TakeBackup.DatabasePart, manifest.Encrypted);
                await from.CopyToAsync(restore.StandardInput.BaseStream, cancel);
            },
            cancel);
        await using (var connection = await database.OpenConnectionAsync(cancel))
        {
            if (BackupFigures.Differences(figures, await BackupFigures.Of(connection, cancel)).ToList() is { Count: > 0 } wrong)
                throw new StartupException("what was restored is NOT what was saved; it was: " + string.Join(", ", wrong));
        }

        say("what it holds is what it held: " + figures.Replace("\n", ", ", StringComparison.Ordinal));
        if (uploads is not null && manifest.Files.Any(f => f.Name == TakeBackup.UploadsPart))
            await Unpack(folder, manifest, uploads, cancel);
        return manifest;
    }

    private async Task Unpack(string folder, BackupManifest manifest, string uploads, CancellationToken cancel)
    {
        Directory.CreateDirectory(uploads);
        await using var from = Open(folder, TakeBackup.UploadsPart, manifest.Encrypted);
        await using var plain = new GZipStream(from, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(plain, uploads, overwriteFiles: true, cancel);
    }

    private string FiguresOf(BackupManifest manifest)
    {
        var sealing = new Sealing(new(manifest.Encrypted ? [options.Key!] : []));
        return sealing.IsCurrent(manifest.Figures)
            ? sealing.Open(manifest.Figures, TakeBackup.FiguresSealedAs)
            : throw new StartupException("the backup was made with another key than COMANDA_BACKUP_KEY is now");
    }

    private Stream Open(string folder, string part, bool encrypted)
    {
        var file = File.OpenRead(Path.Combine(folder, part));
        return encrypted ? new OpeningStream(file, options.Key!) : file;
    }

    private static async Task CheckPart(string folder, BackupPart part, CancellationToken cancel)
    {
        // A name leads nowhere but into the folder.
        if (part.Name is not (TakeBackup.DatabasePart or TakeBackup.UploadsPart))
            throw new StartupException($"the backup has a part that it cannot have: {part.Name}");
        var file = new FileInfo(Path.Combine(folder, part.Name));
        if (!file.Exists)
            throw new StartupException($"the backup is damaged: {part.Name} is missing");
        await using var bytes = file.OpenRead();
        if (Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancel)) != part.Sha256)
            throw new StartupException($"the backup is damaged: {part.Name} is not what was written");
    }
}
