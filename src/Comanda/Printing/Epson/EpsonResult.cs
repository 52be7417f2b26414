using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace Comanda.Printing;

/// <summary>How a job went, as an Epson printer says it. <see cref="Token"/> is null of one that answers by 1.00.</summary>
internal sealed record EpsonResult(string? Token, bool Succeeded, string Code, long Status);

/// <summary>
/// What an Epson printer posts: a form whose values may be percent-encoded or not, with XML in it that may not be well-formed (the manual's
/// own samples close other tags than they open). Read as far as it can be; nothing of it is ever taken for a DTD.
/// </summary>
internal sealed partial record EpsonPost(string Type, string? Name, string Xml)
{
    private static readonly string[] Fields = ["ConnectionType", "ID", "Name", "ResponseFile", "Status"];

    public static EpsonPost Read(byte[] body)
    {
        var (text, values) = (Encoding.UTF8.GetString(body), new Dictionary<string, string>(StringComparer.Ordinal));
        for (var at = 0; at < text.Length;)
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0)
                break;
            var name = text[at..equals].TrimStart('&');
            // XML that is not encoded has & in it, and is the last of all.
            var rest = text[(equals + 1)..].TrimStart();
            var end = rest.StartsWith('<') ? text.Length : text.IndexOf('&', equals) is >= 0 and var next ? next : text.Length;
            var value = text[(equals + 1)..end];
            if (Fields.Contains(name, StringComparer.Ordinal))
                values[name] = rest.StartsWith('<') ? value : WebUtility.UrlDecode(value);
            at = end + 1;
        }

        return new(
            values.GetValueOrDefault("ConnectionType", ""),
            values.GetValueOrDefault("Name") is { Length: > 0 and <= 100 } named ? PlainText.Line(named) : null,
            values.GetValueOrDefault("ResponseFile") ?? values.GetValueOrDefault("Status") ?? "");
    }

    /// <summary>It brings a DTD: nobody who means well does.</summary>
    public bool HasDtd =>
        Xml.Contains("<!DOCTYPE", StringComparison.OrdinalIgnoreCase) || Xml.Contains("<!ENTITY", StringComparison.OrdinalIgnoreCase);

    /// <summary>The results in it, and the version in which it speaks.</summary>
    public (string? Version, List<EpsonResult> Results) Results()
    {
        var version = Version().Match(Xml) is { Success: true } said ? said.Groups[1].Value : null;
        if (WellFormed() is { } root)
        {
            var jobs = root.DescendantsAndSelf().Where(e => e.Name.LocalName == "ePOSPrint").ToList();
            var responses = (jobs.Count > 0 ? jobs : [root]).SelectMany(job => job.DescendantsAndSelf()
                .Where(e => e.Name.LocalName == "response")
                .Select(r => Of(
                    job.Descendants().FirstOrDefault(e => e.Name.LocalName == "printjobid")?.Value.Trim(),
                    name => r.Attribute(name)?.Value)));
            return (version, [.. responses.Concat(Errors(root))]);
        }

        // As the manual prints them: ids and responses in their order.
        var ids = JobId().Matches(Xml).Select(m => m.Groups[1].Value).ToList();
        var found = Response().Matches(Xml).Select((r, place) => Of(
            place < ids.Count ? ids[place] : null,
            name => Attribute().Matches(r.Value).FirstOrDefault(a => a.Groups[1].Value == name)?.Groups[2].Value));
        return (version, [.. found]);
    }

    /// <summary>The automatic status in a status notification, or null.</summary>
    public long? Asb() => AsbStatus().Match(Xml) is { Success: true } status
        && long.TryParse(status.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var bits) ? bits : null;

    private XElement? WellFormed()
    {
        try
        {
            using var reader = XmlReader.Create(
                new StringReader(Xml.Trim()),
                new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, MaxCharactersInDocument = 300_000 });
            return XDocument.Load(reader).Root;
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static EpsonResult Of(string? token, Func<string, string?> attribute) => new(
        token is { Length: > 0 and <= 30 } ? token : null,
        attribute("success") is "true" or "1",
        PlainText.Line(attribute("code") ?? ""),
        long.TryParse(attribute("status"), NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : 0);

    /// <summary>Of 3.00: what it could not read at all.</summary>
    private static IEnumerable<EpsonResult> Errors(XElement root) => root.DescendantsAndSelf()
        .Where(e => e.Name.LocalName == "Response" && e.Attribute("Success")?.Value is "false" or "0")
        .Select(_ => new EpsonResult(null, false, "SchemaError", 0));

    [GeneratedRegex("""<PrintResponseInfo[^>]*\bVersion\s*=\s*["']([0-9.]+)["']""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Version();

    [GeneratedRegex("<printjobid>\\s*([A-Za-z0-9_.-]{1,30})\\s*<", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex JobId();

    [GeneratedRegex("<response\\b[^>]*>", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Response();

    [GeneratedRegex("""([a-z]+)\s*=\s*["']([^"']*)["']""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Attribute();

    [GeneratedRegex("""asbstatus\s*=\s*["']0x([0-9A-Fa-f]{1,8})["']""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex AsbStatus();
}
