using System.Text;

namespace Comanda.Tests.Printing;

/// <summary>Paper as columns, pages and pictures.</summary>
public sealed class PaperTests
{
    private static PrinterMake Of(string? model, int columns = 48) => new(model, columns, PrinterMake.DotsOf(columns));

    [Theory]
    [InlineData(32)]
    [InlineData(42)]
    [InlineData(48)]
    public void Names_are_cut_and_amounts_are_whole_and_at_the_right(int columns)
    {
        foreach (var row in new[]
        {
            new PaperRow("拿铁 with a name that is longer than any paper is wide, by far", "1.234,50 €"),
            new PaperRow("Latte", "1.234,50 €", Bold: true),
            new PaperRow("Big", "4,50", Big: true),
        })
        {
            var lines = row.Lines(columns);
            lines.ShouldAllBe(l => DisplayColumns.Of(l) <= (row.Big ? columns / 2 : columns));
            lines[0].ShouldEndWith(row.Right);
            DisplayColumns.Of(lines[0]).ShouldBe(row.Big ? columns / 2 : columns);
        }
    }

    [Theory]
    [InlineData(null, "Käse € ł", true)]
    [InlineData("TM-m30III", "Käse € ł Ж Ω ş", false)]
    [InlineData("Rongta RP326", "Ж", false)]
    [InlineData("HP A799 ", "Käse €", false)]
    [InlineData("MPT-II", "ä", false)]
    public void Letters_go_to_a_page_that_the_model_has_and_else_are_drawn(string? model, string text, bool drawn)
    {
        var bytes = EscPosBytes.Write([new(text)], Of(model));
        (bytes.AsSpan().IndexOf((byte[])[0x1d, (byte)'v', (byte)'0']) >= 0).ShouldBe(drawn);
        if (drawn)
            return;
        bytes.ShouldNotContain((byte)'?');
        bytes.AsSpan().IndexOf((byte[])[0x1b, (byte)'@']).ShouldBe(-1); // only the beginning initialises
    }

    [Fact]
    public void A_number_of_a_page_is_that_of_the_make()
    {
        static int? PageOf(string model, string letter)
        {
            var bytes = EscPosBytes.Write([new(letter)], Of(model));
            var at = bytes.AsSpan().IndexOf((byte[])[0x1b, (byte)'t']);
            return at < 0 ? null : bytes[at + 2];
        }

        PageOf("Epson TM-T20", "Ж").ShouldBe(17);
        PageOf("Rongta RP326", "Ж").ShouldBe(7);
        PageOf("Epson TM-T20", "Ψ").ShouldBe(14);
        PageOf("POS-5890", "Ψ").ShouldBe(24);
        EscPosBytes.Beginning(Of("HP A799 "))[^1].ShouldBe((byte)6);
        EscPosBytes.Beginning(Of(null)).ShouldBe([0x1b, (byte)'@', 0x1c, (byte)'.', 0x1b, (byte)'R', 0, 0x1b, (byte)'t', 19]);
    }

    [Fact]
    public void What_no_page_has_is_written_otherwise_where_it_can_be()
    {
        var text = Encoding.ASCII.GetString(EscPosBytes.Write([new("“it’s” – 3 €…")], Of("MPT-II")));
        text.ShouldContain("\"it's\" - 3 EUR...");
    }

    [Fact]
    public void A_picture_has_nothing_in_it_that_opens_the_drawer()
    {
        var logo = new Dots(64, 2);
        ((byte[])[0x10, 0x14, 0x01, 0x00, 0x01, 0x10, 0x04, 0x02, 0x10, 0x05, 0x10, 0x10, 0x14, 0, 0, 0]).CopyTo(logo.Bytes, 0);
        var clean = logo.WithoutCommands().Bytes;
        for (var i = 0; i + 1 < clean.Length; i++)
            (clean[i] == 0x10 && clean[i + 1] is 0x04 or 0x05 or 0x14).ShouldBeFalse($"at {i}");
        clean.Zip(logo.Bytes).Count(b => b.First != b.Second).ShouldBeLessThan(6);
    }

    [Fact]
    public void A_picture_of_paper_has_its_letters_and_is_as_wide_as_the_printer()
    {
        var paper = (PaperRow[])
        [
            PaperRow.Title("Cafe Łódź"),
            PaperRow.Line,
            new("2 x Käsekuchen", "7,00 €"),
            new("Ж Ω ş", "1.234,50 €", Bold: true),
            new("https://demo.example/r/1-2-abcdefghijklmnopqrstuvwxyz012345", Qr: true, Centred: true),
        ];
        var dots = DrawPaper.Draw(paper, 48, 576);
        dots.Width.ShouldBe(576);
        dots.Height.ShouldBeInRange(200, 500);
        Enumerable.Range(0, 60).Any(y => Enumerable.Range(0, 576).Any(x => dots.IsBlack(x, y))).ShouldBeTrue();
        var png = PngFile.Write(dots);
        var size = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16));
        size.ShouldBe(576);
        if (Environment.GetEnvironmentVariable("COMANDA_SHOW_PAPER") is { Length: > 0 } folder)
            File.WriteAllBytes(Path.Combine(folder, "paper.png"), png);
    }
}
