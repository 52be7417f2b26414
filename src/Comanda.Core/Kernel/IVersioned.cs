namespace Comanda.Kernel;

/// <summary>What has a version, which the answer's ETag names and If-Match asks for.</summary>
public interface IVersioned
{
    long Version { get; }
}

/// <summary>A change that may say which version it was made against, as an alternative to If-Match.</summary>
public interface IMadeAgainst
{
    long? Version { get; }
}
