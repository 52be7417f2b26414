using Comanda.Data;
using Comanda.Imports;

namespace Comanda.Tests.Imports;

/// <summary>The mapping file of an import, and what is said of one that is wrong.</summary>
public sealed class SalesMappingTests
{
    [Fact]
    public async Task A_mapping_that_is_wrong_is_told_by_its_key()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(
            file,
            """{"source":"x","currency":"EURO","time_zone":"Mars/Base","columns":{"transaction":["a"],"product":"b"},"shop":"S"}""");
        var told = await Should.ThrowAsync<StartupException>(() => SalesMapping.Read(file, default));
        foreach (var key in new[] { "currency", "time_zone", "columns" })
            told.Message.ShouldContain(key);
        await File.WriteAllTextAsync(file, """{"sauce":"x"}""");
        (await Should.ThrowAsync<StartupException>(() => SalesMapping.Read(file, default))).Message.ShouldContain("sauce");
        File.Delete(file);
    }

    [Fact]
    public async Task A_list_of_one_may_be_written_as_a_text()
    {
        const string beginning = """{"source":"x","currency":"EUR","time_zone":"Europe/Lisbon","shop":"S","columns":""";
        var one = await Read(beginning + """{"transaction":"no","product":"item","at":"at","amount":"paid"}}""");
        one.Columns.Transaction.ShouldBe(["no"]);
        const string products = ""","products":{"file":"f.csv","columns":{"id":"item","name":"title","price":"retail"}}}""";
        var several = await Read(beginning + """{"transaction":["store","no"],"product":"item","at":"at"}""" + products);
        several.Columns.Transaction.ShouldBe(["store", "no"]);
        several.Products!.Columns.Name.ShouldBe(["title"]);
    }

    [Theory]
    [InlineData("""{"columns":{"transaction":7}}""", "columns.transaction must be a text or a list of texts")]
    [InlineData("""{"columns":{"transaction":["a",7]}}""", "columns.transaction must be a text or a list of texts")]
    [InlineData("""{"columns":{"transaction":[["a"]]}}""", "columns.transaction must be a text or a list of texts")]
    [InlineData("""{"products":{"columns":{"name":{}}}}""", "products.columns.name must be a text or a list of texts")]
    [InlineData("""{"source":["x"]}""", "source is not of the right type")]
    [InlineData("""{"columns":{"till":"x"}}""", "till is no key of a mapping")]
    [InlineData("{\n\"source\": x}", "line 2 is not valid JSON")]
    [InlineData("null", "it is empty")]
    public async Task What_is_wrong_is_said_by_field_and_names_no_type_of_ours(string json, string said)
    {
        var told = (await Should.ThrowAsync<StartupException>(() => Read(json))).Message;
        told.ShouldEndWith("is no mapping: " + said);
        told.ShouldNotContain("System.");
        told.ShouldNotContain("Comanda.");
    }

    private static async Task<SalesMapping> Read(string json)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, json);
            return await SalesMapping.Read(file, default);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
