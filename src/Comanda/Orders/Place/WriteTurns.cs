using System.Collections.Concurrent;

namespace Comanda.Orders;

/// <summary>
/// How many orders this process writes at once: two for a register, since they take turns on its row anyway, and a few for
/// each processor in all. Waiting here instead of in the database costs nothing there: a crowd of waiting transactions
/// keeps old versions of the register's row from being cleared, and all of them read past those. The row's lock remains
/// what keeps numbers right. Measured in bench/RESULTS.md.
/// </summary>
public sealed class WriteTurns : IDisposable
{
    private const int ForOneRegister = 2;

    private readonly SemaphoreSlim all = new(Math.Max(6, 3 * Environment.ProcessorCount));
    private readonly ConcurrentDictionary<long, SemaphoreSlim> registers = [];

    /// <summary>Waits for a turn; disposing the answer gives it to the next.</summary>
    public async ValueTask<Turn> Take(long registerId, CancellationToken cancel)
    {
        // The register's first: whoever waits for a busy till must not keep the other tills out.
        var register = registers.GetOrAdd(registerId, _ => new SemaphoreSlim(ForOneRegister));
        await register.WaitAsync(cancel);
        try
        {
            await all.WaitAsync(cancel);
        }
        catch
        {
            register.Release();
            throw;
        }

        return new Turn(register, all);
    }

    public void Dispose()
    {
        all.Dispose();
        foreach (var register in registers.Values)
            register.Dispose();
    }

    /// <summary>A turn that is being used.</summary>
    public sealed class Turn(SemaphoreSlim register, SemaphoreSlim all) : IDisposable
    {
        public void Dispose()
        {
            all.Release();
            register.Release();
        }
    }
}
