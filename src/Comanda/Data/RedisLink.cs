using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using StackExchange.Redis;

namespace Comanda.Data;

/// <summary>
/// A Redis beside the database, where there is one (<c>COMANDA_REDIS</c>): it wakes the other processes sooner, remembers who has to wait
/// and what was made for others. Whatever is asked of it may not be known: the database says it then. So nothing is lost or wrong where it
/// dies, is empty, or answers to some and not to others; and nobody waits for it longer than a moment.
/// </summary>
public sealed class RedisLink : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100), Rest = TimeSpan.FromSeconds(1);

    private readonly string setting;
    private readonly ILogger<RedisLink> log;
    private readonly CancellationTokenSource over = new();
    private readonly Outage outage;
    private ConnectionMultiplexer? redis;
    private string prefix = "comanda:";
    private long restUntil;
    private Task opening = Task.CompletedTask;

    private RedisLink(string setting, ILogger<RedisLink> log)
    {
        (this.setting, this.log) = (setting, log);
        outage = new(log, "Redis");
    }

    /// <summary>There is none.</summary>
    public static RedisLink None { get; } = new("", Microsoft.Extensions.Logging.Abstractions.NullLogger<RedisLink>.Instance);

    /// <summary>Whether there is one to ask.</summary>
    public bool IsThere => redis is { IsConnected: true } && Stopwatch.GetTimestamp() >= Volatile.Read(ref restUntil);

    /// <summary>Checks what the operator says; null where there is no Redis.</summary>
    /// <exception cref="StartupException">It is no address of one.</exception>
    public static string? FromEnvironment(Func<string, string?> variable)
    {
        var setting = variable("COMANDA_REDIS") is { Length: > 0 } ours ? ours : variable("REDIS_URL");
        if (string.IsNullOrEmpty(setting))
            return null;
        try
        {
            _ = Options(setting);
            return setting;
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or UriFormatException)
        {
            throw new StartupException("COMANDA_REDIS must be host:port or redis://[:password@]host:port[/number]: " + wrong.Message);
        }
    }

    /// <summary>Begins to connect; whoever asks meanwhile goes without. With no setting there is none, ever.</summary>
    public static RedisLink Open(string? setting, NpgsqlDataSource database, ILogger<RedisLink> log)
    {
        if (setting is null)
            return None;
        var link = new RedisLink(setting, log);
        link.opening = Task.Run(() => link.Connect(database));
        return link;
    }

    /// <summary>Tells whoever listens; nobody may.</summary>
    public void Publish(string channel, string message)
    {
        if (!IsThere)
            return;
        try
        {
            redis!.GetSubscriber().Publish(Channel(channel), message, CommandFlags.FireAndForget);
        }
        catch (Exception failure) when (failure is RedisException or ObjectDisposedException)
        {
            Failed(failure);
        }
    }

    /// <summary>Hears what is told from now on, and of each time when something may have been missed (null).</summary>
    public void Listen(string channel, Action<string?> heard) => _ = Task.Run(async () =>
    {
        await opening;
        while (redis is { } link && !over.IsCancellationRequested)
        {
            try
            {
                link.ConnectionRestored += (_, _) => heard(null);
                await link.GetSubscriber().SubscribeAsync(Channel(channel), (_, message) => heard(message));
                heard(null);
                return;
            }
            catch (Exception failure) when (failure is RedisException or ObjectDisposedException or TimeoutException)
            {
                Failed(failure);
                await Task.WhenAny(Task.Delay(Rest, over.Token));
            }
        }
    });

    /// <summary>What is kept under a name; null where nothing is, or nobody knows.</summary>
    public async Task<byte[]?> Get(string name)
    {
        if (!IsThere)
            return null;
        try
        {
            var found = await redis!.GetDatabase().StringGetAsync(prefix + name).WaitAsync(Patience);
            outage.Works();
            return found;
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or ObjectDisposedException)
        {
            Failed(failure);
            return null;
        }
    }

    /// <summary>Keeps something for a while, or does not.</summary>
    public void Put(string name, byte[] value, TimeSpan time)
    {
        if (!IsThere || time <= TimeSpan.Zero)
            return;
        try
        {
            redis!.GetDatabase().StringSet(prefix + name, value, time, flags: CommandFlags.FireAndForget);
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or ObjectDisposedException)
        {
            Failed(failure);
        }
    }

    /// <summary>A name that shows nothing of what it is made of.</summary>
    public static string NameOf(string kind, string text) =>
        $"{kind}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16))}";

    public async ValueTask DisposeAsync()
    {
        if (setting.Length == 0)
            return; // everybody's
        await over.CancelAsync();
        await Task.WhenAny(opening);
        if (redis is { } link)
            await link.DisposeAsync();
        over.Dispose();
    }

    private async Task Connect(NpgsqlDataSource database)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                // Several installations may share one Redis: each has its own names.
                var own = await database.Scalar("select md5(min(ran_at)::text || current_database()) from migrations", over.Token);
                prefix = $"comanda:{(string)own!}:";
                redis = await ConnectionMultiplexer.ConnectAsync(Options(setting));
                return;
            }
            catch (Exception failure) when (failure is RedisException or NpgsqlException or TimeoutException)
            {
                Failed(failure);
                await Task.WhenAny(Task.Delay(Rest, over.Token));
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>For a moment nobody asks again: each would wait as long.</summary>
    private void Failed(Exception failure)
    {
        Volatile.Write(ref restUntil, Stopwatch.GetTimestamp() + (long)(Rest.TotalSeconds * Stopwatch.Frequency));
        outage.Failed(failure);
    }

    private RedisChannel Channel(string name) => RedisChannel.Literal(prefix + name);

    private static ConfigurationOptions Options(string setting)
    {
        var options = setting.Contains("://", StringComparison.Ordinal) ? OfUrl(new Uri(setting)) : ConfigurationOptions.Parse(setting);
        if (options.EndPoints.Count == 0)
            throw new FormatException("it names no host");
        options.AbortOnConnectFail = false; // it comes back by itself
        options.BacklogPolicy = BacklogPolicy.FailFast; // nobody waits for it to come back
        options.ConnectTimeout = 2_000;
        options.AsyncTimeout = options.SyncTimeout = 500;
        options.KeepAlive = 5;
        options.ClientName = "comanda";
        return options;
    }

    private static ConfigurationOptions OfUrl(Uri url)
    {
        if (url.Scheme is not ("redis" or "rediss"))
            throw new FormatException("it begins with redis:// or rediss://");
        var options = new ConfigurationOptions { Ssl = url.Scheme == "rediss" };
        options.EndPoints.Add(url.Host, url.Port > 0 ? url.Port : 6379);
        if (url.UserInfo.Split(':', 2) is [var user, var password])
        {
            options.User = user.Length > 0 ? Uri.UnescapeDataString(user) : null;
            options.Password = Uri.UnescapeDataString(password);
        }

        if (url.AbsolutePath.Trim('/') is { Length: > 0 } number)
            options.DefaultDatabase = int.Parse(number, System.Globalization.CultureInfo.InvariantCulture);
        return options;
    }
}
