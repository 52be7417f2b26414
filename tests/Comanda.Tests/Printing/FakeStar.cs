using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Comanda.Tests.Printing;

/// <summary>A paper as somebody sees it: in which form it came, and its bytes.</summary>
internal sealed record SeenPaper(string Type, byte[] Bytes, bool IsWhole)
{
    /// <summary>Of which job.</summary>
    public string? Token { get; init; }

    public string Text => Encoding.UTF8.GetString(Bytes);
}

/// <summary>
/// A CloudPRNT printer as Star's guide describes it: it polls, fetches when it is well and told of a job, prints, confirms. In a fault that
/// is not the data's it confirms nothing, polls with its status, and fetches again once mended.
/// </summary>
internal sealed class FakeStar(string url, bool hasToken = true)
{
    private readonly HttpClient http = new();
    private string? inHand;

    public string Url => url;

    /// <summary>Its own order of preference, whatever the server's is.</summary>
    public string[] Prefers { get; init; } = ["text/plain", "image/png"];

    public string Mac { get; set; } = "00:11:62:00:00:01";

    public bool SaysMac { get; set; } = true;

    /// <summary>What it says of itself: 200 OK, or a fault.</summary>
    public string Status { get; set; } = "200%20OK";

    /// <summary>The paper runs out half way through the next job.</summary>
    public bool RunsOut { get; set; }

    /// <summary>The power goes half way through the next job; it comes back and knows nothing of it.</summary>
    public bool Dies { get; set; }

    /// <summary>The next job is lost on its way here.</summary>
    public bool LosesFetch { get; set; }

    /// <summary>What it confirms with.</summary>
    public string Code { get; set; } = "OK";

    /// <summary>Its confirmations do not arrive.</summary>
    public bool LosesConfirmations { get; set; }

    /// <summary>How often it buzzed.</summary>
    public int Buzzes { get; private set; }

    public List<SeenPaper> Paper { get; } = [];

    public List<JsonElement> Answers { get; } = [];

    /// <summary>One poll, and all that follows of it.</summary>
    public async Task<JsonElement> Step()
    {
        var answer = await Poll(new { statusCode = Status, printerMAC = SaysMac ? Mac : null, clientAction = (object?)null });
        if (!answer.GetProperty("jobReady").GetBoolean() || !Status.StartsWith('2'))
            return answer;
        answer.TryGetProperty("clientAction", out _).ShouldBeFalse("an action beside a job");
        var offered = answer.GetProperty("mediaTypes").EnumerateArray().Select(t => t.GetString()!).ToList();
        var type = Prefers.First(offered.Contains);
        inHand = answer.GetProperty("jobToken").GetString();
        var (status, paper) = await Get(type);
        if (status != 200 || LosesFetch)
        {
            LosesFetch = false;
            await Confirm("520");
            return answer;
        }

        if (RunsOut || Dies)
        {
            Paper.Add(paper! with { IsWhole = false });
            if (RunsOut)
                Status = "410%20Out%20of%20paper";
            RunsOut = Dies = false;
            return answer;
        }

        Paper.Add(paper!);
        if (!LosesConfirmations)
            await Confirm(Code);
        return answer;
    }

    public async Task<JsonElement> Poll(object body)
    {
        var answer = await PollAnd(JsonSerializer.Serialize(body));
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        answer.Content.Headers.ContentLength.ShouldNotBeNull();
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        var json = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Answers.Add(json);
        return json;
    }

    public Task<HttpResponseMessage> PollAnd(string body) =>
        http.PostAsync(url, new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")));

    public async Task<(int Status, SeenPaper? Paper)> Get(string type, string? token = null)
    {
        var asked = hasToken ? $"&token={token ?? inHand}" : "";
        using var answer = await http.GetAsync($"{url}?uid=x&mac={Mac}&type={Uri.EscapeDataString(type)}{asked}");
        if ((int)answer.StatusCode != 200)
            return ((int)answer.StatusCode, null);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        Buzzes += answer.Headers.Contains("X-Star-Buzzerstartpattern") ? 1 : 0;
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        answer.Content.Headers.ContentLength.ShouldBe(bytes.Length);
        return (200, new(type, bytes, true) { Token = token ?? inHand });
    }

    public async Task<int> Confirm(string code, string? token = null)
    {
        var named = hasToken ? $"&token={token ?? inHand}" : "";
        using var answer = await http.DeleteAsync($"{url}?uid=x&mac={Mac}&code={Uri.EscapeDataString(code)}{named}");
        return (int)answer.StatusCode;
    }
}
