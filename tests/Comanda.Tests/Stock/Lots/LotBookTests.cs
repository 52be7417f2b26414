using Comanda.Stock;
using FsCheck;
using FsCheck.Xunit;

namespace Comanda.Tests.Stock;

/// <summary>The rule by which movements take from lots, whatever happens in whatever order.</summary>
public sealed class LotBookTests
{
    private const long Nameless = 1;

    private static LotLeft Lot(long id, string? code, int days, long remaining = 0) =>
        new(id, code, code is null ? null : new DateOnly(2026, 1, 1).AddDays(days), remaining);

    private static LotMovement Sale(long id, long quantity, long line) => new(id, -quantity, MovementReason.Sale, null, line, "t" + id);

    [Fact]
    public void What_has_no_name_goes_first_then_what_expires_first()
    {
        var book = new LotBook([Lot(Nameless, null, 0, 2), Lot(2, "late", 9, 5), Lot(3, "soon", 3, 5)], [], []);
        book.Take([Sale(1, 4, 1), Sale(2, 4, 2)]);
        book.Changes.ShouldBe([new(1, Nameless, -2), new(1, 3, -2), new(2, 3, -3), new(2, 2, -1)]);
        book.StillOwed.ShouldBe(0);
    }

    [Fact]
    public void What_was_sold_before_the_books_had_it_is_of_the_lot_that_comes_next()
    {
        var book = new LotBook([Lot(Nameless, null, 0), Lot(2, "next", 3)], [], []);
        book.Take([Sale(1, 4, 1)]);
        book.StillOwed.ShouldBe(4);
        book.Take([new(2, 10, MovementReason.Delivery, 2, null, "d")]);
        (book.StillOwed, book.Left[2]).ShouldBe((0, 6));
        book.Changes.ShouldBe([new(2, 2, 10), new(1, 2, -4)], ignoreOrder: true);
    }

    [Fact]
    public void What_comes_back_goes_where_it_was_taken_and_a_divided_bill_keeps_its_lots()
    {
        var book = new LotBook([Lot(Nameless, null, 0), Lot(2, "soon", 3, 2), Lot(3, "late", 9, 8)], [], []);
        book.Take([Sale(1, 4, 1), Sale(2, 1, 2)]); // two of the first lot and two of the other; one more of the other
        book.Take([new(3, 1, MovementReason.Return, null, 1, "split"), new(4, -1, MovementReason.Sale, null, 3, "split")]);
        book.Left.ShouldBe(new Dictionary<long, long> { [Nameless] = 0, [2] = 0, [3] = 5 }, ignoreOrder: true);
        book.Take([new(5, 3, MovementReason.Return, null, 1, "back")]);
        book.Left.ShouldBe(new Dictionary<long, long> { [Nameless] = 0, [2] = 2, [3] = 6 }, ignoreOrder: true);
    }

    [Fact]
    public void A_transfer_moves_the_same_lots()
    {
        var book = new LotBook([Lot(Nameless, null, 0), Lot(2, "soon", 3, 2), Lot(3, "late", 9, 8)], [], []);
        book.Take([new(1, -5, MovementReason.Transfer, null, null, "t"), new(2, 5, MovementReason.Transfer, null, null, "t")]);
        (book.Left[Nameless], book.Left[2], book.Left[3]).ShouldBe((0, 2, 8));
    }

    [Fact]
    public void A_scan_moves_a_line_to_a_lot_that_has_it_and_to_no_other()
    {
        var book = new LotBook([Lot(Nameless, null, 0), Lot(2, "soon", 3, 5), Lot(3, "late", 9, 3)], [], []);
        book.Take([Sale(1, 4, 1), Sale(2, 2, 2)]);
        book.Correct(1, [.. book.Changes.Where(c => c.MovementId == 1)], 3).ShouldBeFalse(); // two are left of it
        var before = book.Left.ToDictionary();
        book.Correct(2, [.. book.Changes.Where(c => c.MovementId == 2)], 2).ShouldBeFalse(); // nothing is
        book.Left.ShouldBe(before);
        book.Take([new(3, 5, MovementReason.Delivery, 3, null, "d")]);
        book.Correct(1, [.. book.Changes.Where(c => c.MovementId == 1)], 3).ShouldBeTrue();
        (book.Left[2], book.Left[3]).ShouldBe((4, 3));
        book.Changes.Where(c => c.MovementId == 1).ShouldBe([new(1, 3, -4)]);
    }

