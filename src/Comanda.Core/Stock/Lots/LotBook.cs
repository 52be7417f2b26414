namespace Comanda.Stock;

/// <summary>
/// A movement as lots see it. <see cref="LotId"/>: the lot that it names itself. <see cref="LineId"/>: the line of an order that it is of.
/// <see cref="Together"/>: those of one transaction have the same.
/// </summary>
public sealed record LotMovement(long Id, long Quantity, MovementReason Reason, long? LotId, long? LineId, string Together);

/// <summary>So much of a movement belongs to a lot: below 0 it took it, above 0 it brought it.</summary>
public sealed record LotPart(long MovementId, long LotId, long Quantity);

/// <summary>A lot of the item and what is left of it.</summary>
public sealed record LotLeft(long Id, string? Code, DateOnly? BestBefore, long Remaining);

/// <summary>A movement that took more than there was, and how much of it has no lot yet.</summary>
public sealed record LotOwed(long MovementId, long? LineId, long Quantity);

/// <summary>What a line has of a lot: taken and not put back.</summary>
public sealed record LotTaken(long LineId, long LotId, long Quantity);

/// <summary>
/// The lots of one item, and the rule by which its movements take from them and bring to them: what has no name goes first, then what
/// expires first, then what came first. What comes back goes to the lots it was taken from, and what goes out in the same transaction (a
/// bill that was divided) takes those again. What is sold before the books have it is owed, and taken from the lot that comes next. So
/// nothing is ever taken from a lot that does not have it, and the lots, less what is owed, sum to the item's level.
/// </summary>
public sealed class LotBook
{
    /// <summary>In the place of a lot: what is owed.</summary>
    public const long Owed = 0;

    private readonly long nameless;
    private readonly List<LotLeft> order;
    private readonly Dictionary<long, long> left;
    private readonly LinkedList<LotOwed> owed;
    private readonly Dictionary<long, List<LotTaken>> lines;
    private readonly Dictionary<(long MovementId, long LotId), long> parts = [];

    /// <summary>The lots as they are kept.</summary>
    /// <param name="lots">
    /// Those that have something left, and those that the movements or their lines name; the nameless one is among them.
    /// </param>
    /// <param name="owed">What has no lot yet, the oldest first.</param>
    /// <param name="taken">What the movements' lines have of which lot, in the order they took it.</param>
    public LotBook(IReadOnlyCollection<LotLeft> lots, IEnumerable<LotOwed> owed, IEnumerable<LotTaken> taken)
    {
        nameless = lots.Single(l => l.Code is null).Id;
        order = [.. lots.OrderBy(l => l.Code is not null).ThenBy(l => l.BestBefore ?? DateOnly.MaxValue).ThenBy(l => l.Id)];
        left = lots.ToDictionary(l => l.Id, l => l.Remaining);
        this.owed = new(owed);
        lines = taken.GroupBy(t => t.LineId).ToDictionary(g => g.Key, g => g.ToList());
    }

    /// <summary>What is left of each lot now.</summary>
    public IReadOnlyDictionary<long, long> Left => left;

    /// <summary>How much has no lot yet.</summary>
    public long StillOwed => owed.Sum(o => o.Quantity);

    /// <summary>What has changed: how much more or less of a movement belongs to a lot.</summary>
    public IEnumerable<LotPart> Changes => parts.Where(p => p.Value != 0).Select(p => new LotPart(p.Key.MovementId, p.Key.LotId, p.Value));

    /// <summary>Gives the movements their lots, in their order; those of one transaction as one.</summary>
    public void Take(IEnumerable<LotMovement> movements)
    {
        foreach (var together in movements.GroupBy(m => m.Together))
        {
            var free = new List<(long LotId, long Quantity)>();
            foreach (var movement in together.OrderBy(m => m.Reason != MovementReason.Return).ThenBy(m => m.Id))
            {
                if (movement.Quantity > 0)
                    Bring(movement, free);
                else
                    Remove(movement, free);
            }
        }
    }

