namespace Comanda.Menu;

/// <summary>
/// A picture that was taken. <see cref="Url"/> goes into <c>image_url</c>; <see cref="Width"/> and <see cref="Height"/> in pixels, as
/// stored.
/// </summary>
public sealed record UploadedImage(string Filename, string Url, string ThumbnailUrl, int Width, int Height);