    /// <summary>
    /// Whatever is delivered, sold, put back, thrown away, counted and moved, in whatever portions the books are brought up: no lot is
    /// below nothing at any moment, lots and what is owed sum to the level, something is owed only where no lot has any, and the parts of
    /// each movement sum to it.
    /// </summary>
    [Property(MaxTest = 500)]
    public void No_lot_is_sold_that_was_not_there((byte What, byte Much, byte Which)[] done)
    {
        var kept = new Kept();
        var (level, number) = (0L, 0L);
        var sold = new Dictionary<long, long>();
        var movements = new List<LotMovement>();
        foreach (var (what, much, which) in done)
        {
            var (quantity, id) = (1 + (much % 9), ++number);
            var line = 1 + (which % 5);
            LotMovement? movement = (what % 7) switch
            {
                0 or 1 => new(id, quantity, MovementReason.Delivery, which % 4 == 0 ? null : 2 + (which % 3), null, "t" + id),
                2 or 3 => new(id, -quantity, MovementReason.Sale, null, line, "t" + (id / 2)),
                4 when sold.GetValueOrDefault(line) >= quantity => new(id, quantity, MovementReason.Return, null, line, "t" + (id / 2)),
                5 => new(id, -quantity, MovementReason.Waste, 2 + (which % 3), null, "t" + id),
                6 => new(id, which % 2 == 0 ? quantity : -quantity, MovementReason.Count, null, null, "t" + id),
                _ => null,
            };
            if (movement is null)
                continue;
            if (movement.LineId is { } of)
                sold[of] = sold.GetValueOrDefault(of) - movement.Quantity;
            level += movement.Quantity;
            movements.Add(movement);
            if (which % 3 == 0)
                kept.Take(movements);
        }

        kept.Take(movements);
        kept.Left.Values.ShouldAllBe(l => l >= 0);
        (kept.Left.Values.Sum() - kept.Owed).ShouldBe(level);
        if (kept.Owed > 0)
            kept.Left.Values.Sum().ShouldBe(0);
        foreach (var movement in kept.All)
            kept.Parts.Where(p => p.Key.Movement == movement.Id).Sum(p => p.Value).ShouldBe(movement.Quantity);
        foreach (var (line, much) in sold)
            kept.Parts.Where(p => kept.LineOf(p.Key.Movement) == line).Sum(p => -p.Value).ShouldBe(much);
    }

    /// <summary>What the database keeps between two portions, in memory: the book is opened from it and its changes go into it.</summary>
    private sealed class Kept
    {
        private readonly Dictionary<long, LotLeft> lots = new[] { Lot(Nameless, null, 0), Lot(2, "a", 7), Lot(3, "b", 3), Lot(4, "c", 5) }
            .ToDictionary(l => l.Id);

        public Dictionary<(long Movement, long Lot), long> Parts { get; } = [];

        public List<LotMovement> All { get; } = [];

        public Dictionary<long, long> Left => lots.ToDictionary(l => l.Key, l => l.Value.Remaining);

        public long Owed => -Parts.Where(p => p.Key.Lot == LotBook.Owed).Sum(p => p.Value);

        public long? LineOf(long movement) => All.Find(m => m.Id == movement)?.LineId;

        public void Take(List<LotMovement> movements)
        {
            All.AddRange(movements);
            var taken = Parts
                .Where(p => LineOf(p.Key.Movement) is not null)
                .GroupBy(p => (Line: LineOf(p.Key.Movement)!.Value, p.Key.Lot))
                .OrderBy(g => g.Min(p => p.Key.Movement))
                .Select(g => new LotTaken(g.Key.Line, g.Key.Lot, -g.Sum(p => p.Value)));
            var owed = Parts.Where(p => p.Key.Lot == LotBook.Owed).OrderBy(p => p.Key.Movement);
            var book = new LotBook(
                [.. lots.Values],
                [.. owed.Select(p => new LotOwed(p.Key.Movement, LineOf(p.Key.Movement), -p.Value))],
                [.. taken]);
            book.Take([.. movements]);
            foreach (var change in book.Changes)
            {
                var key = (change.MovementId, change.LotId);
                Parts[key] = Parts.GetValueOrDefault(key) + change.Quantity;
                if (Parts[key] == 0)
                    Parts.Remove(key);
            }

            foreach (var (lot, left) in book.Left)
                lots[lot] = lots[lot] with { Remaining = left };
            movements.Clear();
        }
    }
}
