namespace Comanda.Kernel;

/// <summary>The server's clock, cut to microseconds: that is what PostgreSQL keeps, so what is written reads back the same.</summary>
public static class Clock
{
    public static DateTimeOffset Now(TimeProvider clock) => Cut(clock.GetUtcNow());

    /// <summary>An instant cut to microseconds.</summary>
    public static DateTimeOffset Cut(DateTimeOffset instant) => instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerMicrosecond));
}
