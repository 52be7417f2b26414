using System.Text.Json;
using Comanda.Data;

namespace Comanda.Tests.Printing;

/// <summary>A shop with a printer: what is sold there, what is printed, and what time it is for one of its jobs.</summary>
internal sealed class PrintShop(CafeApp app, TestShop shop, ComandaClient owner)
{
    public TestShop Shop => shop;

    public ComandaClient Owner => owner;

    public static async Task<PrintShop> Open(CafeApp app, params (string Key, string Value)[] settings)
    {
        var shop = await app.NewShop(settings);
        return new(app, shop, await shop.As("owner"));
    }

    /// <summary>Adds a printer.</summary>
    public async Task<Answer> Add(string kind, object? more = null)
    {
        var body = JsonSerializer.SerializeToNode(more ?? new { })!.AsObject();
        body["name"] ??= "Pass";
        body["kind"] = kind;
        var added = await owner.Ask("POST /api/printers", body);
        added.Status.ShouldBe(201, added.ToString());
        return added;
    }

    /// <summary>Sells, and pays in cash what it costs where that is said.</summary>
    public async Task<Answer> Sell(string item = "Espresso", bool paid = false, int quantity = 1)
    {
        var line = new { menu_item_id = (await shop.Item(item)).Id, quantity };
        object body = paid
            ? new { type = "takeaway", items = new[] { line }, payments = new[] { new { method = "cash" } } }
            : new { type = "takeaway", items = new[] { line } };
        var order = await owner.Ask("POST /api/orders", body);
        order.Status.ShouldBe(201, order.ToString());
        return order;
    }

    public async Task<List<JsonElement>> Jobs(string query = "")
    {
        var jobs = (await owner.Ask("GET /api/print-jobs?" + query)).Items.ToList();
        jobs.Reverse();
        return jobs;
    }

    /// <summary>Jobs, once there are so many.</summary>
    public async Task<List<JsonElement>> Jobs(int count, string query = "")
    {
        await Answers.Eventually(async () => (await Jobs(query)).Count >= count, 100);
        var jobs = await Jobs(query);
        jobs.Count.ShouldBe(count, string.Join('\n', jobs));
        return jobs;
    }

    public async Task<JsonElement> Job(long id) => (await owner.Ask($"GET /api/print-jobs/{id}")).Body;

    public async Task<string> StatusOf(long id) => (await Job(id)).GetProperty("status").GetString()!;

    public async Task Becomes(long id, string status)
    {
        await Answers.Eventually(async () => await StatusOf(id) == status, 200);
        (await StatusOf(id)).ShouldBe(status);
    }

    public async Task<JsonElement> Printer(long id) => (await owner.Ask($"GET /api/printers/{id}")).Body;

    /// <summary>A job asked for by somebody.</summary>
    public async Task<long> Ask(long printer, long? order, string kind = "receipt")
    {
        var asked = await owner.Ask("POST /api/print-jobs", new { printer_id = printer, order_id = order, kind });
        asked.Status.ShouldBe(201, asked.ToString());
        return asked.Id;
    }

    /// <summary>For one job it is later by so much.</summary>
    public Task Later(long job, TimeSpan by) => Write(
        """
        update print_jobs set doubt_at = doubt_at - $2::interval, expires_at = expires_at - $2::interval,
            next_try_at = next_try_at - $2::interval, sent_at = sent_at - $2::interval
        where id = $1
        """,
        job,
        by);

    public async Task Write(string sql, params object?[] values)
    {
        await using var connection = await app.Database.OpenConnectionAsync();
        await connection.Execute(sql, CancellationToken.None, values);
    }

    /// <summary>Events of a name that the shop has heard.</summary>
    public async Task<List<JsonElement>> Heard(string name)
    {
        var heard = new List<JsonElement>();
        for (long after = 0; ;)
        {
            var page = (await owner.Ask($"GET /api/events?after={after}&limit=200")).Items.ToList();
            if (page.Count == 0)
                return heard;
            heard.AddRange(page.Where(e => e.GetProperty("event").GetString() == name).Select(e => e.GetProperty("data")));
            after = page[^1].GetProperty("seq").GetInt64();
        }
    }
}
