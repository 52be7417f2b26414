using System.Diagnostics;
using System.Globalization;

namespace Comanda.Events;

/// <summary>
/// Turns at the log's past. A fleet that comes back all at once gets what it missed page by page, a few devices at a time and
/// the shops in turns, so that it takes a part of the processors and of the database's connections and those who sell
/// meanwhile have the rest.
/// </summary>
public sealed class CatchUpTurns
{
    /// <summary>How long a page may take to send before the turn goes on: a device that does not read keeps nobody waiting.</summary>
    private static readonly TimeSpan ToSend = TimeSpan.FromMilliseconds(50);

    private readonly FairSeats seats = new(AtOnce, mostWaitingAtOnePlace: int.MaxValue);
    private int underWay;
    private int most;

    /// <summary>Pages that are read and sent at once.</summary>
    public static int AtOnce { get; } = Math.Max(1, Environment.ProcessorCount / 2);

    /// <summary>The most that were under way at once since the start.</summary>
    public int Most => Volatile.Read(ref most);

    /// <summary>Waits for a turn at one page of a shop's log. It ends when disposed.</summary>
    public async Task<Turn> Take(long shopId, CancellationToken cancel)
    {
        await seats.Take(shopId.ToString(CultureInfo.InvariantCulture), cancel);
        var now = Interlocked.Increment(ref underWay);
        for (var seen = most; now > seen; seen = most)
            Interlocked.CompareExchange(ref most, now, seen);
        return new(this);
    }

    /// <summary>After a turn its seat rests as long as the turn took: catching up takes half of what it could.</summary>
    private async Task GiveBack(TimeSpan rest)
    {
        Interlocked.Decrement(ref underWay);
        await Task.Delay(rest < ToSend ? rest : ToSend);
        seats.Release();
    }

    /// <summary>One device's turn.</summary>
    public sealed class Turn(CatchUpTurns turns) : IDisposable
    {
        private readonly long since = Stopwatch.GetTimestamp();
        private Timer? end;
        private int ended;

        /// <summary>The page has been read; the turn ends in a moment, sent or not.</summary>
        public void EndSoon() => end = new Timer(static turn => ((Turn)turn!).End(), this, ToSend, Timeout.InfiniteTimeSpan);

        public void Dispose()
        {
            end?.Dispose();
            End();
        }

        private void End()
        {
            if (Interlocked.Exchange(ref ended, 1) == 0)
                _ = turns.GiveBack(Stopwatch.GetElapsedTime(since));
        }
    }
}
