using System.Security.Cryptography;

namespace Comanda.Menu;

/// <summary>
/// POST /api/upload/image and GET /uploads/{filename}. A picture is known by its content, drawn anew (which strips where and
/// by what it was taken), and kept under a name of ours that never means anything else: so it may be cached for ever. Of a
/// moving GIF the first picture is kept.
/// </summary>
public static class UploadImage
{
    /// <summary>
    /// Bytes of a file; pixels of a picture, which a small file can claim billions of; pixels of the longer side that are kept.
    /// </summary>
    public const int LargestFile = 10 * 1024 * 1024, MostPixels = 50_000_000, LongestSide = 2560;

    private static readonly Refusal Unsupported = new(
        415,
        "unsupported_image",
        "Send a JPEG, PNG, GIF or WebP picture; its content tells, not its name.");

    public static void MapImages(this IEndpointRouteBuilder app)
    {
        app.Chapter("Menu").Post("/api/upload/image", Take)
            .Called("upload_image", "Takes a JPEG, PNG, GIF or WebP of up to 10 MB (multipart file) and makes a thumbnail of 320 pixels.")
            .Needs(Permission.EditMenu).MayBeRepeated("a second picture has a name of its own")
            .Creates()
            .DisableAntiforgery()
            .TakesAtMost(LargestFile + (64 * 1024))
            .Refuses(400, 413, 415);
        app.Chapter("Menu").Get("/uploads/{filename}", Read)
            .Called("image", "A picture; never changes, and may be cached for ever.")
            .IsOpen().InNoShop()
            .Refuses(404);
    }

    /// <summary>Whether this is the address of a picture that was sent here.</summary>
    public static async Task<bool> IsThere(string address, IImageStore store, CancellationToken cancel)
    {
        const string folder = "/uploads/";
        if (!address.StartsWith(folder, StringComparison.Ordinal) || !PictureAddress.IsName(address[folder.Length..]))
            return false;
        await using var picture = await store.Open(address[folder.Length..], cancel);
        return picture is not null;
    }

    /// <summary>Takes a picture: the same whoever sends it, and wherever it is shown.</summary>
    public static async Task<Answer<UploadedImage>> Take(
        RawBody body,
        IImageStore store,
        CancellationToken cancel)
    {
        if (await body.Form(cancel) is not { } form)
            return new Refusal(415, "unsupported_media_type", "Send the picture as multipart/form-data, in the field 'file'.");
        if ((form.Files.GetFile("file")
            ?? form.Files.GetFile("image")
            ?? (form.Files.Count > 0 ? form.Files[0] : null)) is not { Length: > 0 } upload)
            return Refusal.OfField("file", "is required: the picture");
        if (upload.Length > LargestFile)
            return new Refusal(413, "too_large", "A picture may have at most 10 MB.");
        using var copy = new MemoryStream((int)upload.Length);
        await upload.CopyToAsync(copy, cancel);
        var sent = copy.ToArray();

        if (ImageFormat.Read(sent) is not { } format)
            return Unsupported;
        if ((long)format.Width * format.Height > MostPixels)
            return (Unsupported with
            {
                Detail = $"The picture has {format.Width} × {format.Height} pixels; it may have at most {MostPixels / 1_000_000} million."
            });
        var picture = await MakePicture.Run(sent, format, LongestSide, cancel);
        var thumbnail = picture is null ? null : await MakePicture.Run(picture, format, PictureAddress.ThumbnailSide, cancel);
        if (picture is null || thumbnail is null || ImageFormat.Read(picture) is not { } kept)
            return (Unsupported with { Detail = $"This is no whole picture, though it begins like a {format.Extension}." });

        var name = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var (file, small) = ($"{name}.{format.Extension}", $"{name}-{PictureAddress.ThumbnailSide}.{format.Extension}");
        // The thumbnail first: whoever knows of the picture finds it.
        await store.Put(small, thumbnail, cancel);
        await store.Put(file, picture, cancel);
        return Answer.Created(
            new UploadedImage(file, $"/uploads/{file}", $"/uploads/{small}", kept.Width, kept.Height),
            $"/uploads/{file}");
    }

    private static async Task<IResult> Read(string filename, HttpContext http, IImageStore store, CancellationToken cancel)
    {
        if (!PictureAddress.IsName(filename) || await store.Open(filename, cancel) is not { } picture)
            return Refusal.NotFound("picture").ToProblem();
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Stream(
            picture,
            ImageFormat.ContentTypeOf(filename[(filename.LastIndexOf('.') + 1)..]),
            entityTag: new($"\"{filename}\""),
            enableRangeProcessing: true);
    }
}
