using System.Collections.Concurrent;

namespace Comanda.Events;

/// <summary>
/// One object in memory for each shop, loaded once however many ask at once. Forgetting drops it, and a load that began
/// before the forgetting is never kept, so nobody who asks after a change gets what was before it.
/// </summary>
public sealed class Remembered<T>(Func<long, Task<T?>> load)
    where T : class
{
    private readonly ConcurrentDictionary<long, Lazy<Task<T?>>> loaded = [];

    public async ValueTask<T?> Get(long shopId, CancellationToken cancel)
    {
        var entry = loaded.GetOrAdd(shopId, id => new Lazy<Task<T?>>(() => load(id)));
        var task = entry.Value;
        if (task.IsCompletedSuccessfully && await task is { } known)
            return known;
        try
        {
            var value = await task.WaitAsync(cancel);
            if (value is null)
                loaded.TryRemove(new(shopId, entry)); // asked for what is not there: nothing to remember
            return value;
        }
        catch when (task.IsFaulted)
        {
            loaded.TryRemove(new(shopId, entry));
            throw;
        }
    }

    public void Forget(long shopId) => loaded.TryRemove(shopId, out _);
}
