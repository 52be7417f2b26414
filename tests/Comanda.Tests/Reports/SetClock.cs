namespace Comanda.Tests.Reports;

/// <summary>A server's clock that a test sets. Timers run on real time.</summary>
internal sealed class SetClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
