namespace Comanda.Kernel;

/// <summary>The server's clock, cut to microseconds: that is what PostgreSQL keeps, so what is written reads back the same.</summary>
public static class Clock
{
    public static DateTimeOffset Now(TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
