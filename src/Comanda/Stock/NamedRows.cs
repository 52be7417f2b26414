using Comanda.Data;
using Npgsql;

namespace Comanda.Stock;

/// <summary>
/// Rows of a shop that a request names by id or by name, where a name that is new makes one. $1 is the shop, $2 the id or the name.
/// </summary>
/// <param name="What">How a refusal calls one.</param>
/// <param name="ById">Answers the id where the shop has it.</param>
/// <param name="Add">Adds one of that name, where there is none.</param>
/// <param name="ByName">Answers its id.</param>
internal sealed record NamedRows(string What, string ById, string Add, string ByName)
{
    /// <summary>The row's id; null where none is named.</summary>
    public async Task<long?> IdOf(NpgsqlConnection connection, long shop, AskedRow asked, FieldErrors errors, CancellationToken cancel)
    {
        if (asked.Id is { } id)
        {
            errors.Check(
                await connection.Scalar(ById, cancel, shop, id) is not null,
                asked.Field + "_id",
                $"is no {What} of this shop");
            return id;
        }

        if (Trimmed(asked.Name) is not { } name)
            return null;
        await connection.Execute(Add, cancel, shop, name);
        return (long)(await connection.Scalar(ByName, cancel, shop, name))!;
    }

    /// <summary>A name without the spaces around it; null where there is none.</summary>
    public static string? Trimmed(string? name) => name?.Trim() is { Length: > 0 } text ? text : null;
}

/// <summary>
/// A row as a request names it: by name in <paramref name="Field"/> (most ask for a location), or by id in the same with <c>_id</c>.
/// </summary>
internal readonly record struct AskedRow(long? Id, string? Name, string Field = "location");
