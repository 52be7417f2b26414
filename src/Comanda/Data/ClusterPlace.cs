using System.Security.Cryptography;
using System.Text;

namespace Comanda.Data;

/// <summary>Where the files and the socket of the private cluster lie.</summary>
internal static class ClusterPlace
{
    /// <summary>
    /// Where the cluster lies: data/postgres, unless the service user cannot get there (a clone below /root, say). Then it
    /// lies below /var/lib/comanda and data/postgres is a link to it.
    /// </summary>
    public static async Task<string> Of(string home, Action<string> say, CancellationToken cancel)
    {
        var place = Path.Combine(home, "postgres");
        if (new DirectoryInfo(place).LinkTarget is { } target)
            return target;
        if (!Environment.IsPrivilegedProcess)
        {
            Directory.CreateDirectory(place, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return place;
        }

        var known = await ServiceUser.RunAsIs("id", ["-u", ServiceUser.Name], cancel);
        if (known.Exit != 0)
            throw new StartupException($"started as root, the private PostgreSQL runs as the user '{ServiceUser.Name}', and there is no "
                + "such user: apt-get install postgresql");
        if (await Reaches(place, cancel))
            return place;
        Directory.Delete(place);
        var elsewhere = Path.Combine("/var/lib/comanda", ShortHash(home));
        if (!await Reaches(elsewhere, cancel))
            throw new StartupException(
                $"the user '{ServiceUser.Name}' can reach neither {place} nor {elsewhere}; give --data a folder that it can");
        Directory.CreateSymbolicLink(place, elsewhere);
        say($"the user '{ServiceUser.Name}' cannot reach {home}; the cluster lies in {elsewhere}");
        return elsewhere;
    }

    /// <summary>
    /// The cluster's own folder, which only the service user and root can enter, unless the path is too long for a socket
    /// (107 characters). Then a folder of ours directly below /run or /tmp, where nobody else can put another in its place.
    /// </summary>
    public static string SocketsOf(string folder)
    {
        if (Path.Combine(folder, ".s.PGSQL.5432.lock").Length <= 100)
            return folder;
        var root = Environment.IsPrivilegedProcess;
        var sockets = Path.Combine(root && Directory.Exists("/run") ? "/run" : "/tmp", "comanda-" + ShortHash(folder));
        Directory.CreateDirectory(sockets);
        // Fails where somebody else made the folder first; then the socket would not be ours either.
        File.SetUnixFileMode(sockets, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (root)
            ServiceUser.RunAsIs("chown", [ServiceUser.Name, sockets], CancellationToken.None).GetAwaiter().GetResult();
        return sockets;
    }

    private static async Task<bool> Reaches(string folder, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        await ServiceUser.RunAsIs("chown", [ServiceUser.Name, folder], cancel);
        await ServiceUser.RunAsIs("chmod", ["0700", folder], cancel);
        return (await ServiceUser.Run("sh", ["-c", "cd \"$1\" && test -w .", "sh", folder], cancel)).Exit == 0;
    }

    private static string ShortHash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..12];
}
