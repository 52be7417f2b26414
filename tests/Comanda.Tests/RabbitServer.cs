using System.Diagnostics;
using System.Net.Sockets;
using Comanda.Tests.Operations;

namespace Comanda.Tests;

/// <summary>
/// Debian's rabbitmq-server for the length of one test: a node of its own name, with its own ports, folder and cookie, which may be killed
/// and started again with what it has on disk.
/// </summary>
internal sealed class RabbitServer : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("comanda-rabbit-").FullName;
    private readonly int nodes = ServerProcess.FreePort();
    private readonly int names = ServerProcess.FreePort();
    private Process process = null!;

    private RabbitServer(int port) => Port = port;

    public int Port { get; }

    public static async Task<RabbitServer> Start()
    {
        var server = new RabbitServer(ServerProcess.FreePort());
        await server.StartAgain();
        return server;
    }

    public async Task StartAgain()
    {
        // Of the distribution's script only what Erlang needs: the one in /usr/sbin serves root and its own user alone.
        var script = Directory.GetDirectories("/usr/lib/rabbitmq/lib", "rabbitmq_server-*").Select(d => d + "/sbin/rabbitmq-server").Last();
        var start = new ProcessStartInfo(script)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["HOME"] = folder,
            ["RABBITMQ_NODENAME"] = $"comanda{Port}@localhost",
            ["RABBITMQ_NODE_PORT"] = Port.ToString(),
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_DIST_PORT"] = nodes.ToString(),
            ["ERL_EPMD_PORT"] = names.ToString(),
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_MNESIA_BASE"] = folder + "/mnesia",
            ["RABBITMQ_LOG_BASE"] = folder + "/log",
            ["RABBITMQ_LOGS"] = folder + "/log/broker.log",
            ["RABBITMQ_PID_FILE"] = folder + "/pid",
            ["RABBITMQ_CONF_ENV_FILE"] = "/dev/null",
            ["RABBITMQ_CONFIG_FILE"] = folder + "/none",
            ["RABBITMQ_ADVANCED_CONFIG_FILE"] = folder + "/none",
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = folder + "/plugins",
            ["RABBITMQ_ALLOW_INPUT"] = "true", // then the script becomes the broker: the process is the one to kill
        })
            start.Environment[name] = value;
        process = Process.Start(start)!;
        _ = process.StandardOutput.ReadToEndAsync();
        _ = process.StandardError.ReadToEndAsync();
        await Answers.Eventually(IsThere, seconds: 120);
    }

    /// <summary>It stops in the middle of whatever it does; connections stay.</summary>
    public Task Pause() => Signal("STOP");

    public Task GoOn() => Signal("CONT");

    /// <summary>As a power cut ends it.</summary>
    public async Task Kill()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await Kill();
        // Erlang leaves the register of its nodes behind; it goes once it has seen that its node has gone.
        await Answers.Eventually(async () =>
        {
            var start = new ProcessStartInfo("epmd", ["-port", names.ToString(), "-kill"])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var end = Process.Start(start)!;
            _ = end.StandardOutput.ReadToEndAsync();
            await end.WaitForExitAsync();
            return end.ExitCode == 0;
        });
        Directory.Delete(folder, recursive: true);
    }

    private async Task Signal(string signal)
    {
        using var kill = Process.Start("sh", ["-c", $"kill -{signal} {process.Id}"]);
        await kill.WaitForExitAsync();
    }

    private async Task<bool> IsThere()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
