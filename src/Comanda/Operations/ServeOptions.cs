namespace Comanda.Operations;

/// <summary>How the server runs. Command line first, then COMANDA_… variables, then these defaults.</summary>
public sealed record ServeOptions
{
    public int Port { get; init; } = 8080;

    /// <summary>Which interface listens: localhost, or * for every one (tablets in the cafe's network).</summary>
    public string Listen { get; init; } = "localhost";

    /// <summary>Folder of the private database cluster and of uploads.</summary>
    public string DataFolder { get; init; } = "data";

    /// <summary>A PostgreSQL of yours (key=value or postgresql:// form); null runs a private one in <see cref="DataFolder"/>.</summary>
    public string? Database { get; init; }

    /// <summary>Make the demo cafe where the database is empty.</summary>
    public bool Demo { get; init; } = true;
}
