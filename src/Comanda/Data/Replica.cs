namespace Comanda.Data;

/// <summary>
/// A second database that follows the first and may be some seconds behind (COMANDA_DATABASE_REPLICA): what is told of a period is read
/// there, and so takes nothing from who sells. Without one it is the first database itself.
/// </summary>
public static class Replica
{
    /// <summary>The key of its data source among the services.</summary>
    public const string Key = "replica";
}
