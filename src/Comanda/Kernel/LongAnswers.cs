namespace Comanda.Kernel;

/// <summary>How many long answers strangers may be sent at once.</summary>
/// <param name="PerAddress">At one address.</param>
/// <param name="InAll">At all of them together.</param>
/// <param name="MostOutdated">Bytes of outdated bodies that are kept for those who are in the middle of them.</param>
public sealed record LongAnswerLimits(int PerAddress = 32, int InAll = 1000, long MostOutdated = 128 * 1024 * 1024);

/// <summary>Tells whether a request comes from an enrolled device; Shops answers.</summary>
public interface IEnrolledDevices
{
    Task<bool> SentThis(HttpContext http, CancellationToken cancel);
}

/// <summary>
/// Bounds what strangers and guests hold of the server by asking for long answers and not reading them: so many at once at
/// an address, and in all. A cafe's tills share its guests' address, so staff and enrolled devices are never counted.
/// </summary>
public sealed class LongAnswers(LongAnswerLimits limits, IEnrolledDevices devices)
{
    /// <summary>Bytes from which an answer is long: less fits into the connection's buffer and is out of our hands at once.</summary>
    public const int Least = 128 * 1024;

    private static readonly TimeSpan ComeBackIn = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly Dictionary<string, int> byAddress = new(StringComparer.Ordinal);
    private readonly LinkedList<SharedBody> outdated = [];
    private long outdatedBytes;
    private int all;

    /// <summary>Long answers that strangers are being sent now.</summary>
    public int UnderWay => Volatile.Read(ref all);

    /// <summary>Begins an answer of about so many bytes; it ends with the response. Answers the refusal where there are too many.</summary>
    public async ValueTask<Refusal?> Begin(HttpContext http, Here here, long length, CancellationToken cancel)
    {
        if (length <= Least || here.Visitor is { IsCustomer: false })
            return null;
        if (TryTake(here.Address))
        {
            http.Response.RegisterForDispose(new Held(() => GiveBack(here.Address)));
            return null;
        }

        if (await devices.SentThis(http, cancel))
            return null;
        http.Response.Headers.ETag = default; // of what is not answered
        return Refusal.TooMany("Too many long answers are on their way to this address; wait a moment, or ask for less.", ComeBackIn);
    }

    /// <summary>The same of a request that knows no more than itself.</summary>
    public static ValueTask<Refusal?> Begin(HttpContext http, long length)
    {
        var services = http.RequestServices;
        return services.GetRequiredService<LongAnswers>().Begin(http, services.GetRequiredService<Here>(), length, http.RequestAborted);
    }

    /// <summary>Notes that somebody is sent the body; ends when disposed.</summary>
    internal IDisposable Read(SharedBody body)
    {
        lock (gate)
        {
            if (body.Readers++ == 0 && body.IsOutdated)
                Keep(body);
        }

        return new Held(() => EndReading(body));
    }

    /// <summary>
    /// A newer one has taken the body's place: the memory it takes is held by its readers alone. Where such bodies come to
    /// more than a bound, the readers of the oldest are cut off; who comes again gets what is true now.
    /// </summary>
    public void Outdate(SharedBody body)
    {
        lock (gate)
        {
            if (body.IsOutdated)
                return;
            body.IsOutdated = true;
            if (body.Readers > 0)
                Keep(body);
        }

        foreach (var accent in body.Accents)
            Outdate(accent);
    }

    private void Keep(SharedBody body)
    {
        outdated.AddLast(body);
        outdatedBytes += body.Held = body.Bytes;
        while (outdatedBytes > limits.MostOutdated && outdated.Count > 1)
        {
            var oldest = outdated.First!.Value;
            Drop(oldest);
            oldest.CutReaders();
        }
    }

    private void EndReading(SharedBody body)
    {
        lock (gate)
        {
            if (--body.Readers == 0 && body.IsOutdated)
                Drop(body);
        }
    }

    private void Drop(SharedBody body)
    {
        if (outdated.Remove(body))
            outdatedBytes -= body.Held;
    }

    private bool TryTake(string address)
    {
        lock (gate)
        {
            var here = byAddress.GetValueOrDefault(address);
            if (here >= limits.PerAddress || all >= limits.InAll)
                return false;
            byAddress[address] = here + 1;
            all++;
            return true;
        }
    }

    private void GiveBack(string address)
    {
        lock (gate)
        {
            all--;
            if (--byAddress[address] == 0)
                byAddress.Remove(address);
        }
    }

    private sealed class Held(Action end) : IDisposable
    {
        private Action? end = end;

        public void Dispose() => Interlocked.Exchange(ref end, null)?.Invoke();
    }
}
