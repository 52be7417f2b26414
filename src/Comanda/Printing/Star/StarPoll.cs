using System.Text.Json;

namespace Comanda.Printing;

/// <summary>
/// What a CloudPRNT printer says when it asks. Only the status is always there; every other field may be absent or null, and what we do not
/// know is passed over. Source: Star CloudPRNT Protocol Guide 2.4.0, server polling.
/// </summary>
internal sealed record StarPoll(string Status, bool IsPrinting, string? Mac, IReadOnlyList<(string Request, string Result)> Actions)
{
    /// <summary>What it said; null where that is no JSON object.</summary>
    public static StarPoll? Read(byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var said = document.RootElement;
            if (said.ValueKind != JsonValueKind.Object)
                return null;
            return new(
                Uri.UnescapeDataString(Text(said, "statusCode") ?? "").Trim(),
                said.TryGetProperty("printingInProgress", out var printing) && printing.ValueKind == JsonValueKind.True,
                Text(said, "printerMAC") is { Length: > 0 and <= 60 } mac ? PlainText.Line(mac) : null,
                [.. ActionsIn(said)]);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static IEnumerable<(string Request, string Result)> ActionsIn(JsonElement said)
    {
        if (!said.TryGetProperty("clientAction", out var actions) || actions.ValueKind != JsonValueKind.Array)
            yield break;
        foreach (var action in actions.EnumerateArray().Take(50))
        {
            if (action.ValueKind == JsonValueKind.Object && Text(action, "request") is { } request && Text(action, "result") is { } result)
                yield return (request, result);
        }
    }

    private static string? Text(JsonElement of, string field) => of.TryGetProperty(field, out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        }
        : null;
}

/// <summary>CloudPRNT's status codes in words of ours. Source: Protocol Guide 2.4.0, printer status code; 210 is 211 of Rev 1.4.</summary>
internal static class StarStatus
{
    /// <summary>The code at the beginning of a status; 0 where there is none.</summary>
    public static int CodeOf(string status)
    {
        var digits = status.TakeWhile(char.IsAsciiDigit).Take(4).ToArray();
        return digits.Length == 0 ? 0 : int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>It is no fault: a code of the two hundreds, also of four digits, or none at all.</summary>
    public static bool IsWell(int code) => code is 0 or (>= 200 and <= 299) or (>= 2000 and <= 2999);

    /// <summary>It is printing, or waits for somebody to take the paper: nothing new now.</summary>
    public static bool IsOccupied(int code) => code is 220 or 221;

    public static bool IsPaperLow(int code) => code is 210 or 211;

    public static Heard Hear(StarPoll poll, Printer printer)
    {
        var code = CodeOf(poll.Status);
        var condition = IsWell(code) ? Conditions.Ready : code switch
        {
            410 or 412 => Conditions.PaperOut,
            411 => Conditions.PaperJam,
            420 => Conditions.CoverOpen,
            _ => Conditions.Fault,
        };
        return new(condition, poll.Status.Length == 0 ? null : PlainText.Line(poll.Status[..Math.Min(100, poll.Status.Length)]))
        {
            Paper = IsPaperLow(code) ? PaperLevel.Low : condition == Conditions.PaperOut ? PaperLevel.Out : null,
            Cover = condition == Conditions.CoverOpen ? CoverPosition.Open : null,
            Mac = poll.Mac,
            Warning = poll.Mac is not null && printer.Mac is not null && poll.Mac != printer.Mac ? "mac_changed" : null,
        };
    }
}
