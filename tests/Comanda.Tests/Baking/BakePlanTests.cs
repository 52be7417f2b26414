using Comanda.Baking;
using FsCheck;
using FsCheck.Xunit;

namespace Comanda.Tests.Baking;

/// <summary>Dough, backwards: what has to begin when, so that it is on the shelf in time.</summary>
public sealed class BakePlanTests
{
    private static readonly DateTimeOffset Midnight = new(2026, 12, 2, 0, 0, 0, TimeSpan.Zero);

    private static readonly BakeStation[] Bakery = [new("hands", 2), new("mixer", 1), new("oven", 2)];

    private static readonly BakeStep[] Rye =
    [
        new("mix", 20, "mixer"),
        new("rest", 60),
        new("shape", 10, "hands"),
        new("proof", 45),
        new("bake", 50, "oven", 30),
        new("cool", 30),
    ];

    private static DateTimeOffset At(int hour, int minute = 0) => Midnight.AddHours(hour).AddMinutes(minute);

    [Fact]
    public void It_begins_as_late_as_it_can_and_is_on_the_shelf_when_it_is_due()
    {
        var plan = BakePlan.Of([new(1, 20, At(7), Rye)], Bakery, At(0));
        plan.Tasks.Select(t => (t.Step, t.From)).ShouldBe(
        [
            (0, At(3, 25)), (1, At(3, 45)), (2, At(4, 45)), (3, At(4, 55)), (4, At(5, 40)), (5, At(6, 30)),
        ]);
        plan.Batches.ShouldBe([new(1, At(7), TimeSpan.Zero)]);
    }

    [Fact]
    public void An_oven_takes_so_much_at_once_and_the_rest_goes_into_the_other_or_before_it()
    {
        var plan = BakePlan.Of([new(1, 70, At(7), Rye)], Bakery, At(0));
        plan.Tasks.Where(t => t.Step == 4).Select(t => (t.Quantity, t.Unit, t.From)).ShouldBe(
            [(10, 0, At(4, 50)), (30, 0, At(5, 40)), (30, 1, At(5, 40))]);
        plan.Tasks.Single(t => t.Step == 2).Until.ShouldBe(At(4, 5)); // forty-five minutes before the first load
    }

    [Fact]
    public void What_cannot_be_in_time_any_more_is_as_soon_as_can_be_and_says_how_late()
    {
        var plan = BakePlan.Of([new(1, 20, At(7), Rye)], Bakery, At(4));
        plan.Tasks[0].From.ShouldBe(At(4));
        plan.Batches.ShouldBe([new(1, At(7, 35), TimeSpan.FromMinutes(35))]);
        // One oven is still full until six, the other until a quarter past.
        BakeTask[] busy = [new(9, 0, 30, "oven", 0, At(3), At(6)), new(8, 0, 30, "oven", 1, At(3), At(6, 15))];
        var around = BakePlan.Of([new(1, 20, At(7, 30), Rye)], Bakery, At(0), busy);
        around.Tasks.Single(t => t.Step == 4).From.ShouldBeGreaterThanOrEqualTo(At(6));
        around.Batches[0].Late.ShouldBe(TimeSpan.Zero);
    }

    /// <summary>
    /// Whatever is to be made with whatever there is: no unit does two things at once, steps come after one another, all of it is made, a
    /// load is no larger than its station takes, nothing begins before the plan, and what is not late is in time.
    /// </summary>
    [Property(MaxTest = 300)]
    public void Schedules_never_overlap(NonEmptyArray<(byte Quantity, byte Due, byte Kind)> asked, byte ovens, byte hands)
    {
        BakeStation[] stations = [new("oven", (ovens % 3) + 1), new("hands", (hands % 3) + 1), new("mixer", 1)];
        var batches = asked.Get.Select((a, i) => new BakeBatch(
            i + 1,
            (a.Quantity % 90) + 1,
            At(3).AddMinutes(a.Due * 2),
            (a.Kind % 3) switch
            {
                0 => Rye,
                1 => [new("mix", 15, "mixer"), new("bake", 18, "oven", (a.Kind % 40) + 1)],
                _ => [new("shape", (a.Kind % 25) + 1, "hands", 12), new("proof", 40), new("bake", 22, "oven", 24), new("fill", 9, "hands")],
            },
            // Some are made of one that comes after them, which may itself be made of another.
            a.Kind % 4 == 0 && i + 1 < asked.Get.Length ? [i + 2] : null)).ToList();
        BakeTask[] busy = [new(0, 0, 1, "oven", 0, At(2), At(3)), new(0, 0, 1, "mixer", 0, At(1), At(4))];
        var plan = BakePlan.Of(batches, stations, At(0), busy);

        foreach (var unit in plan.Tasks.Concat(busy).Where(t => t.Station is not null).GroupBy(t => (t.Station, t.Unit)))
        {
            unit.Key.Unit.ShouldBeInRange(0, stations.Single(s => s.Name == unit.Key.Station).Units - 1);
            var inOrder = unit.OrderBy(t => t.From).ToList();
            foreach (var (before, after) in inOrder.Zip(inOrder.Skip(1)))
                after.From.ShouldBeGreaterThanOrEqualTo(before.Until);
        }

        foreach (var batch in batches)
        {
            var tasks = plan.Tasks.Where(t => t.BatchId == batch.Id).ToLookup(t => t.Step);
            foreach (var (number, step) in batch.Steps.Index())
            {
                tasks[number].Sum(t => t.Quantity).ShouldBe(batch.Quantity);
                tasks[number].ShouldAllBe(t => t.Until - t.From == TimeSpan.FromMinutes(step.Minutes) && t.From >= At(0));
                tasks[number].ShouldAllBe(t => step.Load == null || t.Quantity <= step.Load);
                if (number > 0)
                    tasks[number].Min(t => t.From).ShouldBeGreaterThanOrEqualTo(tasks[number - 1].Max(t => t.Until));
            }

            foreach (var need in batch.Needs ?? [])
                tasks[0].Min(t => t.From).ShouldBeGreaterThanOrEqualTo(plan.Batches.Single(b => b.BatchId == need).At);
            var (end, done) = (tasks.SelectMany(t => t).Max(t => t.Until), plan.Batches.Single(b => b.BatchId == batch.Id));
            (done.At, done.Late).ShouldBe((end, end > batch.Due ? end - batch.Due : TimeSpan.Zero));
        }
    }

