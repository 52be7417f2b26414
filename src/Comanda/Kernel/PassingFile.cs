namespace Comanda.Kernel;

/// <summary>A file of the machine's temporary folder that is gone when it is closed: what is too long to be held in memory.</summary>
internal static class PassingFile
{
    public static FileStream Open(int buffer = Pieces.Size) => new(
        Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
        FileMode.CreateNew,
        FileAccess.ReadWrite,
        FileShare.None,
        buffer,
        FileOptions.DeleteOnClose | FileOptions.Asynchronous);
}
