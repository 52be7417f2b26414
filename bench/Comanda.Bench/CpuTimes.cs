using Comanda.Data;
using Npgsql;

namespace Comanda.Bench;

/// <summary>
/// Processor time so far, in milliseconds: of the servers, of all of PostgreSQL, of this process, of children that have
/// ended (pgbench, wrk), and of the whole machine. Where they differ between two moments is who did the work.
/// </summary>
internal sealed record CpuTimes(double Servers, double Postgres, double Here, double EndedChildren, double Machine)
{
    /// <summary>Linux counts in hundredths of a second here, on every architecture that .NET runs on.</summary>
    private const double MillisecondsPerTick = 10;

    /// <summary>What others took: other programs on this machine, and the host of a virtual one.</summary>
    public double Others => Math.Max(0, Machine - Servers - Postgres - Here - EndedChildren);

    public static CpuTimes None { get; } = new(0, 0, 0, 0, 0);

    public static CpuTimes operator +(CpuTimes one, CpuTimes other) => new(
        one.Servers + other.Servers, one.Postgres + other.Postgres, one.Here + other.Here, one.EndedChildren + other.EndedChildren,
        one.Machine + other.Machine);

    public static CpuTimes operator -(CpuTimes later, CpuTimes earlier) => new(
        later.Servers - earlier.Servers,
        later.Postgres - earlier.Postgres,
        later.Here - earlier.Here,
        later.EndedChildren - earlier.EndedChildren,
        later.Machine - earlier.Machine);

    public static CpuTimes Now(int postmaster, params int[] servers)
    {
        var here = Read(Environment.ProcessId)!;
        return new(servers.Sum(s => Read(s)?.Own ?? 0), OfPostgres(postmaster), here.Own, here.Ended, OfMachine());
    }

    public static async Task<int> FindPostmaster(NpgsqlDataSource database, CancellationToken cancel) =>
        int.Parse(((string)(await database.Scalar("select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)", cancel))!));

    /// <summary>The postmaster, its backends that run, and those that have ended.</summary>
    private static double OfPostgres(int postmaster)
    {
        var parent = Read(postmaster);
        var children = Directory.EnumerateDirectories("/proc")
            .Select(d => int.TryParse(Path.GetFileName(d), out var pid) ? Read(pid) : null)
            .Where(p => p?.Parent == postmaster);
        return (parent?.Own ?? 0) + (parent?.Ended ?? 0) + children.Sum(p => p!.Own);
    }

    /// <summary>All but idle, waiting for a disk, and guests (which are counted as user already).</summary>
    private static double OfMachine()
    {
        var fields = File.ReadLines("/proc/stat")
            .First()
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1)
            .Take(8)
            .Select(long.Parse)
            .ToArray();
        return (fields.Sum() - fields[3] - fields[4]) * MillisecondsPerTick;
    }

    private static ProcessTimes? Read(int pid)
    {
        try
        {
            // The name, in parentheses, may hold spaces: fields count from behind it.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return new(int.Parse(fields[1]), Ticks(11) + Ticks(12), Ticks(13) + Ticks(14));

            double Ticks(int field) => long.Parse(fields[field]) * MillisecondsPerTick;
        }
        catch (IOException)
        {
            return null; // it has ended
        }
    }

    private sealed record ProcessTimes(int Parent, double Own, double Ended);
}