    /// <summary>
    /// A scan says that what a line has is of another lot than was thought. False, and nothing changes, where that lot has not so much.
    /// </summary>
    /// <param name="line">Whose it is.</param>
    /// <param name="took">The line's movements that took something, with their lots.</param>
    /// <param name="lot">That it is of.</param>
    public bool Correct(long line, IReadOnlyList<LotPart> took, long lot)
    {
        var elsewhere = (lines.GetValueOrDefault(line) ?? []).FindAll(t => t.LotId != lot && t.Quantity > 0);
        if (elsewhere.Sum(t => t.Quantity) > left.GetValueOrDefault(lot))
            return false;
        foreach (var (_, wrong, quantity) in elsewhere)
        {
            var rest = quantity;
            foreach (var part in took.Where(p => p.LotId == wrong && p.Quantity < 0))
            {
                var moved = Math.Min(rest, -part.Quantity);
                if (moved == 0)
                    continue;
                rest -= moved;
                left[wrong] += moved;
                left[lot] -= moved;
                Note(part.MovementId, line, wrong, moved);
                Note(part.MovementId, line, lot, -moved);
            }
        }

        return true;
    }

    private void Bring(LotMovement movement, List<(long LotId, long Quantity)> free)
    {
        var rest = movement.Quantity;
        var isReturn = movement.Reason == MovementReason.Return;
        // From one place of the shop to another: the lots that left the one lie at the other.
        var from = isReturn && movement.LineId is { } line
            ? (lines.GetValueOrDefault(line) ?? []).Select(t => (t.LotId, t.Quantity)).ToList()
            : movement.Reason == MovementReason.Transfer ? [.. free]
            : [];
        foreach (var (lot, had) in Enumerable.Reverse(from).Where(f => f.LotId != Owed && f.Quantity > 0))
        {
            var back = Math.Min(rest, had);
            if (back == 0)
                break;
            rest -= back;
            Add(movement, lot, back);
            if (isReturn)
                free.Add((lot, back));
            else
                free.Remove((lot, had));
        }

        if (rest > 0)
            Add(movement, movement.LotId ?? nameless, rest);
        PayOwed();
    }

    private void Remove(LotMovement movement, List<(long LotId, long Quantity)> free)
    {
        var rest = -movement.Quantity;
        if (movement.LotId is { } said)
            rest -= Subtract(movement, said, rest, free);
        if (movement.Reason == MovementReason.Sale)
        {
            for (var i = 0; i < free.Count && rest > 0; i++)
            {
                var (lot, there) = free[i];
                var taken = Subtract(movement, lot, Math.Min(rest, there), free);
                free[i] = (lot, there - taken);
                rest -= taken;
            }
        }

        foreach (var lot in order.TakeWhile(_ => rest > 0))
            rest -= Subtract(movement, lot.Id, rest, free);
        if (rest == 0)
            return;
        owed.AddLast(new LotOwed(movement.Id, movement.LineId, rest));
        Note(movement.Id, movement.LineId, Owed, -rest);
    }

    /// <summary>Takes as much of it as the lot has.</summary>
    private long Subtract(LotMovement movement, long lot, long wanted, List<(long LotId, long Quantity)> free)
    {
        var taken = Math.Min(wanted, left.GetValueOrDefault(lot));
        if (taken == 0)
            return 0;
        left[lot] -= taken;
        Note(movement.Id, movement.LineId, lot, -taken);
        if (movement.Reason == MovementReason.Transfer)
            free.Add((lot, taken));
        return taken;
    }

    private void Add(LotMovement movement, long lot, long quantity)
    {
        left[lot] = left.GetValueOrDefault(lot) + quantity;
        Note(movement.Id, movement.LineId, lot, quantity);
    }

    /// <summary>What is owed is taken from what has come, the oldest first.</summary>
    private void PayOwed()
    {
        foreach (var lot in order)
        {
            while (owed.First is { Value: var oldest } && left[lot.Id] > 0)
            {
                var paid = Math.Min(oldest.Quantity, left[lot.Id]);
                left[lot.Id] -= paid;
                Note(oldest.MovementId, oldest.LineId, Owed, paid);
                Note(oldest.MovementId, oldest.LineId, lot.Id, -paid);
                owed.RemoveFirst();
                if (oldest.Quantity > paid)
                    owed.AddFirst(oldest with { Quantity = oldest.Quantity - paid });
            }
        }
    }

    private void Note(long movement, long? line, long lot, long quantity)
    {
        parts[(movement, lot)] = parts.GetValueOrDefault((movement, lot)) + quantity;
        if (line is not { } of)
            return;
        if (!lines.TryGetValue(of, out var has))
            lines[of] = has = [];
        var at = has.FindIndex(t => t.LotId == lot);
        if (at < 0)
            has.Add(new(of, lot, -quantity));
        else
            has[at] = has[at] with { Quantity = has[at].Quantity - quantity };
    }
}
