namespace Comanda.Menu;

/// <summary>Where pictures lie. Names are ours (<see cref="PictureAddress.IsName"/>), and what has one never changes.</summary>
public interface IImageStore
{
    Task Put(string name, byte[] content, CancellationToken cancel);

    /// <summary>The picture, or null where there is none of this name.</summary>
    Task<Stream?> Open(string name, CancellationToken cancel);
}

/// <summary>Pictures cannot be taken or read just now: the operator's to mend, not the caller's.</summary>
public sealed class ImagesUnavailableException(string message, Exception? inner) : Exception(message, inner);

/// <summary>A folder beside the database.</summary>
public sealed class ImageFolder(string folder) : IImageStore
{
    public async Task Put(string name, byte[] content, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        // Under another name until it is whole: nobody reads half a picture.
        var place = Path.Combine(folder, name);
        var fresh = place + "." + Guid.NewGuid().ToString("N") + ".new";
        await File.WriteAllBytesAsync(fresh, content, cancel);
        File.Move(fresh, place, overwrite: true);
    }

    public Task<Stream?> Open(string name, CancellationToken cancel)
    {
        var place = Path.Combine(folder, name);
        return Task.FromResult<Stream?>(File.Exists(place)
            ? new FileStream(place, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 64 * 1024, useAsync: true)
            : null);
    }
}
