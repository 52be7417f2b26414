using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace Comanda.Data;

/// <summary>
/// Prepares the statements that repeat, by name, before they run: ours and those of EF, which this intercepts. The driver would prepare
/// them by itself while it runs them; but where such a run fails as its values are bound, the statement stays prepared without a
/// description of its rows, and whoever runs it next on that connection fails (ADR 25).
/// </summary>
public sealed class PrepareStatements : DbCommandInterceptor
{
    /// <summary>How often a statement runs before it is prepared.</summary>
    public const int Uses = 3;

    /// <summary>
    /// So many statements are prepared: the first that repeat. They stay on each connection that ran them until it ends, so their number
    /// bounds the database's memory. What runs all day is among them within minutes.
    /// </summary>
    public const int Most = 200;

    /// <summary>So many are counted, lest a program that writes texts without end fill the memory with them.</summary>
    private const int MostCounted = 2_000;

    private const int Prepared = -1;

    private readonly ConcurrentDictionary<string, int> uses = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private int prepared;

    /// <summary>The one of this process: statements are texts of the program, whatever connection runs them.</summary>
    public static PrepareStatements Here { get; } = new();

    /// <summary>
    /// None is prepared: behind a pooler that lends each transaction another session it would be missing in the next one
    /// (<see cref="DirectDatabase"/>).
    /// </summary>
    public bool IsOff { get; set; }

    /// <summary>
    /// Prepares a command on its open connection, if it repeats. Nobody's leaving interrupts that: it is short, and the run that follows
    /// hears of it.
    /// </summary>
    public Task Before(NpgsqlCommand command) =>
        !IsOff && Repeats(command.CommandText) ? command.PrepareAsync(CancellationToken.None) : Task.CompletedTask;

    /// <summary>Prepares a batch, whose statements all repeat.</summary>
    public Task Before(NpgsqlBatch batch) => IsOff ? Task.CompletedTask : batch.PrepareAsync(CancellationToken.None);

    /// <inheritdoc/>
    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default) => Before(command, result);

    /// <inheritdoc/>
    public override ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<object> result,
        CancellationToken cancellationToken = default) => Before(command, result);

    /// <inheritdoc/>
    public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<int> result,
        CancellationToken cancellationToken = default) => Before(command, result);

    private async ValueTask<InterceptionResult<T>> Before<T>(DbCommand command, InterceptionResult<T> result)
    {
        await Before((NpgsqlCommand)command);
        return result;
    }

    private bool Repeats(string statement)
    {
        if (uses.TryGetValue(statement, out var so) && so == Prepared)
            return true;
        if (Volatile.Read(ref prepared) == Most)
            return false;
        lock (gate)
        {
            so = uses.GetValueOrDefault(statement);
            if (so == Prepared)
                return true;
            if (prepared == Most || (so == 0 && uses.Count == MostCounted))
                return false;
            var repeats = so + 1 >= Uses;
            uses[statement] = repeats ? Prepared : so + 1;
            prepared += repeats ? 1 : 0;
            return repeats;
        }
    }
}
