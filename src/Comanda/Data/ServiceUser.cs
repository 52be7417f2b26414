using System.Diagnostics;
using System.Text;

namespace Comanda.Data;

/// <summary>Started as root, we run PostgreSQL's programs as the ordinary user "postgres": as root they do not run.</summary>
internal static class ServiceUser
{
    public const string Name = "postgres";

    /// <summary>Runs a program as that user, or as whoever runs us where that is not root; answers what it said.</summary>
    public static Task<(int Exit, string Output)> Run(string program, string[] arguments, CancellationToken cancel) =>
        Environment.IsPrivilegedProcess
            ? RunAsIs("setpriv", ["--reuid", Name, "--regid", Name, "--clear-groups", "--", program, .. arguments], cancel)
            : RunAsIs(program, arguments, cancel);

    /// <summary>Runs a program as whoever runs us.</summary>
    public static async Task<(int Exit, string Output)> RunAsIs(string program, string[] arguments, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = "/",
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        using var process = Process.Start(start) ?? throw new StartupException("could not start " + program);
        process.StandardInput.Close();
        // pg_ctl start leaves a server behind that holds these pipes open, so wait for the exit, not for their end.
        var output = new StringBuilder();
        process.OutputDataReceived += (_, e) => Append(e.Data);
        process.ErrorDataReceived += (_, e) => Append(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        while (!process.WaitForExit(0))
            await Task.Delay(10, cancel);
        lock (output)
            return (process.ExitCode, output.ToString());

        void Append(string? line)
        {
            lock (output)
            {
                if (line is not null)
                    output.AppendLine(line);
            }
        }
    }
}
