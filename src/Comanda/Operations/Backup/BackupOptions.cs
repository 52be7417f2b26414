using System.Globalization;
using System.Runtime.CompilerServices;
using Comanda.Data;
using Cronos;

namespace Comanda.Operations;

/// <summary>How backups are kept, and when the server makes them itself.</summary>
public sealed record BackupOptions
{
    /// <summary>The key that they are encrypted with (COMANDA_BACKUP_KEY); null leaves them open.</summary>
    public byte[]? Key { get; init; }

    /// <summary>How many days have a backup each (COMANDA_BACKUP_KEEP_DAYS), the newest of the day.</summary>
    public int KeepDays { get; init; } = 7;

    /// <summary>How many weeks besides (COMANDA_BACKUP_KEEP_WEEKS), the newest of the week.</summary>
    public int KeepWeeks { get; init; } = 8;

    /// <summary>Where the server puts them (COMANDA_BACKUP_TO); null makes none by itself.</summary>
    public string? To { get; init; }

    /// <summary>When (COMANDA_BACKUP_AT), as cron says it: minute, hour, day, month, weekday.</summary>
    public string At { get; init; } = "30 3 * * *";

    /// <summary>By which clock (COMANDA_BACKUP_ZONE).</summary>
    public string Zone { get; init; } = "UTC";

    /// <summary>Whether each is restored into a scratch cluster afterwards, and what it holds compared (COMANDA_BACKUP_CHECK).</summary>
    public bool Check { get; init; } = true;

    /// <summary>From COMANDA_BACKUP_… variables.</summary>
    /// <exception cref="StartupException">A variable is not what it must be; the message names it and what it takes.</exception>
    public static BackupOptions FromEnvironment(Func<string, string?> variable)
    {
        var (at, zone) = (Text("COMANDA_BACKUP_AT", "30 3 * * *"), Text("COMANDA_BACKUP_ZONE", "UTC"));
        if (variable("COMANDA_BACKUP_AT") is { Length: > 0 })
            CheckTime(at);
        if (zone != "UTC" && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            throw new StartupException("COMANDA_BACKUP_ZONE must be an IANA time zone such as Europe/Lisbon");
        return new()
        {
            Key = variable("COMANDA_BACKUP_KEY") is { Length: > 0 } ? KeyOf(variable) : null,
            KeepDays = Number("COMANDA_BACKUP_KEEP_DAYS", 7),
            KeepWeeks = Number("COMANDA_BACKUP_KEEP_WEEKS", 8),
            To = variable("COMANDA_BACKUP_TO") is { Length: > 0 } folder ? Path.GetFullPath(folder) : null,
            At = at,
            Zone = zone,
            Check = variable("COMANDA_BACKUP_CHECK") switch
            {
                null or "" or "on" => true,
                "off" => false,
                _ => throw new StartupException("COMANDA_BACKUP_CHECK must be on or off"),
            },
        };

        string Text(string name, string otherwise) => variable(name) is { Length: > 0 } text ? text : otherwise;

        int Number(string name, int otherwise) => variable(name) is not { Length: > 0 } text ? otherwise
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 10_000 ? number
            : throw new StartupException($"{name} must be a whole number from 0 to 10000");
    }

    /// <summary>Apart, so that who has none loads nothing for it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void CheckTime(string at)
    {
        if (!CronExpression.TryParse(at, out _))
            throw new StartupException("COMANDA_BACKUP_AT must be a time as cron says it (minute, hour, day, month, weekday): 30 3 * * *");
    }

    private static byte[] KeyOf(Func<string, string?> variable)
    {
        var key = new byte[35];
        return Convert.TryFromBase64String(variable("COMANDA_BACKUP_KEY")!.Trim(), key, out var length) && length == 32
            ? key[..32]
            : throw new StartupException("COMANDA_BACKUP_KEY must be 32 random bytes as base64: openssl rand -base64 32");
    }
}
