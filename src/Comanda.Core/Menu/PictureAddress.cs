using System.Text.RegularExpressions;

namespace Comanda.Menu;

/// <summary>Addresses of pictures: of those that were sent here, and of those that the program draws itself.</summary>
public static partial class PictureAddress
{
    /// <summary>Pixels of a thumbnail's longer side.</summary>
    public const int ThumbnailSide = 320;

    /// <summary>Where the pictures lie that the program draws itself (Demo/DrawPicture).</summary>
    public const string DrawnPictures = "/pictures/";

    /// <summary>True for a name that we gave to a picture: nothing else is looked for in the store.</summary>
    public static bool IsName(string name) => Name().IsMatch(name);

    /// <summary>The thumbnail's address of a picture of ours; null for pictures from elsewhere. What is drawn has any size.</summary>
    public static string? ThumbnailOf(string? imageUrl) =>
        imageUrl is not null && imageUrl.StartsWith(DrawnPictures, StringComparison.Ordinal) ? imageUrl : imageUrl is not null
            && imageUrl.StartsWith("/uploads/", StringComparison.Ordinal)
            && IsName(imageUrl[9..])
            && !imageUrl.Contains('-', StringComparison.Ordinal)
            ? imageUrl.Replace(".", $"-{ThumbnailSide}.", StringComparison.Ordinal) : null;

    [GeneratedRegex(@"^[0-9a-f]{32}(-320)?\.(jpg|png|gif|webp)\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
