namespace Comanda.Data;

/// <summary>A cell that cannot be taken over. <see cref="Line"/> of the file, from 1; 0 for the file as a whole.</summary>
public sealed record ImportError(int Line, string Field, string Message);

/// <summary>What an import did, or would do.</summary>
public sealed record ImportResult(int Created, int Updated, int Unchanged, IReadOnlyList<ImportError> Errors);
