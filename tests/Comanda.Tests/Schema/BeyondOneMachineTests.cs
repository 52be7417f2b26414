using Comanda.Data;

namespace Comanda.Tests.Schema;

/// <summary>
/// What lets one shop's rows live on another machine than the next one's (docs/adr/0049): each row says whose it is, and no key leads from
/// one shop into another.
/// </summary>
public sealed class BeyondOneMachineTests(CafeApp app)
{
    /// <summary>Tables without a shop, and where they would live.</summary>
    private static readonly Dictionary<string, string> Everywhere = new()
    {
        ["attempts"] = "counts by key, of strangers too",
        ["bake_steps"] = "with its method, by that one's id",
        ["bake_tasks"] = "with its batch, by that one's id",
        ["card_refunds"] = "with its refund, by that one's id",
        ["consumer_failures"] = "of the event log's consumers, one for the installation",
        ["consumers"] = "of the event log's consumers, one for the installation",
        ["live_processes"] = "the processes themselves",
        ["password_resets"] = "of a person, who may belong to several shops",
        ["purchase_order_lines"] = "with its purchase order, by that one's id",
        ["refresh_tokens"] = "found by their hash, before anybody knows whose they are",
        ["request_counts"] = "counts by key, of strangers too",
        ["review_likes"] = "with its review, by that one's id",
        ["sales_imports"] = "of who imports, not of one shop",
        ["shops"] = "the shops themselves",
        ["signing_keys"] = "the installation's own",
        ["upkeep"] = "the installation's own",
        ["users"] = "a person may belong to several shops",
    };

    /// <summary>Keys that do lead from a shop's row to another's, and why.</summary>
    private static readonly Dictionary<string, string> Across = [];

    [Fact]
    public async Task Every_table_says_whose_its_rows_are_or_is_in_the_list()
    {
        await using var command = app.Database.Command(
            """
            select c.relname, a.attname is not null, coalesce(a.attnotnull, false) from pg_class c
            left join pg_attribute a on a.attrelid = c.oid and a.attname = 'shop_id' and not a.attisdropped
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> 'migrations'
            """);
        var tables = await command.List(r => (Name: r.GetString(0), Has: r.GetBoolean(1), Always: r.GetBoolean(2)), default);
        tables.Count.ShouldBeGreaterThan(80);
        tables.Where(t => !t.Has).Select(t => t.Name).Where(t => !t.EndsWith("migrations", StringComparison.Ordinal))
            .ShouldBe(Everywhere.Keys, ignoreOrder: true);
        tables.Where(t => t.Has && !t.Always).Select(t => t.Name).ShouldBeEmpty("a row of nobody's shop could live nowhere");
    }

    /// <summary>Judged by the rows that all the tests together make.</summary>
    [Fact]
    public async Task No_key_leads_from_one_shops_row_to_anothers()
    {
        var (first, second) = (await app.NewShop(), await app.NewShop());
        foreach (var shop in new[] { first, second })
        {
            var cashier = await shop.As("cashier");
            var order = await cashier.PlaceOrder(new("takeaway", [new((await shop.Item("Espresso")).Id)]));
            await cashier.Ask("POST /api/payments", new { order_id = order.Id, method = "cash", amount = order.TotalAmount });
        }

        await using var command = app.Database.Command(
            """
            select k.conrelid::regclass::text, k.confrelid::regclass::text, k.conname,
                (select string_agg(format('a.%I = b.%I', x.attname, y.attname), ' and ' order by p.n)
                    from unnest(k.conkey, k.confkey) with ordinality as p(mine, theirs, n)
                    join pg_attribute x on x.attrelid = k.conrelid and x.attnum = p.mine
                    join pg_attribute y on y.attrelid = k.confrelid and y.attnum = p.theirs)
            from pg_constraint k
            where k.contype = 'f' and k.connamespace = 'public'::regnamespace and k.confrelid <> 'shops'::regclass
                and exists (select 1 from pg_attribute where attrelid = k.conrelid and attname = 'shop_id')
                and exists (select 1 from pg_attribute where attrelid = k.confrelid and attname = 'shop_id')
            """);
        var keys = await command.List(r => (From: r.GetString(0), To: r.GetString(1), Name: r.GetString(2), On: r.GetString(3)), default);
        keys.Count.ShouldBeGreaterThan(40);
        var (across, rows) = (new List<string>(), 0L);
        foreach (var key in keys)
        {
            var (wrong, all) = (await app.Database.Command(
                $"select count(*) filter (where a.shop_id <> b.shop_id), count(*) from {key.From} a join {key.To} b on {key.On}")
                .List(r => (r.GetInt64(0), r.GetInt64(1)), default))[0];
            rows += all;
            if (wrong > 0)
                across.Add(key.Name);
        }

        rows.ShouldBeGreaterThan(100);
        across.ShouldBe(Across.Keys, ignoreOrder: true);
    }
}
