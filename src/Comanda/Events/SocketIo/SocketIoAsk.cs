using System.Globalization;
using System.Text.Json;

namespace Comanda.Events;

/// <summary>
/// What a client says when it asks to be let in (<c>auth</c>): its token, where it was, and what it is; and what the stock client adds
/// when it comes back: <c>pid</c> and <c>offset</c>.
/// </summary>
internal sealed record SocketIoAsk
{
    private const string Bearer = "Bearer ";

    public string Token { get; private init; } = "";

    public string? Shop { get; private init; }

    /// <summary>The last event that it has, as its program says.</summary>
    public long? After { get; private init; }

    public string? Screen { get; private init; }

    public string? Dialect { get; private init; }

    public LivePid? Pid { get; private init; }

    /// <summary>The last event that the stock client has seen.</summary>
    public long? Offset { get; private init; }

    public Refusal? Refusal { get; private init; }

    public static SocketIoAsk Read(ReadOnlySpan<byte> auth, EngineVisit visit)
    {
        var errors = new FieldErrors();
        using var said = JsonDocument.Parse(auth.IsEmpty ? "{}"u8.ToArray() : auth.ToArray());
        var token = Text("token") ?? visit.Token ?? "";
        var after = Number("after", Text("after") ?? visit.After);
        var screen = Text("screen") ?? visit.Screen;
        errors.Check(screen is null || (screen.Length <= LiveDevice.LongestScreen && PlainText.Is(screen, TextKind.Line)), "screen",
            $"must be one line of at most {LiveDevice.LongestScreen} characters");
        return new()
        {
            Token = token.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? token[Bearer.Length..].Trim() : token,
            Shop = Text("shop_id") ?? visit.Shop,
            After = after,
            Screen = screen,
            Dialect = Text("dialect") ?? visit.Dialect,
            Pid = LivePid.Read(Text("pid")),
            // What is no seq of ours is another server's, whose place this one has taken: then it is a new beginning.
            Offset = Seq(Text("offset")),
            Refusal = errors.Any ? errors.ToRefusal() : null,
        };

        string? Text(string name) => !said.RootElement.TryGetProperty(name, out var value) ? null : value.ValueKind switch
        {
            JsonValueKind.String when value.GetString() is { Length: > 0 } text => text,
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };

        long? Number(string field, string? text)
        {
            var seq = Seq(text);
            errors.Check(text is null || seq is not null, field, "must be a seq, 0 or more");
            return seq;
        }
    }

    private static long? Seq(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seq) ? seq : null;
}

/// <summary>
/// What the stock client remembers a connection by (<c>pid</c>): whose it was, in which shop, and from which seq on. It is no secret
/// and opens nothing; it says whether somebody goes on with what was theirs.
/// </summary>
internal sealed record LivePid(long ShopId, long UserId, long From, string Nonce)
{
    public static LivePid? Read(string? text)
    {
        if (text is null || text.Split('.') is not [var shop, var user, var from, { Length: <= 64 } nonce])
            return null;
        return long.TryParse(shop, NumberStyles.None, CultureInfo.InvariantCulture, out var shopId)
            && long.TryParse(user, NumberStyles.None, CultureInfo.InvariantCulture, out var userId)
            && long.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            && nonce.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? new(shopId, userId, seq, nonce)
            : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ShopId}.{UserId}.{From}.{Nonce}");
}
