using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Comanda.Client;

namespace Comanda.Bench;

/// <summary>A server as a child process, from its start to its orderly end.</summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    private readonly Process process;
    private readonly Action<string>? heard;
    private bool disposed;
    private readonly StringBuilder output = new();
    private readonly List<HttpClient> clients = [];

    private ServerUnderTest(Process process, int port, Action<string>? heard)
    {
        this.process = process;
        this.heard = heard;
        Address = new($"http://127.0.0.1:{port}");
    }

    public Uri Address { get; }

    public int ProcessId => process.Id;

    public bool HasExited => process.HasExited;

    /// <summary>Resident memory now, in megabytes; 0 where it has ended.</summary>
    public double ResidentMegabytes => Resident(process.Id);

    /// <summary>From the start of the process to the first 200 of GET /health.</summary>
    public TimeSpan StartedIn { get; private set; }

    /// <summary>Runs <c>dotnet DLL … --port FREE</c> and waits until it answers /health.</summary>
    /// <param name="dll">The Comanda.dll.</param>
    /// <param name="arguments">Of its command line, without the port.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="environment">Variables that it gets besides.</param>
    /// <param name="heard">Gets each line that it writes.</param>
    /// <param name="at">The port; a free one where none is said.</param>
    public static async Task<ServerUnderTest> Start(
        string dll,
        string[] arguments,
        CancellationToken cancel,
        IReadOnlyDictionary<string, string>? environment = null,
        Action<string>? heard = null,
        int? at = null)
    {
        var port = at ?? FreePort();
        var start = new ProcessStartInfo("dotnet", [dll, .. arguments, "--port", port.ToString()])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What the shell has set for a server of its own must not lead this one to another database.
        start.Environment.Remove("COMANDA_DATA");
        start.Environment.Remove("COMANDA_DATABASE");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
            start.Environment[name] = value;
        var since = Stopwatch.GetTimestamp();
        var server = new ServerUnderTest(Process.Start(start)!, port, heard);
        try
        {
            server.Listen();
            await server.Answers("/health", TimeSpan.FromMilliseconds(4), cancel);
            server.StartedIn = Stopwatch.GetElapsedTime(since);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A client with a connection of its own, as a till has; it sends its device token with every request.</summary>
    public ComandaClient NewClient(string? accessToken = null, string? deviceToken = null)
    {
        var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = Address };
        if (deviceToken is not null)
            http.DefaultRequestHeaders.Add("X-Device-Token", deviceToken);
        lock (clients)
            clients.Add(http);
        return new(http) { AccessToken = accessToken };
    }

    /// <summary>Waits for the first 200 at a path.</summary>
    public async Task Answers(string path, TimeSpan interval, CancellationToken cancel)
    {
        using var http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(5) };
        for (var patience = Stopwatch.StartNew(); patience.Elapsed < TimeSpan.FromSeconds(60);)
        {
            try
            {
                using var response = await http.GetAsync(path, cancel);
                if (response.StatusCode == HttpStatusCode.OK)
                    return;
            }
            catch (Exception none)
                when (none is HttpRequestException or SocketException or OperationCanceledException && !cancel.IsCancellationRequested)
            {
                // not listening yet, or too busy with its start to answer
            }

            if (process.HasExited)
                break;
            await Task.Delay(interval, cancel);
        }

        lock (output)
            throw new BenchException($"the server did not answer {path}; its words: {output}");
    }

    /// <summary>As a power cut ends it: kill -9, this process alone.</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (disposed)
            return;
        disposed = true;
        foreach (var http in clients)
            http.Dispose();
        if (!process.HasExited)
        {
            using var signal = Process.Start("kill", ["-TERM", process.Id.ToString()]);
            await signal.WaitForExitAsync();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }

        process.Dispose();
    }

    /// <summary>Takes the child's output as it comes: a full pipe would stop it.</summary>
    private void Listen()
    {
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();

        void Keep(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is not null)
                heard?.Invoke(line.Data);
            lock (output)
            {
                if (line.Data is not null && output.Length < 10_000)
                    output.AppendLine(line.Data);
            }
        }
    }

    private static double Resident(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024.0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
