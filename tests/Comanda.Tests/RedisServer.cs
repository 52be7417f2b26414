using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Comanda.Tests;

/// <summary>Debian's redis-server for the length of one test, which may be killed, and hang.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("comanda-redis-").FullName;
    private Process process = null!;

    private RedisServer(int port) => Port = port;

    public int Port { get; }

    public static async Task<RedisServer> Start()
    {
        var server = new RedisServer(Operations.ServerProcess.FreePort());
        await server.StartAgain();
        return server;
    }

    public async Task StartAgain()
    {
        process = Process.Start(new ProcessStartInfo(
            "redis-server",
            ["--port", Port.ToString(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        await Answers.Eventually(async () =>
        {
            try
            {
                return await Ask("PING") == "+PONG";
            }
            catch (SocketException)
            {
                return false;
            }
        });
    }

    /// <summary>A command, and the first line of what it answers.</summary>
    public async Task<string> Ask(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
        using var reader = new StreamReader(stream);
        return (await reader.ReadLineAsync())!;
    }

    /// <summary>It stops in the middle of whatever it does; connections stay.</summary>
    public Task Pause() => Signal("STOP");

    public Task GoOn() => Signal("CONT");

    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await Kill();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task Signal(string signal)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{signal} {process.Id}"]);
        await kill.WaitForExitAsync();
    }
}
