using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Comanda.Data;
using QRCoder;
using UglyToad.PdfPig;

namespace Comanda.Tests.Orders;

/// <summary>The code on the receipt and the address behind it.</summary>
public sealed partial class ReceiptProofTests
{
    [Fact]
    public async Task Every_kind_of_receipt_has_the_code_of_its_own_address()
    {
        var (_, manager, order) = await Sale();
        var link = (await Link(manager, order.Id)).ToString();
        link.ShouldStartWith(app.Address + "r/"); // no COMANDA_PUBLIC_URL here: the way the till came
        using var data = QRCodeGenerator.GenerateQrCode(link, QRCodeGenerator.ECCLevel.M);
        var matrix = data.ModuleMatrix.ConvertAll(row => string.Concat(row.Cast<bool>().Select(dark => dark ? '#' : '.')));
        var side = matrix.Count;

        var svg = SvgPath().Match(Encoding.UTF8.GetString(await Print(manager, order.Id, "format=html"))).Groups[1].Value;
        Drawn(side, SvgRun().Matches(svg).Select(m => (Number(m, 1), Number(m, 2), Number(m, 3)))).ShouldBe(matrix);

        using var pdf = PdfDocument.Open(await Print(manager, order.Id, "format=pdf"));
        var page = pdf.GetPage(1);
        page.GetHyperlinks().Select(l => l.Uri).ShouldBe([link]);
        var squares = page.Paths.SelectMany(p => p).Select(p => p.GetBoundingRectangle()!.Value).ToList();
        const double module = 2.4, quiet = 4 * module;
        var (left, top) = (squares.Min(s => s.Left) - quiet, squares.Max(s => s.Top) + quiet);
        Drawn(side, squares.Select(s => ((s.Left - left) / module, (top - s.Top) / module, s.Width / module))).ShouldBe(matrix);

        foreach (var columns in new[] { 42, 32 })
        {
            var (low, high) = ((byte)((link.Length + 3) % 256), (byte)((link.Length + 3) / 256));
            byte[] wanted =
            [
                0x1d, (byte)'(', (byte)'k', 4, 0, 49, 65, 50, 0, // model 2
                0x1d, (byte)'(', (byte)'k', 3, 0, 49, 67, 6, // six dots a module
                0x1d, (byte)'(', (byte)'k', 3, 0, 49, 69, 49, // correction M
                0x1d, (byte)'(', (byte)'k', low, high, 49, 80, 48, .. Encoding.ASCII.GetBytes(link),
                0x1d, (byte)'(', (byte)'k', 3, 0, 49, 81, 48,
            ];
            (await Print(manager, order.Id, "format=escpos&columns=" + columns)).AsSpan().IndexOf(wanted).ShouldBeGreaterThan(0);
            var lines = Encoding.UTF8.GetString(await Print(manager, order.Id, "format=text&columns=" + columns)).Split('\n');
            lines.ShouldAllBe(l => l.Length <= columns);
            string.Concat(lines.SkipWhile(l => !l.StartsWith("http", StringComparison.Ordinal))).ShouldBe(link);
        }
    }

    [Fact]
    public async Task A_public_address_goes_before_the_requests_own_and_only_it_goes_into_mails()
    {
        var (shop, manager, order) = await Sale();
        await manager.Ask($"POST /api/orders/{order.Id}/receipt/email", new { to = "a@mail.example" }, ("Host", "evil.example"));
        (await shop.Outbox("a@mail.example")).GetProperty("body").GetString()!.ShouldNotContain("Check this receipt");

        await using var server = await app.StartPassingProcess(o => o with
        {
            Identity = o.Identity with { PublicUrl = new("https://caf\u00e9.example/till/"), HasPublicUrl = true }
        });
        var there = await shop.As("manager", server.Address);
        var link = await Link(there, order.Id);
        link.ToString().ShouldStartWith("https://xn--caf-dma.example/till/r/");
        await there.Ask($"POST /api/orders/{order.Id}/receipt/email", new { to = "b@mail.example" });
        (await shop.Outbox("b@mail.example")).GetProperty("body").GetString()!.ShouldContain($"\n{link}\n");

        // An address that no phone could read from paper prints no code.
        await using var longer = await app.StartPassingProcess(o => o with
        {
            Identity = o.Identity with { PublicUrl = new("https://cafe.example/" + new string('x', 200)), HasPublicUrl = true }
        });
        Encoding.UTF8.GetString(await Print(await shop.As("manager", longer.Address), order.Id, "format=html")).ShouldNotContain("<svg");
    }

    [Fact]
    public async Task A_receipt_outlives_the_key_that_it_was_printed_with()
    {
        var (_, manager, order) = await Sale();
        var now = (await Link(manager, order.Id)).AbsolutePath;
        var (kid, signing, numbers) = (
            "receipt" + Guid.NewGuid().ToString("N")[..8],
            RandomNumberGenerator.GetBytes(32),
            now[3..^33].Split('-'));
        var printed = Base64Url.DecodeFromChars(now.AsSpan()[^32..])[..12];
        var key = HKDF.DeriveKey(HashAlgorithmName.SHA256, signing, 32, info: "comanda receipt link 1"u8.ToArray());
        var mac = HMACSHA256.HashData(
            key,
            Encoding.ASCII.GetBytes($"{numbers[0]}\n{numbers[1]}\n{Convert.ToHexStringLower(printed)}"))[..12];
        var then = new Uri(app.Address, now[..^32] + Base64Url.EncodeToString([.. printed, .. mac]));
        (await Prove(then)).Status.ShouldBe(404);
        await app.Database.Scalar(
            "insert into signing_keys (kid, secret, created_at, retired_at) values ($1, $2, '2000-01-01', '2001-01-01')",
            default,
            kid,
            signing);
        await Answers.Eventually(async () => (await Prove(then)).Status == 200);
        (await Prove(then)).Body.GetProperty("holds").GetBoolean().ShouldBeTrue();
        (await Link(manager, order.Id)).AbsolutePath.ShouldBe(now); // and no new one is made with it
    }

    private static List<string> Drawn(int side, IEnumerable<(double X, double Y, double Width)> runs)
    {
        var rows = Enumerable.Range(0, side).Select(_ => new string('.', side).ToCharArray()).ToList();
        foreach (var (x, y, width) in runs)
            rows[(int)Math.Round(y)].AsSpan((int)Math.Round(x), (int)Math.Round(width)).Fill('#');
        return rows.ConvertAll(r => new string(r));
    }

    private static double Number(Match match, int group) => double.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("fill=\"#000\" d=\"([^\"]+)\"")]
    private static partial Regex SvgPath();

    [GeneratedRegex(@"M(\d+) (\d+)h(\d+)v1h-\d+z")]
    private static partial Regex SvgRun();
}
