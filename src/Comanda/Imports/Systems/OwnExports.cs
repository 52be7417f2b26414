namespace Comanda.Imports;

/// <summary>What <c>comanda export</c> writes.</summary>
internal static class OwnExports
{
    public const string System = "comanda";

    public static readonly KnownExport[] All = [];
}
