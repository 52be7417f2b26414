using System.Diagnostics.CodeAnalysis;

namespace Comanda.Screens.Office;

/// <summary>A page of the office.</summary>
/// <param name="Path">Its address behind /office/; what follows it there is the page's own (<see cref="OfficeView.Rest"/>).</param>
/// <param name="Title">The key of its name.</param>
/// <param name="Right">Who may this sees it.</param>
/// <param name="View">An <see cref="OfficeView"/>.</param>
public sealed record OfficePage(
    string Path,
    string Title,
    Permission Right,
    [property: DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)]
    [param: DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)]
    Type View)
{
    public string Address => "/office/" + Path;
}

/// <summary>Pages that stand together under a title.</summary>
public sealed record OfficeChapter(string Title, IReadOnlyList<OfficePage> Pages);

/// <summary>The office's pages in the order in which they are offered: a line for each.</summary>
public static partial class OfficePages
{
    public static IReadOnlyList<OfficeChapter> All { get; } = [.. Trade, .. House];

    /// <summary>Which page an address is of, and what it leaves to the page; null where there is none.</summary>
    public static (OfficePage Page, string Behind)? Find(string path)
    {
        var parts = path.Trim('/').Split('/', 2);
        var page = All.SelectMany(c => c.Pages).FirstOrDefault(p => p.Path == parts[0]);
        return page is null ? null : (page, parts.Length > 1 ? parts[1] : "");
    }
}
