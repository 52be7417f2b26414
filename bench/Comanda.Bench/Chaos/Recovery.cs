namespace Comanda.Bench.Chaos;

/// <summary>
/// How long it takes until all sell again: of each seller, until an order is acknowledged that they sent after the fault. The last one
/// counts.
/// </summary>
internal sealed class Recovery(long since, int sellers)
{
    private readonly HashSet<int> missing = [.. Enumerable.Range(0, sellers)];
    private readonly TaskCompletionSource<TimeSpan> all = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TimeSpan> All => all.Task;

    public void Acknowledged(int seller, long sent)
    {
        if (sent < since)
            return;
        lock (missing)
        {
            if (missing.Remove(seller) && missing.Count == 0)
                all.TrySetResult(System.Diagnostics.Stopwatch.GetElapsedTime(since));
        }
    }

    public string Missing()
    {
        lock (missing)
            return string.Join(", ", missing.Order());
    }
}
