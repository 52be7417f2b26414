using System.Data;
using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using Comanda.Data;
using Npgsql;

namespace Comanda.Operations;

/// <summary>
/// Makes a backup of a database that is in use, and of the pictures beside it: of one moment, compressed, encrypted where there is a key,
/// with checksums, and with the figures that a restore must come to.
/// </summary>
internal sealed class TakeBackup(NpgsqlDataSource database, string connectionString, string uploads, TimeProvider clock)
{
    internal const string DatabasePart = "database", UploadsPart = "uploads", FiguresSealedAs = "backup.figures";

    private const int TellEvery = 64 * 1024 * 1024;

    /// <summary>Answers its folder.</summary>
    public async Task<string> Run(BackupFolder folder, BackupOptions options, Action<string> say, CancellationToken cancel)
    {
        var at = clock.GetUtcNow();
        var draft = folder.Begin(at);
        try
        {
            var figures = await Dump(Path.Combine(draft, DatabasePart), options.Key, say, cancel);
            var parts = new List<BackupPart> { await PartOf(draft, DatabasePart, cancel) };
            if (Directory.Exists(uploads))
            {
                await Pack(Path.Combine(draft, UploadsPart), options.Key, cancel);
                parts.Add(await PartOf(draft, UploadsPart, cancel));
            }

            var sealing = new Sealing(new(options.Key is { } key ? [key] : []));
            var manifest = new BackupManifest(
                at,
                FrontPage.Version,
                options.Key is not null,
                parts,
                sealing.Seal(figures, FiguresSealedAs));
            await File.WriteAllTextAsync(Path.Combine(draft, BackupManifest.FileName), manifest.Write(), cancel);
            return BackupFolder.Finish(draft);
        }
        catch
        {
            Directory.Delete(draft, recursive: true);
            throw;
        }
    }

    /// <summary>One snapshot for the dump and for the figures: what is sold meanwhile is in both or in neither.</summary>
    private async Task<string> Dump(string file, byte[]? key, Action<string> say, CancellationToken cancel)
    {
        await using var connection = await database.OpenConnectionAsync(cancel);
        await connection.Execute("set idle_in_transaction_session_timeout = 0", cancel);
        try
        {
            await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancel);
            var snapshot = (string)(await connection.Scalar("select pg_export_snapshot()", cancel))!;
            var figures = await BackupFigures.Of(connection, cancel);
            await Write(
                file,
                key,
                to => PgTool.Run(
                    "pg_dump",
                    new(connectionString),
                    [
                        "--format=custom", "--compress=6", "--no-owner", "--no-privileges", "--no-unlogged-table-data",
                        "--snapshot=" + snapshot,
                    ],
                    dump => Copy(dump.StandardOutput.BaseStream, to, say, cancel),
                    cancel));
            return figures;
        }
        finally
        {
            // The connection goes back to the pool, which does not reset it.
            await connection.Execute("reset idle_in_transaction_session_timeout", CancellationToken.None);
        }
    }

    private Task Pack(string file, byte[]? key, CancellationToken cancel) => Write(file, key, async to =>
    {
        await using var packed = new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true);
        await TarFile.CreateFromDirectoryAsync(uploads, packed, includeBaseDirectory: false, cancel);
    });

    private static async Task Write(string file, byte[]? key, Func<Stream, Task> write)
    {
        await using var to = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        if (key is null)
        {
            await write(to);
        }
        else
        {
            await using var locked = new SealingStream(to, key);
            await write(locked);
            locked.Finish();
        }

        to.Flush(flushToDisk: true);
    }

    private static async Task Copy(Stream from, Stream to, Action<string> say, CancellationToken cancel)
    {
        var buffer = new byte[256 * 1024];
        var (all, told) = (0L, 0L);
        while (await from.ReadAsync(buffer, cancel) is > 0 and var read)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), cancel);
            all += read;
            if (all - told < TellEvery)
                continue;
            told = all;
            say(string.Create(CultureInfo.InvariantCulture, $"{all / 1024 / 1024} MB so far"));
        }
    }

    private static async Task<BackupPart> PartOf(string folder, string name, CancellationToken cancel)
    {
        await using var file = File.OpenRead(Path.Combine(folder, name));
        return new(name, file.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel)));
    }
}
