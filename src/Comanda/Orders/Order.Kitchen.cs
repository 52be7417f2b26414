namespace Comanda.Orders;

/// <summary>
/// What the kitchen has of it. An order is fired once: when it is placed, or when it is resumed, or in time for when it is wanted.
/// </summary>
public sealed partial class Order
{
    /// <summary>Held back from the kitchen until it is resumed.</summary>
    public bool Held { get; private set; }

    /// <summary>When the kitchen got it; null while it has not.</summary>
    public DateTimeOffset? FiredAt { get; private set; }

    /// <summary>The kitchen has it: what changes of it now, it must hear of.</summary>
    public bool IsInKitchen => FiredAt is not null;

    /// <summary>Minutes that it takes from its beginning, with so many at work.</summary>
    internal int PreparationMinutes(int hands) =>
        Items.Count == 0
            ? 0
            : (int)Math.Min(KitchenLoad.MostMinutes, Math.Max(Items.Max(l => l.PreparationTime), KitchenLoad.Minutes(Work, hands)));

    /// <summary>Minutes of work in it, for one pair of hands.</summary>
    internal long Work => Items.Sum(l => (long)l.PreparationTime * l.Pieces);

    /// <summary>Its lines are others than they were when there was so much work in it: so much later, or sooner, it is ready.</summary>
    internal void Estimate(long workBefore, int hands) => EstimatedTime = (int)Math.Clamp(
        EstimatedTime + KitchenLoad.Minutes(Work, hands) - KitchenLoad.Minutes(workBefore, hands),
        Items.Max(l => l.PreparationTime),
        KitchenLoad.MostMinutes);

    /// <summary>
    /// Whether it is to be begun now: nobody holds it, it waits for no payment, and it is not wanted so late that it would grow cold.
    /// </summary>
    internal bool IsDue(DateTimeOffset now, int hands) =>
        !Held
        && !Training
        && PaymentDueBy is null
        && (ScheduledFor is not { } wanted || wanted - TimeSpan.FromMinutes(PreparationMinutes(hands) + DeliveryMinutes) <= now);

    /// <summary>The kitchen gets it. A practice order it never gets: nobody waits for its dishes.</summary>
    internal void Fire(DateTimeOffset now) => FiredAt = Training ? null : FiredAt ?? now;

    /// <summary>When it is placed.</summary>
    internal void Begin(bool hold, DateTimeOffset now, int hands)
    {
        Held = hold;
        if (IsDue(now, hands))
            Fire(now);
    }

    /// <summary>It is wanted at another hour: the kitchen gives back what it has not begun, or gets it now.</summary>
    internal void Reschedule(DateTimeOffset wanted, DateTimeOffset now, int hands)
    {
        ScheduledFor = wanted;
        EstimatedTime = (int)Math.Clamp(
            Math.Ceiling((wanted - CreatedAt).TotalMinutes), PreparationMinutes(hands), KitchenLoad.MostMinutes);
        if (Items.Exists(l => l.StartedAt is not null))
            return;
        FiredAt = IsDue(now, hands) ? FiredAt ?? now : null;
    }

    /// <summary>Parks it: the kitchen gives it back, if it has it and has not begun. Answers whether that is a change.</summary>
    internal Outcome<bool> Hold()
    {
        if (Status != OrderStatus.Pending)
            return Refusal.Conflict("not_pending", $"The order is {Status.ToWire()}; only a pending order can be held.");
        if (Items.Exists(l => l.StartedAt is not null))
            return Refusal.Conflict("not_pending", "The kitchen has begun with it; only a pending order can be held.");
        if (Held)
            return false;
        (Held, FiredAt) = (true, null);
        Version++;
        return true;
    }

    /// <summary>Goes on with one that is held.</summary>
    internal Outcome<bool> Resume(DateTimeOffset now, int hands)
    {
        if (!Held)
            return Status is OrderStatus.Cancelled or OrderStatus.Completed
                ? OrderRefusals.CannotMove(Status, OrderStatus.Pending, [])
                : false;
        Held = false;
        if (Status == OrderStatus.Pending && IsDue(now, hands))
            Fire(now);
        Version++;
        return true;
    }

    /// <summary>A station says how far it is with a line: the order follows, begun with its first line and ready with its last.</summary>
    internal Outcome<bool> Prepare(OrderLine line, LineState next, DateTimeOffset now)
    {
        if (Held)
            return OrderRefusals.IsHeld();
        if (PaymentDueBy is not null)
            return OrderRefusals.AwaitsPayment();
        if (Status is not (OrderStatus.Pending or OrderStatus.Preparing or OrderStatus.Ready))
            return Refusal.Conflict("invalid_transition", $"The order is {Status.ToWire()}; the kitchen is done with it.");
        if (StateOf(line) == next)
            return false;
        if (Status == OrderStatus.Ready)
            KeepReady(now);
        line.StartedAt = next == LineState.Queued ? null : line.StartedAt ?? now;
        line.ReadyAt = next == LineState.Ready ? now : null;
        if (Items.TrueForAll(l => l.ReadyAt is not null || l.IsDeposit))
            Status = OrderStatus.Ready;
        else if (Status == OrderStatus.Ready || Items.Exists(l => l.StartedAt is not null))
            Status = OrderStatus.Preparing;
        // Whoever begins with one that was for later has it, and so has the kitchen.
        Fire(now);
        Version++;
        return true;
    }

    /// <summary>Back to the kitchen, as a whole: it was not ready after all.</summary>
    internal Outcome<bool> Recall()
    {
        if (Status == OrderStatus.Preparing && Items.TrueForAll(l => l.ReadyAt is null))
            return false;
        if (Status is not (OrderStatus.Ready or OrderStatus.Preparing))
            return Refusal.Conflict("invalid_transition", $"The order is {Status.ToWire()}; only one that is ready can be called back.");
        foreach (var line in Items)
            line.ReadyAt = null;
        Status = OrderStatus.Preparing;
        Version++;
        return true;
    }

    /// <summary>How far a line is: as its station said, or as the order says as a whole.</summary>
    public LineState StateOf(OrderLine line) =>
        line.ReadyAt is not null
            || Status is OrderStatus.Ready or OrderStatus.OutForDelivery or OrderStatus.Delivered or OrderStatus.Completed ? LineState.Ready
        : line.StartedAt is not null ? LineState.Started : LineState.Queued;

    /// <summary>Another round comes to one whose lines are ready: they stay so, and the order is in preparation again.</summary>
    internal void Reopen(DateTimeOffset now)
    {
        if (Status != OrderStatus.Ready)
            return;
        KeepReady(now);
        Status = OrderStatus.Preparing;
    }

    private void KeepReady(DateTimeOffset now)
    {
        foreach (var line in Items)
            line.ReadyAt ??= now;
    }
}
