namespace Comanda.Orders;

/// <summary>
/// A slot for which can be ordered: <see cref="StartsAt"/> is what an order names as <c>scheduled_for</c>. <see cref="Left"/> is for how
/// many more orders there is room, <see cref="KitchenMinutesLeft"/> for how much more work; null bounds nothing.
/// </summary>
public sealed record TimeSlotView(DateTimeOffset StartsAt, DateTimeOffset EndsAt, int? Left, int? KitchenMinutesLeft, bool Available);
