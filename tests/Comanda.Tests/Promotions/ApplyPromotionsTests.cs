using Comanda.Promotions;
using Comanda.Taxes;
using FsCheck;
using FsCheck.Xunit;

namespace Comanda.Tests.Promotions;

/// <summary>The pure rules of which promotion a basket is given, and what it takes off which line.</summary>
public sealed class ApplyPromotionsTests
{
    private const long Coffee = 1, Croissant = 2, Juice = 3, Drinks = 10, Bakery = 20;

    [Fact]
    public void A_percentage_is_shared_by_largest_remainder_and_a_fixed_amount_is_never_more_than_its_lines_cost()
    {
        Off(Percent(10), [Line(Coffee, 333), Line(Croissant, 333), Line(Juice, 334)]).ShouldBe([33, 33, 34]);
        Off(Fixed(100), [Line(Coffee, 100), Line(Croissant, 100), Line(Juice, 100)]).ShouldBe([34, 33, 33]);
        Off(Fixed(5000), [Line(Coffee, 300), Line(Croissant, 200)]).ShouldBe([300, 200]);
        Off(Percent(50) with { Most = new(40) }, [Line(Coffee, 300), Line(Croissant, 100)]).ShouldBe([30, 10]);
    }

    [Fact]
    public void It_is_for_its_products_categories_ways_and_minimum_only()
    {
        PromotableLine[] basket = [Line(Coffee, 400), Line(Croissant, 200), Line(Juice, 300) with { Way = Way.Takeaway }];
        Off(Percent(50) with { For = new([Croissant], []) }, basket).ShouldBe([0, 100, 0]);
        Off(Percent(50) with { For = new([], [Drinks]) }, basket).ShouldBe([200, 0, 150]);
        Off(Percent(50) with { Ways = new HashSet<Way> { Way.Takeaway } }, basket).ShouldBe([0, 0, 150]);
        Off(Percent(50) with { Minimum = new(900) }, basket).ShouldBe([200, 100, 150]);
        Off(Percent(50) with { Minimum = new(901) }, basket).ShouldBe([0, 0, 0]);
    }

    [Theory]
    [InlineData(1, 1, 1, "0")]
    [InlineData(1, 1, 2, "100")]
    [InlineData(2, 1, 2, "0")]
    [InlineData(2, 1, 3, "100")]
    [InlineData(2, 1, 7, "200")]
    [InlineData(1, 2, 2, "100")] // whoever may have two may take one
    [InlineData(3, 2, 9, "300")]
    public void Of_so_many_bought_so_many_are_given(int buy, int get, int pieces, string off) =>
        Off(Buy(buy, get), [Line(Coffee, pieces * 100, pieces)]).ShouldBe([long.Parse(off)]);

    [Fact]
    public void The_cheapest_are_given_whichever_way_lines_are_written()
    {
        Off(Buy(1, 1), [Line(Coffee, 500), Line(Croissant, 200)]).ShouldBe([0, 200]);
        Off(Buy(2, 1), [Line(Coffee, 800, 2), Line(Croissant, 100)]).ShouldBe([0, 100]);
        Off(Buy(1, 1), [Line(Coffee, 400), Line(Coffee, 400), Line(Croissant, 400, 2)]).ShouldBe([0, 0, 400]);
        Off(Buy(1, 1), [Line(Coffee, 800, 2), Line(Croissant, 400, 2)]).ShouldBe([0, 400]);
    }

    [Fact]
    public void Others_than_what_is_bought_may_be_given_for_less()
    {
        var withCoffee = Buy(1, 1) with { For = new([Coffee], []), Gives = new([Croissant], []), Percent = TaxRate.OfPercent(50) };
        Off(withCoffee, [Line(Coffee, 800, 2), Line(Croissant, 600, 3)]).ShouldBe([0, 200]);
        Off(withCoffee, [Line(Croissant, 600, 3)]).ShouldBe([0]);
        // Any drink, and a coffee for nothing: of two coffees one is bought.
        var drinks = Buy(1, 1) with { For = new([], [Drinks]), Gives = new([Coffee], []) };
        Off(drinks, [Line(Coffee, 800, 2)]).ShouldBe([400]);
        Off(drinks, [Line(Juice, 300), Line(Coffee, 400)]).ShouldBe([0, 400]);
    }

    [Fact]
    public void A_combo_costs_its_price_as_often_as_it_is_there_the_dearest_first()
    {
        var breakfast = Combo(500, ([Coffee], 1), ([Croissant], 1));
        Off(breakfast, [Line(Coffee, 400), Line(Croissant, 200)]).Sum().ShouldBe(100);
        Off(breakfast, [Line(Coffee, 1200, 3), Line(Croissant, 400, 2)]).Sum().ShouldBe(200);
        Off(breakfast, [Line(Coffee, 400), Line(Coffee, 300), Line(Croissant, 200)]).ShouldBe([67, 0, 33]);
        Off(breakfast, [Line(Coffee, 200), Line(Croissant, 200)]).ShouldBe([0, 0]); // it would cost more together
        // The part with the least choice chooses first.
        Off(Combo(500, ([Coffee, Croissant], 1), ([Coffee], 1)), [Line(Coffee, 400), Line(Croissant, 300)]).Sum().ShouldBe(200);
    }

