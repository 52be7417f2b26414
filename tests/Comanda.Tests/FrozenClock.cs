namespace Comanda.Tests;

/// <summary>A clock that stands where a test sets it; timers run as ever.</summary>
public sealed class FrozenClock(DateTimeOffset at) : TimeProvider
{
    private DateTimeOffset now = at;

    /// <summary>The middle of the minute that it is now.</summary>
    public static FrozenClock AtHalfPast()
    {
        var now = DateTimeOffset.UtcNow;
        return new(new(now.Year, now.Month, now.Day, now.Hour, now.Minute, 30, TimeSpan.Zero));
    }

    public void Move(TimeSpan by) => now += by;

    public override DateTimeOffset GetUtcNow() => now;
}
