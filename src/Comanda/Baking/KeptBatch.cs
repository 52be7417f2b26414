using System.Text.Json;
using Comanda.Data;
using Npgsql;

namespace Comanda.Baking;

/// <summary>A step of a batch, or one load of it. Without an id it is only proposed.</summary>
internal sealed record KeptTask(long Id, int Step, long Quantity, long? StationId, int Unit, DateTimeOffset From, DateTimeOffset Until)
{
    public DateTimeOffset? StartedAt { get; init; }

    public long? StartedBy { get; init; }

    public string? Starter { get; init; }

    public DateTimeOffset? DoneAt { get; init; }

    public string? Finisher { get; init; }

    public long? DoneBy { get; init; }

    public bool IsBegun => StartedAt is not null || DoneAt is not null;

    /// <summary>
    /// When it is over, as far as anybody knows: what needs nobody is over by itself, what somebody is at not before they say so.
    /// </summary>
    public DateTimeOffset EndAt(int minutes, DateTimeOffset now)
    {
        var end = DoneAt ?? (StartedAt ?? From).AddMinutes(minutes);
        return DoneAt is null && StationId is not null && end < now ? now : end;
    }

    public bool IsOver(int minutes, DateTimeOffset now) =>
        DoneAt is not null || (StationId is null && StartedAt is { } started && started.AddMinutes(minutes) <= now);
}

/// <summary>So much of something in a day's plan, as it was kept; with a negative id it is only proposed.</summary>
internal sealed record KeptBatch
{
    /// <summary>What nobody has touched for so long after it was due is made no more.</summary>
    private static readonly TimeSpan GivenUp = TimeSpan.FromHours(6);

    public required long Id { get; init; }

    public required DateOnly Day { get; init; }

    public long? MenuItemId { get; init; }

    public long? StockItemId { get; init; }

    public required string Name { get; init; }

    public required string Unit { get; init; }

    /// <summary>In thousandths.</summary>
    public required long Quantity { get; init; }

    public required DateTimeOffset DueAt { get; init; }

    /// <summary>When the last thing that is made of it is due; null where nothing is.</summary>
    public DateTimeOffset? WantedUntil { get; init; }

    public IReadOnlyList<long> Needs { get; init; } = [];

    public required IReadOnlyList<StepView> Steps { get; init; }

    public long? Booked { get; init; }

    public IReadOnlyList<KeptTask> Tasks { get; init; } = [];

    public bool IsBegun => Tasks.Any(t => t.IsBegun);

    /// <summary>What needs nobody begins by itself when the step before it is over, one after the other.</summary>
    public KeptBatch At(DateTimeOffset now)
    {
        var tasks = Tasks.ToList();
        for (var step = 1; step < Steps.Count; step++)
        {
            var before = tasks.FindAll(t => t.Step == step - 1);
            if (Steps[step].StationId is not null || before.Count == 0 || !before.TrueForAll(t => t.IsOver(Steps[step - 1].Minutes, now)))
                continue;
            var since = before.Max(t => t.EndAt(Steps[step - 1].Minutes, now));
            for (var i = 0; i < tasks.Count; i++)
            {
                if (tasks[i].Step == step && !tasks[i].IsBegun)
                    tasks[i] = tasks[i] with { StartedAt = since };
            }
        }

        return this with { Tasks = tasks };
    }

    public BakeStatus StatusAt(DateTimeOffset now)
    {
        if (Tasks.Count > 0 && Tasks.All(t => t.IsOver(Steps[t.Step].Minutes, now)))
            return BakeStatus.Done;
        var touched = Tasks.Where(t => t.IsBegun).Select(t => t.DoneAt ?? t.StartedAt!.Value.AddMinutes(Steps[t.Step].Minutes));
        return touched.Append(WantedUntil ?? DueAt).Max() + GivenUp < now ? BakeStatus.Missed
            : IsBegun ? BakeStatus.Begun
            : BakeStatus.Planned;
    }

    /// <summary>As plans know it.</summary>
    public BakeBatch ForPlan() => new(
        Id,
        Quantity,
        DueAt,
        [.. Steps.Select(s => new BakeStep(s.Kind, s.Minutes, KeyOf(s.StationId), s.Load is { } load ? (long)(load * 1000) : null))],
        Needs);

    public static string? KeyOf(long? station) => station?.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>What is kept for some days, in the order in which it is due, as it is at an instant.</summary>
    public static async Task<List<KeptBatch>> Of(
        NpgsqlConnection connection,
        long shop,
        (DateOnly First, DateOnly Last) days,
        DateTimeOffset now,
        CancellationToken cancel)
    {
        await using var command = connection.Command(
            """
            select id, day, menu_item_id, stock_item_id, name, unit, quantity, due_at, needs, steps, booked
            from bake_batches where shop_id = $1 and day between $2 and $3 order by due_at, id
            """,
            shop,
            days.First,
            days.Last);
        var batches = await command.List(
            r => new KeptBatch
            {
                Id = r.GetInt64(0),
                Day = r.GetFieldValue<DateOnly>(1),
                MenuItemId = r.ValueOrNull<long>(2),
                StockItemId = r.ValueOrNull<long>(3),
                Name = r.GetString(4),
                Unit = r.GetString(5),
                Quantity = r.GetInt64(6),
                DueAt = r.GetFieldValue<DateTimeOffset>(7),
                Needs = r.GetFieldValue<long[]>(8),
                Steps = JsonSerializer.Deserialize<List<StepView>>(r.GetString(9), Json.Options)!,
                Booked = r.ValueOrNull<long>(10),
            },
            cancel);
        await using var tasks = connection.Command(
            """
            select t.batch_id, t.id, t.step, t.quantity, t.station_id, t.unit_no, t.planned_from, t.planned_until, t.started_at,
                t.started_by, s.name, t.done_at, t.done_by, d.name
            from bake_batches b join bake_tasks t on t.batch_id = b.id left join users s on s.id = t.started_by
                left join users d on d.id = t.done_by
            where b.shop_id = $1 and b.day between $2 and $3 order by t.planned_from, t.id
            """,
            shop,
            days.First,
            days.Last);
        var rows = (await tasks.List(r => (Batch: r.GetInt64(0), Task: Row(r)), cancel)).ToLookup(t => t.Batch, t => t.Task);
        var wanted = batches.SelectMany(b => b.Needs.Select(need => (need, b.DueAt))).ToLookup(n => n.need, n => n.DueAt);
        return batches.ConvertAll(b => (b with
        {
            Tasks = [.. rows[b.Id]],
            WantedUntil = wanted.Contains(b.Id) ? wanted[b.Id].Max() : null,
        }).At(now));
    }

    private static KeptTask Row(NpgsqlDataReader r) => new(
        r.GetInt64(1),
        r.GetInt32(2),
        r.GetInt64(3),
        r.ValueOrNull<long>(4),
        r.GetInt32(5),
        r.GetFieldValue<DateTimeOffset>(6),
        r.GetFieldValue<DateTimeOffset>(7))
    {
        StartedAt = r.ValueOrNull<DateTimeOffset>(8),
        StartedBy = r.ValueOrNull<long>(9),
        Starter = r.TextOrNull(10),
        DoneAt = r.ValueOrNull<DateTimeOffset>(11),
        DoneBy = r.ValueOrNull<long>(12),
        Finisher = r.TextOrNull(13),
    };
}
