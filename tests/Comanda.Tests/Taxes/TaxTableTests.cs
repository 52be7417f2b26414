using System.Text.Json;
using Comanda.Taxes;

namespace Comanda.Tests.Taxes;

/// <summary>Tables of taxes: what is wrong with one is told by field, and the carried ones read.</summary>
public sealed class TaxTableTests
{
    public static TheoryData<string> Sets { get; } = [.. CountryTaxes.All];

    [Theory]
    [InlineData("""{"class":"cake","name":"VAT","rate":7}""", "rows[1].class")]
    [InlineData("""{"class":"food","rate":7}""", "rows[1].name")]
    [InlineData("""{"class":"food","name":" ","rate":7}""", "rows[1].name")]
    [InlineData("""{"class":"food","name":"City"}""", "rows[1].rate")]
    [InlineData("""{"class":"food","name":"City","rate":101}""", "rows[1].rate")]
    [InlineData("""{"class":"food","name":"City","rate":-1}""", "rows[1].rate")]
    [InlineData("""{"class":"food","name":"City","rate":7.00001}""", "rows[1].rate")]
    [InlineData("""{"class":"food","name":"City","rate":7,"treatment":"zero"}""", "rows[1].rate")]
    [InlineData("""{"class":"food","name":"City","rate":7,"treatment":"free"}""", "rows[1].treatment")]
    [InlineData("""{"class":"food","name":"City","rate":7,"way":"here"}""", "rows[1].way")]
    [InlineData("""{"class":"food","name":"City","rate":7,"letter":"ABCDE"}""", "rows[1].letter")]
    [InlineData("""{"class":"food","name":"City","rate":7,"priority":1001}""", "rows[1].priority")]
    [InlineData("""{"class":"food","name":"City","rate":7,"from":"2026-02-01","to":"2026-01-31"}""", "rows[1].to")]
    [InlineData("""{"class":"food","name":"City","rate":7,"group":["food","cake"]}""", "rows[1].group[1]")]
    [InlineData("""{"class":"food","name":"City","rate":7,"min_pieces":0}""", "rows[1].min_pieces")]
    [InlineData("""{"class":"food","name":"City","rate":7,"max_sum":4.001}""", "rows[1].max_sum")]
    [InlineData("""{"class":"food","name":"City","rate":7,"max_sum":-1}""", "rows[1].max_sum")]
    [InlineData("""{"class":"food","name":"VAT","rate":7,"from":"2026-01-01"}""", "rows[1].from")]
    [InlineData("""{"class":"food","name":"VAT","rate":19,"way":"dine-in","letter":"B"}""", "rows[1].letter")]
    [InlineData("null", "rows[1]")]
    public void What_is_wrong_is_named(string row, string field) =>
        Errors($$"""{"classes":[{"code":"food"}],"rows":[{"class":"food","name":"VAT","rate":19,"letter":"A"},{{row}}]}""")
            .ShouldBe([field]);

    [Theory]
    [InlineData("""{"classes":[],"rows":[]}""", "classes")]
    [InlineData("""{"classes":[{"code":"food"}]}""", "rows")]
    [InlineData("""{"classes":[{"code":"food"},{"code":"food"}],"rows":[]}""", "classes[1].code")]
    [InlineData("""{"classes":[{"code":"fast food"}],"rows":[]}""", "classes[0].code")]
    [InlineData("""{"classes":[{"code":"food","name":""}],"rows":[]}""", "classes[0].name")]
    [InlineData("""{"classes":[{"code":"food"}],"rows":[],"default_class":"drink"}""", "default_class")]
    public void So_is_what_is_wrong_around_the_rows(string table, string field) => Errors(table).ShouldBe([field]);

