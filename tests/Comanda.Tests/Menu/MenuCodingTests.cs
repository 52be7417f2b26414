using System.IO.Compression;
using System.Net;
using System.Text.Json;

namespace Comanda.Tests.Menu;

/// <summary>The menu compressed: each coding with a tag of its own, and all the same content.</summary>
public sealed class MenuCodingTests(CafeApp app)
{
    private sealed record Got(HttpStatusCode Status, string? Coding, string? Tag, byte[] Body, string Vary);

    private static async Task<Got> Get(ComandaClient client, string path, string? accept, string? known = null)
    {
        var headers = new Dictionary<string, string>();
        if (accept is not null)
            headers["Accept-Encoding"] = accept;
        if (known is not null)
            headers["If-None-Match"] = known;
        using var answer = await client.Send(HttpMethod.Get, path, headers: headers);
        return new(
            answer.StatusCode,
            answer.Content.Headers.ContentEncoding.SingleOrDefault(),
            answer.Headers.ETag?.ToString(),
            await answer.Content.ReadAsByteArrayAsync(),
            string.Join(", ", answer.Headers.Vary));
    }

    private static byte[] Unpacked(string coding, byte[] body)
    {
        using var packed = new MemoryStream(body);
        using Stream reading = coding == "br"
            ? new BrotliStream(packed, CompressionMode.Decompress)
            : new GZipStream(packed, CompressionMode.Decompress);
        using var plain = new MemoryStream();
        reading.CopyTo(plain);
        return plain.ToArray();
    }

    [Theory]
    [InlineData("/api/menu")]
    [InlineData("/openapi/v1.json")]
    public async Task Who_accepts_a_coding_gets_the_same_content_in_it(string path)
    {
        var guest = app.Stranger(await app.NewShop());
        var plain = await Get(guest, path, null);
        (plain.Status, plain.Coding, plain.Vary).ShouldBe((HttpStatusCode.OK, null, "Accept-Encoding"));
        foreach (var (accept, coding) in new[]
        {
            ("gzip", "gzip"),
            ("gzip, deflate, br", "br"),
            ("br;q=0, gzip;q=0.5", "gzip"),
            ("gzip;q=1.0, br;q=0.2", "gzip"),
            ("*", "br"),
            ("GZIP", "gzip"),
        })
        {
            var packed = await Get(guest, path, accept);
            (packed.Coding, packed.Vary).ShouldBe((coding, "Accept-Encoding"), accept);
            packed.Body.Length.ShouldBeLessThan(plain.Body.Length / 3);
            Unpacked(coding, packed.Body).ShouldBe(plain.Body);
        }

        foreach (var accept in new[] { "identity", "gzip;q=0", "deflate", "*;q=0", "identity, gzip;q=0.5", "no/such;;list" })
            (await Get(guest, path, accept)).Coding.ShouldBeNull(accept);
    }

    [Fact]
    public async Task Each_coding_has_a_tag_of_its_own_and_any_of_them_is_answered_304()
    {
        var shop = await app.NewShop();
        var guest = app.Stranger(shop);
        var accepts = new[] { null, "gzip", "br" };
        var tags = new List<string>();
        foreach (var accept in accepts)
            tags.Add((await Get(guest, "/api/menu", accept)).Tag!);
        tags.Distinct().Count().ShouldBe(3);
        tags.ShouldAllBe(t => t.StartsWith('"'));

        foreach (var accept in accepts)
        {
            foreach (var tag in tags)
            {
                // The 304 names the representation that the caller has.
                foreach (var known in new[] { tag, "W/" + tag, "\"other\", " + tag })
                {
                    var answer = await Get(guest, "/api/menu", accept, known);
                    (answer.Status, answer.Tag).ShouldBe((HttpStatusCode.NotModified, tag), $"{accept} {known}");
                    answer.Vary.ShouldBe("Accept-Encoding");
                }
            }

            (await Get(guest, "/api/menu", accept, "\"other\"")).Tag.ShouldBe(tags[Array.IndexOf(accepts, accept)]);
        }

        await (await shop.As("manager")).ChangeMenuItem((await shop.Item("Espresso")).Id, new { price = 2.70m });
        foreach (var (accept, tag) in accepts.Zip(tags))
        {
            var changed = await Get(guest, "/api/menu", accept, tag);
            changed.Status.ShouldBe(HttpStatusCode.OK);
            tags.ShouldNotContain(changed.Tag!);
        }
    }

    [Fact]
    public async Task The_reference_says_the_same_whatever_host_asks_first()
    {
        var at = await app.StartProcess();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/openapi/v1.json") { Headers = { Host = "evil.example" } };
        using var first = await app.Client(at).Http.SendAsync(request);
        var text = await first.Content.ReadAsStringAsync();
        text.ShouldNotContain("evil.example");
        JsonElement.Parse(text).GetProperty("servers")[0].GetProperty("url").GetString().ShouldBe("/");
        (await Get(app.Client(at), "/openapi/v1.json", "br")).Tag.ShouldNotBe(first.Headers.ETag!.ToString());
    }

    [Fact]
    public async Task The_items_of_a_category_and_the_categories_come_in_pages()
    {
        var shop = await app.NewShop();
        var guest = app.Stranger(shop);
        var categories = (await guest.Ask("GET /api/categories")).Items
            .Select(c => (Id: c.GetProperty("id").GetInt64(), Count: c.GetProperty("item_count").GetInt32()))
            .ToList();
        (await Paged("/api/categories?limit=2")).ShouldBe(categories.ConvertAll(c => c.Id));
        var largest = categories.MaxBy(c => c.Count);
        var answer = await guest.Ask($"GET /api/categories/{largest.Id}/products");
        var whole = answer.Items.Select(i => i.GetProperty("id").GetInt64()).ToList();
        whole.Count.ShouldBe(largest.Count);
        (await Paged($"/api/categories/{largest.Id}/products?limit=2")).ShouldBe(whole);
        foreach (var path in new[] { "/api/categories", $"/api/categories/{largest.Id}/products" })
        {
            (await guest.Ask($"GET {path}?limit=201")).Fields.ShouldBe(["limit"]);
            (await guest.Ask($"GET {path}?cursor=x")).Fields.ShouldBe(["cursor"]);
        }

        async Task<List<long>> Paged(string path)
        {
            var seen = new List<long>();
            for (var cursor = ""; ;)
            {
                var page = await guest.Ask($"GET {path}{cursor}");
                page.Items.Count().ShouldBeLessThanOrEqualTo(2);
                seen.AddRange(page.Items.Select(i => i.GetProperty("id").GetInt64()));
                if (page.Body.GetProperty("next_cursor").GetString() is not { } next)
                    return seen;
                cursor = "&cursor=" + next;
            }
        }
    }
}
