using System.Net;
using System.Text;
using System.Xml.Linq;

namespace Comanda.Tests.Printing;

/// <summary>
/// A printer by Server Direct Print as Epson's manual describes it: it asks, takes an envelope that it knows and drops any other without a
/// word, prints, and says how it went.
/// </summary>
internal sealed class FakeEpson(string url, string version = "2.00", bool encodes = true)
{
    private static readonly XNamespace Epos = "http://www.epson-pos.com/schemas/2011/03/epos-print";

    private readonly HttpClient http = new();

    public string Url => url;

    /// <summary>What it says instead of printing; null where it is well.</summary>
    public string? Fault { get; set; }

    /// <summary>It prints after all, though it says that it did not.</summary>
    public bool PrintsAllTheSame { get; set; }

    /// <summary>What it has to say does not arrive.</summary>
    public bool LosesResults { get; set; }

    /// <summary>The power goes while it prints the next job; it comes back and knows nothing of it.</summary>
    public bool Dies { get; set; }

    /// <summary>What it is handed next is lost on its way here.</summary>
    public bool LosesAnswer { get; set; }

    public List<string> Paper { get; } = [];

    /// <summary>The ids of the papers, in their order.</summary>
    public List<string?> PaperIds { get; } = [];

    /// <summary>The ids of what it was handed.</summary>
    public List<string?> Handed { get; } = [];

    /// <summary>Results that could not be delivered: it tries again before it asks for more.</summary>
    public Queue<string> Unsaid { get; } = [];

    /// <summary>One request, and all that follows of it. True where it was handed something.</summary>
    public async Task<bool> Step()
    {
        while (Unsaid.TryPeek(out var unsaid))
        {
            (await SayRaw(unsaid)).ShouldBe(HttpStatusCode.OK);
            Unsaid.Dequeue();
        }

        using var answer = await Post("ConnectionType=GetRequest&ID=pass&Name=TM-m30III");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/xml; charset=utf-8");
        var body = await answer.Content.ReadAsByteArrayAsync();
        answer.Content.Headers.ContentLength.ShouldBe(body.Length);
        if (body.Length == 0 || LosesAnswer)
        {
            LosesAnswer = LosesAnswer && body.Length == 0;
            return false;
        }

        var envelope = XDocument.Parse(Encoding.UTF8.GetString(body)).Root!;
        if (envelope.Name.LocalName != "PrintRequestInfo")
            return false; // dropped without a word
        var job = envelope.Elements("ePOSPrint").Single();
        job.Element("Parameter")!.Element("devid")!.Value.ShouldBe("local_printer");
        int.Parse(job.Element("Parameter")!.Element("timeout")!.Value).ShouldBe(60_000);
        var id = job.Element("Parameter")!.Element("printjobid")?.Value;
        envelope.Attribute("Version")!.Value.ShouldBe(id is null ? "1.00" : "2.00");
        Handed.Add(id);
        if (Dies)
        {
            Dies = false;
            return true;
        }

        if (Fault is null || PrintsAllTheSame)
        {
            Paper.Add(TextOf(job.Element("PrintData")!.Element(Epos + "epos-print")!));
            PaperIds.Add(id);
        }

        if (!LosesResults)
            await SayOrKeep(Result(id, Fault is null, Fault ?? "", Fault == "EPTR_REC_EMPTY" ? 252379212 : 251658262));
        return true;
    }

    private async Task SayOrKeep(string result)
    {
        try
        {
            if (await SayRaw(result) == HttpStatusCode.OK)
                return;
        }
        catch (HttpRequestException)
        {
            // nobody is there
        }

        Unsaid.Enqueue(result);
    }

    public Task<HttpStatusCode> Say(string? id, bool success, string code = "", long status = 251658262) =>
        SayRaw(Result(id, success, code, status));

    private string Result(string? id, bool success, string code, long status)
    {
        var response = $"<response success=\"{(success ? "true" : "false")}\" code=\"{code}\" status=\"{status}\" battery=\"0\"/>";
        return version == "1.00"
            ? $"<?xml version=\"1.0\" encoding=\"utf-8\"?><PrintResponseInfo Version=\"1.00\">{response}</PrintResponseInfo>"
            : "<?xml version=\"1.0\" encoding=\"utf-8\"?><PrintResponseInfo Version=\"2.00\"><ePOSPrint><Parameter>"
                + $"<devid>local_printer</devid><printjobid>{id}</printjobid></Parameter>"
                + $"<PrintResponse>{response}</PrintResponse></ePOSPrint></PrintResponseInfo>";
    }

    public async Task<HttpStatusCode> SayRaw(string xml)
    {
        using var answer = await Post("ConnectionType=SetResponse&ID=pass&ResponseFile=" + (encodes ? WebUtility.UrlEncode(xml) : xml));
        if (answer.StatusCode == HttpStatusCode.OK)
            answer.Content.Headers.ContentLength.ShouldBe(0);
        return answer.StatusCode;
    }

    public Task<HttpResponseMessage> Post(string form, string to = "") =>
        http.PostAsync(url + to, new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded"));

    private static string TextOf(XElement document) => string.Concat(document.Elements().Select(e => e.Name.LocalName switch
    {
        "text" => e.Value,
        "image" => $"[picture {e.Attribute("width")!.Value}x{e.Attribute("height")!.Value}: {Convert.FromBase64String(e.Value).Length}]\n",
        "cut" => "[cut]",
        "pulse" => "[drawer]",
        _ => throw new InvalidOperationException(e.Name.LocalName),
    }));
}