    /// <summary>A rate that is closed before the next opens, and one for a way beside one for any, are how it is done.</summary>
    [Fact]
    public void A_change_of_rate_is_two_rows()
    {
        var errors = new FieldErrors();
        var table = Read(
            """
            {"classes":[{"code":"food","name":"Food"},{"code":"drink"}],"default_class":"drink","rows":[
              {"class":"food","name":"VAT","rate":19,"to":"2025-12-31","letter":"A"},
              {"class":"food","name":"VAT","rate":7,"from":"2026-01-01","letter":"B"},
              {"class":"food","name":"VAT","rate":19,"way":"dine-in","letter":"A"},
              {"class":"food","name":"VAT","rate":0,"priority":2,"min_pieces":6,"max_sum":4.5,"group":["food","drink"]},
              {"class":"drink","name":"gift","treatment":"outside"}]}
            """,
            errors);
        errors.Any.ShouldBeFalse();
        table.ShouldNotBeNull();
        table.DefaultClass.ShouldBe("drink");
        table.Rows[3].Treatment.ShouldBe(TaxTreatment.Zero);
        var again = Json.Write(TaxTableWire.Of(table, Currency.Of("EUR")));
        Json.Write(TaxTableWire.Of(Read(again, errors)!, Currency.Of("EUR"))).ShouldBe(again);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void A_carried_set_reads_and_says_where_it_comes_from(string code)
    {
        var set = CountryTaxes.Find(code)!;
        set.Country.ShouldBe(code);
        set.AsOf.ShouldBe(new(2026, 11, 29));
        set.Sources.ShouldNotBeEmpty();
        set.Sources.ShouldAllBe(s => Uri.IsWellFormedUriString(s.Url, UriKind.Absolute) && s.AsOf.Length > 0);
        set.Note.Length.ShouldBeInRange(40, 500);
        WireName<TaxLevel>.TryParse(set.Rounding.TaxRounding, out _).ShouldBeTrue();
        WireName<TaxMode>.TryParse(set.Rounding.TaxMode, out _).ShouldBeTrue();
        WireName<CashTie>.TryParse(set.Rounding.CashTie, out _).ShouldBeTrue();
        WireName<CashScope>.TryParse(set.Rounding.CashScope, out _).ShouldBeTrue();
        Money.TryFrom(set.Rounding.CashRounding, Currency.Of(set.Currency), out _).ShouldBeTrue();

        // Every class has an answer for every way on the day, but where the rows are the shop's to write.
        var table = set.Table();
        var basket = new Plain(set.AsOf);
        var own = code == "US" ? table.Classes.Select(c => c.Code).Where(c => c != "gift-card").ToArray() : code == "IN" ? ["packed"] : [];
        foreach (var of in table.Classes.Select(c => c.Code).Except(own))
        {
            foreach (var way in Enum.GetValues<Way>())
                table.Fitting(of, way, basket).ShouldNotBeEmpty($"{of} {way}");
        }
    }

    [Fact]
    public void There_is_a_set_for_each_of_these_countries()
    {
        foreach (var code in "DE AT FR GB IE IT ES PT NL BE CH US CA AU IN JP".Split(' '))
            CountryTaxes.Find(code).ShouldNotBeNull(code);
        CountryTaxes.Find("CA-QC")!.Country.ShouldBe("CA-QC");
        CountryTaxes.Find("CA-NS")!.Country.ShouldBe("CA");
        CountryTaxes.Find("XX").ShouldBeNull();
    }

    /// <summary>A rate in a carried set is what the shared cases say of that country, wherever both know the cell.</summary>
    [Theory]
    [InlineData("DE", "milk-drink", "takeaway", "7")]
    [InlineData("DE", "milk-drink", "dine-in", "19")]
    [InlineData("AT", "staple", "takeaway", "4.9")]
    [InlineData("IE", "bakery", "takeaway", "13.5")]
    [InlineData("IE", "bakery", "dine-in", "9")]
    [InlineData("PT", "pastry", "takeaway", "23")]
    [InlineData("CA-QC", "prepared", "delivery", "5 9.975")]
    [InlineData("IN", "restaurant", "dine-in", "2.5 2.5")]
    [InlineData("IN", "restaurant", "online", "0")]
    [InlineData("JP", "food", "takeaway", "8")]
    public void Rates_are_those_of_their_country(string code, string of, string way, string rates)
    {
        var set = CountryTaxes.Find(code)!;
        var rows = set.Table().Fitting(of, WireName<Way>.Parse(way), new Plain(set.AsOf));
        string.Join(' ', rows.Select(r => r.Rate.Percent)).ShouldBe(rates);
    }

    /// <summary>An item with a rate of its own bears the same tax as the class of that rate, and is called like it.</summary>
    [Fact]
    public void A_rate_of_its_own_is_a_class_with_one_row()
    {
        var table = new TaxTable(
            [new("food", "Food")],
            [new("food", Way.DineIn, "VAT", TaxRate.OfPercent(7), TaxTreatment.Taxed) { Letter = "B" }],
            "food");
        var basket = new Plain(new(2026, 5, 1));
        var like = table.Fitting(TaxTable.ClassOf(TaxRate.OfPercent(7)), Way.Takeaway, basket).Single();
        like.Levy.ShouldBe(new("VAT", null, TaxRate.OfPercent(7), TaxTreatment.Taxed, "B"));
        var other = table.Fitting(TaxTable.ClassOf(TaxRate.OfPercent(9.975m)), Way.Takeaway, basket).Single();
        other.Levy.ShouldBe(new("VAT", null, TaxRate.OfPercent(9.975m), TaxTreatment.Taxed, null));
        TaxTable.Single(TaxRate.Zero).Fitting("standard", Way.Online, basket).Single().Levy
            .ShouldBe(new("Tax", null, TaxRate.Zero, TaxTreatment.Zero, null));
        table.Fitting("rate:none", Way.DineIn, basket).ShouldBeEmpty();
        ReadTaxTable.IsCode(TaxTable.ClassOf(TaxRate.Zero)).ShouldBeFalse();
    }

    [Fact]
    public void Frozen_taxes_are_what_they_were()
    {
        var taxes = new AnyBasket(4711, withBack: true).Taxed.Taxes;
        taxes.Count.ShouldBeGreaterThan(1);
        FrozenTaxes.Thaw(FrozenTaxes.Freeze(taxes)).ShouldBe(taxes);
        FrozenTaxes.Freeze([new(new("VAT", null, TaxRate.OfPercent(7), TaxTreatment.Taxed, "B"), new(444), new(31))]).ShouldBe(
            """[{"name":"VAT","authority":null,"rate":70000,"treatment":"taxed","letter":"B","base":444,"tax":31}]""");
    }

    private static string[] Errors(string table)
    {
        var errors = new FieldErrors();
        Read(table, errors).ShouldBeNull();
        return [.. errors.ToRefusal().Errors!.Keys];
    }

    private static TaxTable? Read(string table, FieldErrors errors) =>
        ReadTaxTable.From(JsonSerializer.Deserialize<TaxTableWire>(table, Json.Options)!, Currency.Of("EUR"), errors);

    /// <summary>A basket of one thing that costs much.</summary>
    private sealed record Plain(DateOnly Day) : ICountedBasket
    {
        public long PiecesOf(TaxRow row) => 1;

        public decimal SumOf(TaxRow row, long rates) => 100_000;
    }
}
