using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Comanda.Operations;

/// <summary>
/// What was asked and how it was answered, since the start. It counts for itself until somebody reads <c>/metrics</c> for the first time:
/// what keeps histograms costs megabytes, and most installations never ask for them. From then on the histogram counts, which is given
/// all that was counted before.
/// </summary>
public sealed class RequestTally
{
    /// <summary>Seconds, as OpenTelemetry's conventions bound them for HTTP.</summary>
    public static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    private readonly ConcurrentDictionary<Kind, Counts> before = [];

    private volatile Histogram<double>? histogram;

    /// <summary>Methods as they are spelled; what is none is counted as one, so that nobody makes up series.</summary>
    public static string MethodOf(string method) => method switch
    {
        "GET" or "POST" or "PUT" or "DELETE" or "HEAD" or "OPTIONS" or "PATCH" or "CONNECT" or "TRACE" => method,
        _ => "_OTHER",
    };

    /// <summary>One more request.</summary>
    /// <param name="method">As <see cref="MethodOf"/> spells it.</param>
    /// <param name="route">The route's pattern; empty where no route took it.</param>
    /// <param name="status">As it was answered; 499 where nobody waited for the answer.</param>
    /// <param name="took">From the first byte that was read to the last one that was written.</param>
    public void Count(string method, string route, int status, TimeSpan took)
    {
        var kind = new Kind(method, route, status);
        if (histogram is { } there)
            Record(there, kind, took.TotalSeconds);
        else
            before.GetOrAdd(kind, _ => new()).Add(took.TotalSeconds);
    }

    /// <summary>Counts by a histogram from now on, which first gets what was counted so far.</summary>
    public void ContinueIn(Histogram<double> next)
    {
        histogram = next;
        foreach (var kind in before.Keys)
        {
            if (!before.TryRemove(kind, out var counts))
                continue;
            foreach (var seconds in counts.All())
                Record(next, kind, seconds);
        }
    }

    private static void Record(Histogram<double> histogram, Kind kind, double seconds) => histogram.Record(
        seconds,
        new("http.request.method", kind.Method),
        new("http.route", kind.Route),
        new("http.response.status_code", kind.Status));

    private readonly record struct Kind(string Method, string Route, int Status);

    /// <summary>How many of one kind took how long: by bucket, with the sum of each.</summary>
    private sealed class Counts
    {
        private readonly long[] counts = new long[Bounds.Length + 1];
        private readonly double[] sums = new double[Bounds.Length + 1];

        public void Add(double seconds)
        {
            var bucket = Array.BinarySearch(Bounds, seconds);
            lock (counts)
            {
                counts[bucket < 0 ? ~bucket : bucket]++;
                sums[bucket < 0 ? ~bucket : bucket] += seconds;
            }
        }

        /// <summary>As many values as were counted, which fall into the same buckets and have the same sum.</summary>
        public IEnumerable<double> All()
        {
            for (var bucket = 0; bucket <= Bounds.Length; bucket++)
            {
                long count;
                double mean;
                lock (counts)
                    (count, mean) = (counts[bucket], counts[bucket] == 0 ? 0 : sums[bucket] / counts[bucket]);
                for (; count > 0; count--)
                    yield return mean;
            }
        }
    }
}
