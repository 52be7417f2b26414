using System.Collections.Concurrent;
using Comanda.Events;

namespace Comanda.Operations;

/// <summary>
/// How many events of which kind this process has heard since its start. Every process hears those of all: of several, one is to be read
/// (in PromQL <c>max</c>, not <c>sum</c>).
/// </summary>
public sealed class HeardTally
{
    private readonly ConcurrentDictionary<string, long> heard = new(StringComparer.Ordinal);

    public HeardTally(EventFeed feed) => feed.OnEvent(e => heard.AddOrUpdate(e.Name, 1, (_, count) => count + 1));

    public IEnumerable<KeyValuePair<string, long>> All => heard;

    public long Of(string name) => heard.GetValueOrDefault(name);
}
