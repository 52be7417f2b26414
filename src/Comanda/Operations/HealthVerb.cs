using System.CommandLine;
using System.Globalization;

namespace Comanda.Operations;

/// <summary>comanda health: asks the server of this machine whether it can serve; for containers, in which there is no curl.</summary>
public static class HealthVerb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    public static Command Make(Func<int> port)
    {
        var at = new Option<int>("--port") { Description = "Port to ask at (COMANDA_PORT)", DefaultValueFactory = _ => port() };
        var verb = new Command("health", "Asks the running server whether it can serve. Exit code 1 where it cannot.") { at };
        verb.SetAction((parsed, cancel) => Run(parsed.GetValue(at), cancel));
        return verb;
    }

    private static async Task<int> Run(int port, CancellationToken cancel)
    {
        using var http = new HttpClient { Timeout = Patience };
        try
        {
            var url = string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}/ready");
            using var answer = await http.GetAsync(new Uri(url), cancel);
            Console.WriteLine(await answer.Content.ReadAsStringAsync(cancel));
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException or UriFormatException)
        {
            await Console.Error.WriteLineAsync("comanda: " + failure.Message);
            return 1;
        }
    }
}
