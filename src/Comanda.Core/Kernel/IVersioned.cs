namespace Comanda.Kernel;

/// <summary>What has a version, which the answer's ETag names and If-Match asks for.</summary>
public interface IVersioned
{
    long Version { get; }
}
