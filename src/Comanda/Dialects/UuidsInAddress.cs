using System.Globalization;
using System.Text;
using Comanda.Identity;
using Microsoft.AspNetCore.WebUtilities;

namespace Comanda.Dialects;

/// <summary>
/// UUIDs in paths and queries become our ids, and ids in a Location UUIDs. One that is not ours, or of another kind than what stands in its
/// place, stays as it is: no route takes it, and it is 404.
/// </summary>
internal static class UuidsInAddress
{
    private const string Shops = "/api/shops/";

    /// <summary>The UUID by which a path names its shop; null where it names none so.</summary>
    public static string? ShopIn(string path)
    {
        if (path.Length < Shops.Length + Uuids.Length || !path.StartsWith(Shops, StringComparison.OrdinalIgnoreCase))
            return null;
        var end = path.IndexOf('/', Shops.Length);
        var segment = end < 0 ? path[Shops.Length..] : path[Shops.Length..end];
        return segment.Length == Uuids.Length && Guid.TryParseExact(segment, "D", out _) ? segment : null;
    }

    public static void Read(HttpRequest request, Uuids uuids)
    {
        if (request.Path.Value is { Length: > Uuids.Length } path && ReadPath(path, uuids) is { } read)
            request.Path = read;
        if (request.QueryString.Value is { Length: > Uuids.Length } query && ReadQuery(query, uuids) is { } names)
            request.QueryString = new(names);
    }

    /// <summary>The id that a text is the UUID of, where it is of this kind.</summary>
    public static long? IdIn(ReadOnlySpan<char> text, IdKind kind, Uuids uuids) =>
        text.Length == Uuids.Length
        && Guid.TryParseExact(text, "D", out var uuid)
        && uuids.Read(uuid) is { } known
        && known.Kind == kind
            ? known.Id
            : null;

    /// <summary>An address of ours with UUIDs in the place of ids.</summary>
    /// <param name="location">From <c>/api/</c> on.</param>
    /// <param name="door">The path by whose shop's UUID it was asked, where it was.</param>
    /// <param name="uuids">Which make them.</param>
    public static string Write(string location, string? door, Uuids uuids)
    {
        if (door is not null && ShopIn(door) is { } shop && !location.StartsWith(Shops, StringComparison.Ordinal))
            location = Shops + shop + location["/api".Length..];
        var said = new StringBuilder(location.Length + Uuids.Length);
        foreach (var segment in location.Split('/'))
        {
            var kind = IdKinds.After(said.ToString());
            if (said.Length > 0 || location.StartsWith('/'))
                said.Append(segment.Length == 0 && said.Length == 0 ? "" : "/");
            said.Append(kind != IdKind.None
                && long.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
                && Uuids.IsId(id)
                ? uuids.Of(kind, id).ToString()
                : segment);
        }

        return said.ToString();
    }

    private static string? ReadPath(string path, Uuids uuids)
    {
        StringBuilder? read = null;
        var done = 0;
        for (var start = 0; start < path.Length;)
        {
            var end = path.IndexOf('/', start);
            end = end < 0 ? path.Length : end;
            if (end - start == Uuids.Length
                && IdIn(path.AsSpan(start, Uuids.Length), IdKinds.After(path.AsSpan(0, start)), uuids) is { } id)
            {
                (read ??= new()).Append(path, done, start - done).Append(CultureInfo.InvariantCulture, $"{id}");
                done = end;
            }

            start = end + 1;
        }

        return read?.Append(path, done, path.Length - done).ToString();
    }

    private static string? ReadQuery(string query, Uuids uuids)
    {
        var found = false;
        var read = new StringBuilder("?");
        foreach (var pair in new QueryStringEnumerable(query))
        {
            var name = pair.DecodeName().ToString();
            var value = pair.DecodeValue();
            var id = IdIn(value.Span, IdKinds.OfName(QueryNames.Snake(name)), uuids);
            found |= id is not null;
            read.Append(read.Length > 1 ? "&" : "")
                .Append(pair.EncodedName)
                .Append('=')
                .Append(id is { } ours ? ours.ToString(CultureInfo.InvariantCulture) : pair.EncodedValue.ToString());
        }

        return found ? read.ToString() : null;
    }
}