    [Fact]
    public void What_is_weighed_or_part_of_a_combo_of_the_menu_is_no_piece_but_is_discounted()
    {
        Off(Buy(1, 1), [Line(Coffee, 400, 0), Line(Croissant, 200)]).ShouldBe([0, 0]);
        Off(Percent(10), [Line(Coffee, 400, 0), Line(Croissant, 200)]).ShouldBe([40, 20]);
    }

    [Fact]
    public void A_piece_has_one_promotion_of_those_that_are_given_by_themselves()
    {
        PromotableLine[] basket = [Line(Coffee, 400), Line(Croissant, 200)];
        // The one that takes off more has the coffee; the other has what is left.
        Given(basket, Percent(10, 1), Percent(50, 2) with { For = new([Coffee], []) }).ShouldBe([(2, 200), (1, 20)]);
        Given(basket, Percent(10, 1) with { Priority = 1 }, Percent(50, 2) with { For = new([Coffee], []) }).ShouldBe([(1, 60)]);
        // Two of three coffees are in a combo; the third has the percentage.
        Given(
            [Line(Coffee, 1200, 3), Line(Croissant, 400, 2)],
            Percent(10, 1) with { For = new([Coffee], []) },
            Combo(500, ([Coffee], 1), ([Croissant], 1)))
            .ShouldBe([(9, 200), (1, 40)]);
    }

    [Fact]
    public void A_code_comes_on_top_of_what_lines_still_cost()
    {
        var given = ApplyPromotions.To(
            [Line(Coffee, 400), Line(Croissant, 200)],
            new([Percent(50, 1)], Percent(10, 2) with { Code = "X" }));
        given.Given.Select(g => (g.Promotion.Id, g.Amount.Minor)).ShouldBe([(1, 300), (2, 30)]);
    }

    [Fact]
    public void One_that_is_not_combinable_stands_alone_where_that_takes_off_more()
    {
        PromotableLine[] basket = [Line(Coffee, 1000)];
        var alone = Percent(30, 1) with { Combinable = false };
        Given(basket, alone, Percent(20, 2)).ShouldBe([(1, 300)]);
        Given(basket, alone, Percent(40, 2)).ShouldBe([(2, 400)]);
        var code = Percent(15, 3) with { Code = "X" };
        var together = ApplyPromotions.To(basket, new([alone, Percent(20, 2)], code)); // 200 + 120
        together.Given.Select(g => g.Promotion.Id).ShouldBe([2, 3]);
        var exclusive = ApplyPromotions.To(basket, new([Percent(20, 2)], code with { Combinable = false }));
        (exclusive.Given.Single().Promotion.Id, exclusive.CodeTakesNothing).ShouldBe((2, null));
    }

    [Fact]
    public void A_code_that_takes_nothing_off_says_why()
    {
        PromotableLine[] basket = [Line(Coffee, 400)];
        ApplyPromotions.To(basket, new([], Percent(10) with { Minimum = new(500) })).CodeTakesNothing!.ShouldContain("larger amount");
        ApplyPromotions.To(basket, new([], Percent(10) with { For = new([Juice], []) })).CodeTakesNothing!.ShouldContain("nothing of");
    }

    [Theory]
    [InlineData("22:00", "02:00", 5, "2026-05-01T23:00", true)] // a Friday
    [InlineData("22:00", "02:00", 5, "2026-05-02T01:59", true)]
    [InlineData("22:00", "02:00", 5, "2026-05-02T02:00", false)]
    [InlineData("22:00", "02:00", 5, "2026-05-02T23:00", false)]
    [InlineData("22:00", "02:00", 5, "2026-05-01T01:00", false)]
    [InlineData("16:00", "18:00", 5, "2026-05-01T17:59", true)]
    [InlineData("16:00", "18:00", 5, "2026-05-01T18:00", false)]
    [InlineData("00:00", "00:00", 5, "2026-05-01T12:00", true)]
    [InlineData("00:00", "00:00", 5, "2026-05-02T00:00", false)]
    public void Happy_hours_go_over_midnight_and_belong_to_the_day_on_which_they_began(
        string from, string until, int day, string shown, bool on)
    {
        var hours = new HappyHours(new HashSet<DayOfWeek> { (DayOfWeek)day }, TimeOnly.Parse(from), TimeOnly.Parse(until));
        hours.AreOn(DateTime.Parse(shown)).ShouldBe(on);
    }