    [Fact]
    public void A_dough_is_there_before_what_is_made_of_it_begins_and_where_it_is_late_that_waits()
    {
        BakeStep[] dough = [new("mix", 20, "mixer"), new("rest", 60)];
        BakeStep[] loaf = [new("shape", 10, "hands"), new("bake", 50, "oven")];
        BakeBatch[] batches =
        [
            new(1, 20, At(7), loaf, [3]),
            new(2, 20, At(9), loaf, [3]),
            new(3, 12, At(9), dough),
            new(4, 5, At(9), [new("fill", 30, "hands")]),
        ];
        var plan = BakePlan.Of(batches, Bakery, At(0));
        plan.Tasks.Where(t => t.BatchId == 3).Select(t => t.From).ShouldBe([At(4, 40), At(5)]);
        plan.Batches.ShouldAllBe(b => b.Late == TimeSpan.Zero);
        // Begun at half past five the dough is there at ten to seven, and the first loaves wait for it; the others need not.
        var late = BakePlan.Of(batches, Bakery, At(5, 30));
        late.Tasks.Where(t => t.BatchId == 3).Select(t => t.From).ShouldBe([At(5, 30), At(5, 50)]);
        late.Tasks.Where(t => t.BatchId == 1).Select(t => t.From).ShouldBe([At(6, 50), At(7)]);
        late.Batches.Single(b => b.BatchId == 1).Late.ShouldBe(TimeSpan.FromMinutes(50));
        late.Tasks.Where(t => t.BatchId == 2).Select(t => t.From).ShouldBe([At(8), At(8, 10)]);
        // What is under way needs no dough any more.
        BakeTask shaping = new(1, 0, 20, "hands", 0, At(5), At(5, 10));
        BakePlan.Of(batches, Bakery, At(5, 10), [shaping]).Batches.Single(b => b.BatchId == 1).Late.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Nobody_works_where_it_is_closed()
    {
        BakeStation[] night = [new("oven", 1, [(At(-24), At(2)), (At(4), At(20))])];
        BakeStep[] bake = [new("bake", 90, "oven", 10)];
        var plan = BakePlan.Of([new(1, 20, At(7), bake)], night, At(0));
        // One load fits before four; the other would have had to begin before two.
        plan.Tasks.Select(t => (t.From, t.Until)).ShouldBe([(At(2), At(3, 30)), (At(20), At(21, 30))]);
        plan.Batches[0].Late.ShouldBe(TimeSpan.FromHours(14.5));
    }

    [Fact]
    public void Who_is_late_has_the_rest_planned_anew_around_what_is_under_way()
    {
        BakeBatch[] batches = [new(1, 20, At(7), Rye), new(2, 20, At(7, 30), Rye)];
        var plan = BakePlan.Of(batches, Bakery, At(0));
        // At four, the first dough is being mixed, ten minutes late.
        BakeTask mixing = plan.Tasks.First(t => t is { BatchId: 1, Step: 0 }) with { From = At(3, 45), Until = At(4, 5) };
        var again = BakePlan.Of(batches, Bakery, At(4, 5), [mixing]);
        again.Tasks.ShouldNotContain(t => t.BatchId == 1 && t.Step == 0);
        again.Batches.Single(b => b.BatchId == 1).Late.ShouldBe(TimeSpan.FromMinutes(20));
        again.Tasks.ShouldAllBe(t => t.From >= At(4, 5));
    }
}
