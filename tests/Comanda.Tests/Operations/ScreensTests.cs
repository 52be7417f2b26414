using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Comanda.Tests.Operations;

/// <summary>How the server gives out the screens; what they do is tested in a browser (Comanda.BrowserTests).</summary>
public sealed class ScreensTests(CafeApp app) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("comanda-screens-").FullName;

    [Theory]
    [InlineData("/till")]
    [InlineData("/kitchen")]
    [InlineData("/display")]
    [InlineData("/office")]
    [InlineData("/office/menu/item/7")]
    [InlineData("/setup")]
    public async Task A_page_has_a_strict_policy_and_is_asked_for_anew(string path)
    {
        await using var server = await Serve(("index.html", "<!doctype html>…"));
        using var page = await Get(server, path);
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        page.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        page.Headers.CacheControl!.ToString().ShouldBe("no-cache");
        var policy = page.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem();
        policy.ShouldContain("script-src 'self' 'wasm-unsafe-eval';");
        policy.ShouldContain("style-src 'self';");
        policy.ShouldContain("frame-ancestors 'none'");
        policy.ShouldNotContain("unsafe-inline");
        policy.Replace("'wasm-unsafe-eval'", "", StringComparison.Ordinal).ShouldNotContain("unsafe-eval");
        (await page.Content.ReadAsStringAsync()).ShouldBe("<!doctype html>…");
    }

    [Fact]
    public async Task What_has_its_contents_fingerprint_in_its_name_is_kept_for_good_and_all_else_is_asked_for_anew()
    {
        await using var server = await Serve(
            ("_framework/Comanda.Core.4x0t3n1wq2.wasm", "w"),
            ("_framework/dotnet.js", "j"),
            ("_framework/System.Collection.wasm", "c"),
            ("screens/tokens.css", "t"));
        async Task<string> Kept(string path)
        {
            using var file = await Get(server, path);
            file.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            return file.Headers.CacheControl!.ToString();
        }

        (await Kept("/_framework/Comanda.Core.4x0t3n1wq2.wasm")).ShouldContain("immutable");
        (await Kept("/_framework/dotnet.js")).ShouldBe("no-cache");
        (await Kept("/_framework/System.Collection.wasm")).ShouldBe("no-cache"); // ten letters, and no fingerprint
        (await Kept("/screens/tokens.css")).ShouldBe("no-cache");
    }

    [Theory]
    [InlineData("br", "br", "a.wasm", "application/wasm")]
    [InlineData("gzip, deflate, br", "br", "a.wasm", "application/wasm")]
    [InlineData("gzip", "gzip", "a.js", "text/javascript; charset=utf-8")]
    [InlineData("br;q=0, gzip", "gzip", "a.js", "text/javascript; charset=utf-8")]
    [InlineData("", null, "a.js", "text/javascript; charset=utf-8")]
    [InlineData("identity", null, "b.json", "application/json; charset=utf-8")]
    public async Task The_smallest_form_that_the_browser_takes_is_sent_with_its_type(string takes, string? coding, string name, string type)
    {
        var text = string.Concat(Enumerable.Repeat("the same again ", 200));
        await using var server = await Serve(($"_framework/{name}", text));
        using var file = await Get(server, $"/_framework/{name}", takes);
        file.Content.Headers.ContentEncoding.SingleOrDefault().ShouldBe(coding);
        file.Content.Headers.ContentType!.ToString().ShouldBe(type);
        file.Headers.Vary.ShouldContain("Accept-Encoding");
        var sent = await file.Content.ReadAsStreamAsync();
        using Stream plain = coding switch
        {
            "br" => new BrotliStream(sent, CompressionMode.Decompress),
            "gzip" => new GZipStream(sent, CompressionMode.Decompress),
            _ => sent,
        };
        using var read = new StreamReader(plain);
        (await read.ReadToEndAsync()).ShouldBe(text);

        using var again = await Get(server, $"/_framework/{name}", takes, file.Headers.ETag);
        again.StatusCode.ShouldBe(HttpStatusCode.NotModified);
    }

    [Theory]
    [InlineData("/_framework/nothing.wasm")]
    [InlineData("/screens/../index.html")]
    [InlineData("/screens/%2e%2e/index.html")]
    [InlineData("/screens/..%2findex.html")]
    [InlineData("/_framework/secret.txt")]
    public async Task Nothing_else_is_given_out(string path)
    {
        await using var server = await Serve(("index.html", "x"), ("_framework/secret.txt", "x"));
        using var answer = await Get(server, path);
        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_server_that_was_started_without_them_says_how_to_build_them()
    {
        await using var server = await app.StartPassingProcess(o => o with { ScreensFolder = Path.Combine(folder, "none") });
        using var page = await Get(server, "/till");
        page.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await page.Content.ReadAsStringAsync()).ShouldContain("dotnet publish src/Comanda.Screens");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>A server that has these files, each with the compressed forms that a build makes of it.</summary>
    private async Task<PassingProcess> Serve(params (string Path, string Text)[] files)
    {
        foreach (var (path, text) in files)
        {
            var file = Path.Combine(folder, "wwwroot", path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, text);
            await using (var brotli = new BrotliStream(File.Create(file + ".br"), CompressionLevel.Optimal))
                await brotli.WriteAsync(Encoding.UTF8.GetBytes(text));
            await using (var gzip = new GZipStream(File.Create(file + ".gz"), CompressionLevel.Optimal))
                await gzip.WriteAsync(Encoding.UTF8.GetBytes(text));
        }

        return await app.StartPassingProcess(o => o with { ScreensFolder = folder });
    }

    private static async Task<HttpResponseMessage> Get(
        PassingProcess server,
        string path,
        string takes = "",
        EntityTagHeaderValue? known = null)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (takes.Length > 0)
            request.Headers.TryAddWithoutValidation("Accept-Encoding", takes);
        if (known is not null)
            request.Headers.IfNoneMatch.Add(known);
        return await http.SendAsync(request);
    }
}