    [Fact]
    public void Its_hours_are_those_of_the_shops_clock_whatever_the_season()
    {
        var lisbon = TimeZoneInfo.FindSystemTimeZoneById("Europe/Lisbon");
        var happy = Percent(10) with { Hours = new(new HashSet<DayOfWeek>(), new(16, 0), new(18, 0)) };
        foreach (var (at, on) in new[] { ("2026-01-15T16:30Z", true), ("2026-07-15T16:30Z", true), ("2026-07-15T17:30Z", false) })
        {
            var hour = new PromotionHour(DateTimeOffset.Parse(at), lisbon);
            (PromotionOffer.Of([happy], null, hour).Value.Automatic.Count == 1).ShouldBe(on, at);
        }
    }

    [Property(MaxTest = 300)]
    public void Whatever_there_is_no_line_goes_below_nothing_and_parts_sum_to_the_whole(
        (byte Item, ushort Amount, byte Pieces)[] basket, (byte Kind, byte Value, byte A, byte B)[] promotions, bool coded)
    {
        var lines = basket.Take(12).Select(b => Line(1 + (b.Item % 3), b.Amount % 5000, b.Pieces % 7)).ToArray();
        var all = promotions.Take(8).Select((p, i) => Any(i + 1, p)).ToList();
        var code = coded && all.Count > 0 ? all[^1] with { Code = "X" } : null;
        var given = ApplyPromotions.To(lines, new(code is null ? all : all[..^1], code));
        foreach (var one in given.Given)
        {
            one.Amount.Minor.ShouldBeGreaterThan(0);
            one.OffLines.Sum(o => o.Minor).ShouldBe(one.Amount.Minor);
            one.OffLines.ShouldAllBe(o => !o.IsNegative);
        }

        for (var i = 0; i < lines.Length; i++)
            given.Given.Sum(g => g.OffLines[i].Minor).ShouldBeLessThanOrEqualTo(lines[i].Amount.Minor);
        given.Given.Select(g => g.Promotion.Id).ShouldBeUnique();
    }

    /// <summary>Ten pieces on one line are as ten lines of one piece.</summary>
    [Property(MaxTest = 200)]
    public void How_a_basket_is_written_changes_nothing(byte coffees, byte croissants, (byte Kind, byte Value, byte A, byte B) promotion)
    {
        var (c, k) = (coffees % 8, croissants % 8);
        var one = Any(1, promotion);
        var together = ApplyPromotions.To([Line(Coffee, c * 400, c), Line(Croissant, k * 250, k)], new([one], null));
        PromotableLine[] apart =
        [
            .. Enumerable.Range(0, c).Select(_ => Line(Coffee, 400)),
            .. Enumerable.Range(0, k).Select(_ => Line(Croissant, 250)),
        ];
        ApplyPromotions.To(apart, new([one], null)).Amount.ShouldBe(together.Amount);
    }

    private static Promotion Any(long id, (byte Kind, byte Value, byte A, byte B) p) => (p.Kind % 5) switch
    {
        0 => Percent(1 + (p.Value % 100), id),
        1 => Fixed(1 + (p.Value * 20), id),
        2 => Buy(1 + (p.A % 3), 1 + (p.B % 3)) with { Id = id },
        3 => Buy(1 + (p.A % 2), 1 + (p.B % 2)) with { Id = id, For = new([Coffee], []), Gives = new([Coffee, Croissant], []) },
        _ => Combo(p.Value * 3, ([Coffee], 1 + (p.A % 2)), ([Croissant, Juice], 1 + (p.B % 2))) with { Id = id },
    };

    private static long[] Off(Promotion promotion, PromotableLine[] lines)
    {
        var given = ApplyPromotions.To(lines, new([promotion], null)).Given;
        return given.Count == 0 ? new long[lines.Length] : [.. given.Single().OffLines.Select(o => o.Minor)];
    }

    private static (long, long)[] Given(PromotableLine[] lines, params Promotion[] automatic) =>
        [.. ApplyPromotions.To(lines, new(automatic, null)).Given.Select(g => (g.Promotion.Id, g.Amount.Minor))];

    private static PromotableLine Line(long item, long amount, int pieces = 1) =>
        new(item, item == Croissant ? Bakery : Drinks, Way.DineIn, pieces, new(amount));

    private static Promotion Percent(decimal percent, long id = 1) =>
        new() { Id = id, Title = "Percent", Type = DiscountType.Percentage, Percent = TaxRate.OfPercent(percent) };

    private static Promotion Fixed(long amount, long id = 1) =>
        new() { Id = id, Title = "Fixed", Type = DiscountType.Fixed, Amount = new(amount) };

    private static Promotion Buy(int buy, int get) =>
        new() { Id = 1, Title = "Buy", Type = DiscountType.BuyXGetY, Buy = buy, Get = get, Percent = TaxRate.OfPercent(100) };

    private static Promotion Combo(long price, params (long[] Of, int Quantity)[] sets) => new()
    {
        Id = 9,
        Title = "Combo",
        Type = DiscountType.Combo,
        Amount = new(price),
        Sets = [.. sets.Select(s => new ComboSet(new(s.Of, []), s.Quantity))],
    };
}
