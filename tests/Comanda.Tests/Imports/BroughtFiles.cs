using System.Text;
using Comanda.Imports;

namespace Comanda.Tests.Imports;

/// <summary>Files as people bring them, read or sent.</summary>
internal static class BroughtFiles
{
    /// <summary>What files say to a shop in UTC whose prices include tax.</summary>
    public static Takeover Read(
        string currency, ImportOptions? options, params (string Name, byte[] Content)[] files)
    {
        var into = new Takeover(Currency.Of(currency), new(TimeZoneInfo.Utc, new(4, 0)), options ?? new())
        {
            PricesIncludeTax = true,
            ShopName = "Main",
        };
        return KnownExports.Read([.. files.Select(f => new BroughtFile(f.Name, f.Content))], into);
    }

    public static Takeover Read(string currency, params (string Name, string Text)[] files) =>
        Read(currency, null, [.. files.Select(f => (f.Name, Encoding.UTF8.GetBytes(f.Text)))]);

    /// <summary>Sends files; answers the plan.</summary>
    public static async Task<Answer> Plan(
        this ComandaClient client, (string Name, byte[] Content)[] files, params (string Name, string Value)[] fields)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (name, content) in files)
            form.Add(new ByteArrayContent(content), "files", name);
        foreach (var (name, value) in fields)
            form.Add(new StringContent(value), name);
        return await client.Ask("POST /api/imports", form);
    }

    public static Task<Answer> Plan(this ComandaClient client, params (string Name, string Text)[] files) =>
        client.Plan([.. files.Select(f => (f.Name, Encoding.UTF8.GetBytes(f.Text)))], []);

    /// <summary>Sends files, runs what they would do, and answers the import once it is done.</summary>
    public static async Task<Answer> Import(this ComandaClient client, params (string Name, string Text)[] files)
    {
        var plan = await client.Plan(files);
        plan.Status.ShouldBe(201, plan.ToString());
        return await client.Run(plan.Id);
    }

    /// <summary>Runs an import to its end.</summary>
    public static async Task<Answer> Run(this ComandaClient client, long id, object? answers = null)
    {
        var answer = await client.Ask($"POST /api/imports/{id}/run", answers);
        answer.Status.ShouldBe(200, answer.ToString());
        await Answers.Eventually(async () => (answer = await client.Ask($"GET /api/imports/{id}")).Text("status") != "running",
            seconds: 120);
        answer.Text("status").ShouldBe("done", answer.ToString());
        return answer;
    }

    /// <summary>New, changed, same, refused.</summary>
    public static (long New, long Changed, long Same, long Refused) Counts(this Answer answer)
    {
        var plan = answer.Body.GetProperty("plan");
        return (
            plan.GetProperty("new").GetInt64(),
            plan.GetProperty("changed").GetInt64(),
            plan.GetProperty("same").GetInt64(),
            plan.GetProperty("refused_rows").GetInt64());
    }
}
