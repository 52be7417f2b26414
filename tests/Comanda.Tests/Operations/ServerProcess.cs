using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Comanda.Tests.Operations;

/// <summary>The program as an operator starts it: a process of its own with a data folder of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process process;

    private ServerProcess(Process process, int port)
    {
        this.process = process;
        Port = port;
    }

    public int Port { get; }

    /// <summary>All that it said to standard output, once it has ended.</summary>
    public Task<string> Output { get; private init; } = Task.FromResult("");

    public Uri Address => new($"http://127.0.0.1:{Port}");

    /// <summary>Bytes of memory that the process has now, what it shares with others included.</summary>
    public long Memory()
    {
        process.Refresh();
        return process.WorkingSet64;
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Runs the program to its end; answers its exit code and what it said to standard error and output.</summary>
    public static async Task<(int Exit, string Error, string Output)> RunToEnd(
        IReadOnlyDictionary<string, string?> environment,
        params string[] arguments)
    {
        using var process = Start(environment, arguments);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, await error, await output);
    }

    public static Task<ServerProcess> Serve(string data, int port, string? database = null, params string[] more) =>
        Serve(data, port, database is null ? new Dictionary<string, string?>() : new() { ["COMANDA_DATABASE"] = database }, more);

    public static async Task<ServerProcess> Serve(
        string data,
        int port,
        IReadOnlyDictionary<string, string?> environment,
        params string[] more)
    {
        string[] at = environment.ContainsKey("PORT") ? [] : ["--port", port.ToString()];
        var process = Start(environment, ["serve", .. at, "--data", data, .. more]);
        _ = process.StandardError.ReadToEndAsync();
        var server = new ServerProcess(process, port) { Output = process.StandardOutput.ReadToEndAsync() };
        using var http = new HttpClient { BaseAddress = server.Address };
        for (var tries = 0; tries < 600; tries++)
        {
            process.HasExited.ShouldBeFalse("the server ended while starting");
            try
            {
                using var ready = await http.GetAsync("/ready");
                if (ready.IsSuccessStatusCode)
                    return server;
            }
            catch (Exception none) when (none is HttpRequestException or System.Net.Sockets.SocketException)
            {
                // not yet
            }

            await Task.Delay(100);
        }

        throw new TimeoutException("the server did not become ready");
    }

    /// <summary>kill -9: no goodbye, no flush.</summary>
    public async Task KillHard()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Ctrl-C; answers the exit code.</summary>
    public Task<int> Interrupt() => End("INT");

    private async Task<int> End(string signal)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{signal} {process.Id}"]); // the shell's own kill: a bare machine has no other
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        // Not as Ctrl-C: whoever runs in the background of a shell does not hear that.
        if (!process.HasExited)
            await End("TERM");
        process.Dispose();
    }

    private static Process Start(IReadOnlyDictionary<string, string?> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Comanda.dll"), .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        string[] ambient =
        [
            "COMANDA_DATABASE",
            "COMANDA_DATABASE_DIRECT",
            "DATABASE_URL",
            "DIRECT_URL",
            "POSTGRES_HOST",
            "PORT",
            "NODE_ENV",
        ];
        foreach (var variable in ambient)
            start.Environment.Remove(variable);
        foreach (var (key, value) in environment)
            start.Environment[key] = value;
        return Process.Start(start)!;
    }
}
