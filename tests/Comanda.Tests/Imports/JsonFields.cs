using System.Text.Json;

namespace Comanda.Tests.Imports;

internal static class JsonFields
{
    public static long Id(this JsonElement row) => row.GetProperty("id").GetInt64();

    public static string Text(this JsonElement row, string field) => row.GetProperty(field).ToString();
}
