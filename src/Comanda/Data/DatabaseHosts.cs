using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Npgsql;

namespace Comanda.Data;

/// <summary>
/// A database of several hosts, of which one takes writes (Patroni, a streaming pair): <c>Host=db1,db2</c>. The driver remembers of each
/// host what it is; <see cref="FollowPrimary"/> has it look again when that is no longer so.
/// </summary>
internal static partial class DatabaseHosts
{
    /// <summary>What the driver gives a connection by itself, in seconds: who has a second host to ask does not wait so long.</summary>
    private const int UsualTimeout = 15, Timeout = 2;

    /// <summary>Seconds. A host that is down would be waited for again each time that this is over.</summary>
    private const int Remembered = 3_600;

    private const string Primary = "primary";

    private static readonly ConditionalWeakTable<NpgsqlDataSource, NpgsqlMultiHostDataSource> Several = [];

    public static void Complete(NpgsqlConnectionStringBuilder settings)
    {
        if (!AreSeveral(settings))
            return;
        settings.TargetSessionAttributes ??= Primary;
        if (settings.TargetSessionAttributes == Primary) // which FollowPrimary looks after
            settings.HostRecheckSeconds = Remembered;
        settings.LoadBalanceHosts = true; // of those who ask anew only some begin with the host that is down
        if (settings.Timeout == UsualTimeout)
            settings.Timeout = Timeout;
    }

    public static NpgsqlDataSource Build(NpgsqlConnectionStringBuilder settings)
    {
        var target = settings.TargetSessionAttributes;
        var several = AreSeveral(settings);
        if (several)
            settings.TargetSessionAttributes = null; // of a source of several hosts another source is made for it
        // Its name stands for the connection string in figures and traces.
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = "comanda" };
        builder.ConfigureTracing(traces => traces.ConfigureCommandSpanNameProvider(command => SqlName.Of(command.CommandText)));
        if (!several)
            return builder.Build();
        var hosts = builder.BuildMultiHost();
        var source = hosts.WithTargetSession(
            Enum.TryParse<TargetSessionAttributes>(target?.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var wanted)
                ? wanted
                : TargetSessionAttributes.Primary);
        Several.Add(source, hosts);
        return source;
    }

    /// <summary>The hosts behind a source; null where there is but one.</summary>
    public static NpgsqlMultiHostDataSource? Of(NpgsqlDataSource source) => Several.TryGetValue(source, out var hosts) ? hosts : null;

    /// <summary>An address with its first host alone, and all of its hosts; the text as it is and null where it has but one.</summary>
    public static (string Text, string? Hosts) Split(string text) =>
        Authority().Match(text) is { Success: true } found && found.Groups["hosts"].Value.Split(',') is { Length: > 1 } hosts
            ? (found.Groups["before"].Value + hosts[0] + found.Groups["after"].Value, found.Groups["hosts"].Value)
            : (text, null);

    private static bool AreSeveral(NpgsqlConnectionStringBuilder settings) => settings.Host!.Contains(',', StringComparison.Ordinal);

    [GeneratedRegex("^(?<before>postgres(ql)?://([^@/?]*@)?)(?<hosts>[^/?]*)(?<after>.*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Authority();
}

/// <summary>
/// Asks the database each second whether it is there. Where it is not, the driver forgets what it knows of the hosts: another may have
/// become the one that takes writes. Requests then find it; none of them has to wait for a host that is down, other than once.
/// </summary>
internal sealed class FollowPrimary(NpgsqlDataSource database, ILogger<FollowPrimary> log)
    : Rounds(log, "the database", TimeSpan.FromSeconds(1))
{
    /// <summary>Seconds.</summary>
    private const int Patience = 2;

    protected override async Task Round(CancellationToken cancel)
    {
        if (DatabaseHosts.Of(database) is not { } hosts)
        {
            await Task.Delay(Timeout.Infinite, cancel);
            return;
        }

        try
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            await using var question = new NpgsqlCommand("select 1", connection) { CommandTimeout = Patience };
            await question.ExecuteNonQueryAsync(cancel);
        }
        catch when (!cancel.IsCancellationRequested)
        {
            hosts.ClearDatabaseStates();
            throw;
        }
    }
}
