using System.Collections.Frozen;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Net.Http.Headers;

namespace Comanda.Operations;

/// <summary>
/// The screens as they were published (Comanda.Screens), with the compressed forms that the build made of them. They are read once, all
/// together, when the first is asked for: a later build in the same place does not mix with them.
/// </summary>
public sealed partial class ScreenFiles(ServeOptions options)
{
    /// <summary>What a browser may keep for good, since its name changes with its content.</summary>
    private const string ForGood = "public, max-age=31536000, immutable";

    private static readonly FrozenDictionary<string, string> Types = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".json"] = "application/json; charset=utf-8",
        [".webmanifest"] = "application/manifest+json; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".wasm"] = "application/wasm",
        [".woff2"] = "font/woff2",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Keeps the app in the browser. It lies among the others and is for every page.</summary>
    private const string Worker = "screens/service-worker.js";

    private const string Page = "index.html", AsBuilt = "as built", VersionHeader = "Comanda-Version";

    private readonly Lazy<(FrozenDictionary<string, ScreenFile> All, string Version)> files = new(() => Read(options.ScreensFolder));

    /// <summary>Whether the screens were built: a server that is started without them says so.</summary>
    public bool AreThere => files.Value.All.ContainsKey(Page);

    /// <summary>Names the content of all files together: another one is another app.</summary>
    public string Version => files.Value.Version;

    /// <summary>The answer with a file's content, in the smallest form that the caller takes; null where there is no such file.</summary>
    public IResult? Find(HttpContext http, string path)
    {
        if (!files.Value.All.TryGetValue(path, out var file))
            return null;
        var headers = http.Response.Headers;
        if (path == Page)
            headers[VersionHeader] = Version;
        if (path == Worker)
        {
            headers["Service-Worker-Allowed"] = "/";
            headers.ContentSecurityPolicy = "default-src 'none'; connect-src 'self'"; // a worker lives by the policy that it came with
        }

        headers.CacheControl = file.IsForGood ? ForGood : "no-cache";
        headers.Vary = HeaderNames.AcceptEncoding;
        var (bytes, coding) = file.For(http.Request);
        if (coding is not null)
            headers.ContentEncoding = coding;
        return Results.Bytes(bytes, file.Type, entityTag: new(coding is null ? $"\"{file.Tag}\"" : $"\"{file.Tag}-{coding}\""));
    }

    private static (FrozenDictionary<string, ScreenFile> All, string Version) Read(string folder)
    {
        var root = Path.Combine(folder, "wwwroot");
        if (!Directory.Exists(root))
            return (FrozenDictionary<string, ScreenFile>.Empty, "");
        var read = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Where(f => Types.ContainsKey(Path.GetExtension(f)))
            .Select(f => (Path: Path.GetRelativePath(root, f).Replace('\\', '/'), File: ReadOne(f)))
            .ToDictionary(f => f.Path, f => f.File, StringComparer.Ordinal);
        var named = string.Join('\n', read.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key} {f.Value.Tag}"));
        var version = TagOf(Encoding.UTF8.GetBytes(named));
        // The page says which version it is of, and the worker which files are of it.
        Write(read, Page, page => page.Replace($"\"{AsBuilt}\"", $"\"{version}\"", StringComparison.Ordinal));
        var kept = read.Where(f => f.Key is not (Page or Worker)).OrderBy(f => f.Key, StringComparer.Ordinal)
            .Select(f => new { path = "/" + f.Key, forGood = f.Value.IsForGood });
        Write(read, Worker, worker => $"const version = {Json.Write(version)};\nconst files = {Json.Write(kept)};\n{worker}");
        return (read.ToFrozenDictionary(StringComparer.Ordinal), version);
    }

    private static void Write(Dictionary<string, ScreenFile> files, string path, Func<string, string> change)
    {
        if (!files.TryGetValue(path, out var file))
            return;
        var content = Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(file.Whole)));
        files[path] = file with { Tag = TagOf(content), Plain = content, Gzip = null, Brotli = null };
    }

    private static string TagOf(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content))[..16];

    private static ScreenFile ReadOne(string file)
    {
        var plain = File.ReadAllBytes(file);
        var (brotli, gzip) = (Compressed(file + ".br"), Compressed(file + ".gz"));
        return new(
            Types[Path.GetExtension(file)],
            TagOf(plain),
            Fingerprint().IsMatch(Path.GetFileName(file)),
            gzip is null ? plain : null,
            gzip,
            brotli);
    }

    private static byte[]? Compressed(string file) => File.Exists(file) ? File.ReadAllBytes(file) : null;

    /// <summary>As the build writes it into names: <c>Comanda.Core.4x0t3n1wq2.wasm</c>.</summary>
    [GeneratedRegex(@"\.(?=[a-z0-9]*[0-9])[a-z0-9]{10}\.[a-z0-9]+\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Fingerprint();

    /// <summary>
    /// A file in the forms that it goes out in. Its plain form is kept only where there is no gzip to make it of: hardly anybody asks for
    /// it.
    /// </summary>
    private sealed record ScreenFile(string Type, string Tag, bool IsForGood, byte[]? Plain, byte[]? Gzip, byte[]? Brotli)
    {
        public (byte[] Bytes, string? Coding) For(HttpRequest request)
        {
            var taken = request.GetTypedHeaders().AcceptEncoding;
            return Brotli is not null && Takes("br") ? (Brotli, "br")
                : Gzip is not null && Takes("gzip") ? (Gzip, "gzip")
                : (Whole, null);

            bool Takes(string coding) => taken.Any(t => t.Value.Equals(coding, StringComparison.OrdinalIgnoreCase) && t.Quality is not 0);
        }

        public byte[] Whole => Plain ?? Unpack(Gzip!);

        private static byte[] Unpack(byte[] gzip)
        {
            using var packed = new GZipStream(new MemoryStream(gzip), CompressionMode.Decompress);
            using var plain = new MemoryStream();
            packed.CopyTo(plain);
            return plain.ToArray();
        }
    }
}
