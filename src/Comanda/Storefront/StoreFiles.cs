using System.Collections.Concurrent;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Comanda.Shops;

namespace Comanda.Storefront;

/// <summary>
/// GET /storefront/{file}: the style sheet, with a shop's colour in it, and two scripts. Their names change with their content, so browsers
/// keep them for good.
/// </summary>
public sealed class StoreFiles
{
    private const string Css = "text/css; charset=utf-8", JavaScript = "text/javascript; charset=utf-8";

    /// <summary>More looks than this are not kept: a hostile owner who tries colours fills no memory.</summary>
    private const int MostLooks = 1_000;

    private static readonly string Style = Read("store.css");

    private static readonly Made Common = new(Read("store.js"), JavaScript), Paying = new(Read("pay.js"), JavaScript);

    private readonly ConcurrentDictionary<string, Made> styles = new(StringComparer.Ordinal);

    /// <summary>Of every page.</summary>
    public static string Script { get; } = $"store.{Common.Hash}.js";

    /// <summary>Of the page on which Stripe takes a card.</summary>
    public static string PayScript { get; } = $"pay.{Paying.Hash}.js";

    /// <summary>The name of the style sheet in a shop's colour.</summary>
    public string StyleOf(StorefrontLook look) => $"store.{MadeOf(look).Hash}.css";

    /// <summary>A file by its name; of a style sheet that this process does not know, the shop's as it is now.</summary>
    public IResult Find(HttpContext http, string file, Shop shop)
    {
        var own = MadeOf(shop.Settings.Storefront);
        var found = file == Script ? Common
            : file == PayScript ? Paying
            : styles.Values.FirstOrDefault(s => file == $"store.{s.Hash}.css");
        if (found is null && !file.EndsWith(".css", StringComparison.Ordinal))
            return Refusal.NotFound("file").ToProblem();
        http.Response.Headers.CacheControl = found is null ? "no-cache" : "public, max-age=31536000, immutable";
        http.Response.Headers.Vary = "Accept-Encoding";
        return (found ?? own).Send(http);
    }

    private Made MadeOf(StorefrontLook look)
    {
        if (styles.TryGetValue(look.Colour, out var known))
            return known;
        var made = new Made(StoreColours.Sheet(look.Colour) + Style, Css);
        if (styles.Count < MostLooks)
            styles[look.Colour] = made;
        return made;
    }

    private static string Read(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream("Storefront/" + name)!);
        return reader.ReadToEnd();
    }

    /// <summary>A file as it goes out, plain and compressed.</summary>
    private sealed class Made(string text, string type)
    {
        private readonly byte[] plain = Encoding.UTF8.GetBytes(text);
        private byte[]? packed;

        public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];

        public IResult Send(HttpContext http)
        {
            if (!http.Request.Headers.AcceptEncoding.ToString().Contains("br", StringComparison.OrdinalIgnoreCase))
                return Results.Bytes(plain, type);
            http.Response.Headers.ContentEncoding = "br";
            return Results.Bytes(packed ??= Pack(plain), type);
        }

        private static byte[] Pack(byte[] bytes)
        {
            using var into = new MemoryStream();
            using (var brotli = new BrotliStream(into, CompressionLevel.Optimal))
                brotli.Write(bytes);
            return into.ToArray();
        }
    }
}
