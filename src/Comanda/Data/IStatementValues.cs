namespace Comanda.Data;

/// <summary>
/// Where a part of a statement takes its values from: one each of what the statement is filled in with, or a column of rows that it is
/// given. So a row is spelled once, whether one of them is written or many.
/// </summary>
/// <typeparam name="T">What the values are read from.</typeparam>
public interface IStatementValues<T>
{
    /// <summary>A value; answers how the SQL names it. Its type is said, so that a null is a null of the right type.</summary>
    string Value(string name, Func<T, long> read);

    /// <inheritdoc cref="Value(string, Func{T, long})"/>
    string Value(string name, Func<T, int> read);

    /// <inheritdoc cref="Value(string, Func{T, long})"/>
    string Value(string name, Func<T, bool> read);

    /// <inheritdoc cref="Value(string, Func{T, long})"/>
    string Value(string name, Func<T, DateOnly> read);

    /// <inheritdoc cref="Value(string, Func{T, long})"/>
    string Value(string name, Func<T, DateTimeOffset> read);

    /// <inheritdoc cref="Value(string, Func{T, long})"/>
    string Value(string name, Func<T, long?> read);

    /// <inheritdoc cref="Value(string, Func{T, long})"/>
    string Value(string name, Func<T, string?> read);

    /// <inheritdoc cref="Value(string, Func{T, long})"/>
    string Value(string name, Func<T, byte[]?> read);

    /// <inheritdoc cref="Value(string, Func{T, long})"/>
    string Value(string name, Func<T, DateTimeOffset?> read);
}
