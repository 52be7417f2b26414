using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Comanda.Data;
using Comanda.Operations;
using Comanda.Registers;
using Comanda.Reports;
using Comanda.Shops;
using Comanda.Taxes;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Comanda.Tests.Schema;

/// <summary>
/// A database from before taxes were rows, with two shops (tax inside the prices, and on top of them), three days of sales,
/// cancellations of the same day and of a later one, refunds, corrections of closed drawers: migrated, it says what it said.
/// </summary>
public sealed class OldDatabaseTests(CafeApp app)
{
    private const string FirstOfTaxes = "0033_taxes";

    /// <summary>What both the old schema and the new one can be asked: the same rows before and after.</summary>
    private static readonly Dictionary<string, string> Same = new(StringComparer.Ordinal)
    {
        ["days"] = """
            select shop_id, day, sum(sign), sum(sign * total), sum(sign * tax), sum(sign * discount), sum(sign * tip),
                sum(sign * service_charge), sum(sign * delivery_fee)
            from sales group by 1, 2 order by 1, 2
            """,
        ["categories"] = "select shop_id, day, category, sum(sign * total), sum(sign * tax), count(*) from sales_lines group by 1, 2, 3 "
            + "order by 1, 2, 3",
        ["tenders"] = "select shop_id, day, method, sum(amount), sum(rounding) from takings group by 1, 2, 3 order by 1, 2, 3",
        ["orders"] = "select id, subtotal, discount, service_charge, tax, delivery_fee, tip, total, paid, refunded from orders order by id",
        ["lines"] = "select id, quantity, unit_price, discount, service_charge, tax_rate, tax, total from order_items order by id",
        ["refunds"] = "select refund_id, order_item_id, quantity, amount, tax from order_refund_lines order by 1, 2",
        ["corrections"] = "select drawer_id, sum(amount), sum(tax), sum(discount), sum(tip) from drawer_corrections group by 1 order by 1",
    };

    /// <summary>The taxes of each day by rate: what lines said by their one rate, and what they say since by their taxes.</summary>
    private const string TaxesBefore = """
        select shop_id, day, back, rate, sum(base), sum(tax) from (
            select s.shop_id, s.day, false as back, i.tax_rate as rate, s.sign * (i.total - i.tax) as base, s.sign * i.tax as tax
            from sales s join order_items i on i.order_id = s.order_id
            union all
            select r.shop_id, r.business_day, true, i.tax_rate, l.amount - l.tax, l.tax
            from order_refunds r join orders o on o.id = r.order_id and not o.training
                join order_refund_lines l on l.refund_id = r.id join order_items i on i.id = l.order_item_id
            union all
            select o.shop_id, o.cancelled_day, true, i.tax_rate, l.tax - l.amount, -l.tax
            from orders o join order_refunds r on r.order_id = o.id
                join order_refund_lines l on l.refund_id = r.id join order_items i on i.id = l.order_item_id
            where o.cancelled_day is not null and not o.training) t
        group by 1, 2, 3, 4 order by 1, 2, 3, 4
        """;

    private const string TaxesAfter =
        "select shop_id, day, back, rate, sum(base), sum(tax) from taxes_by_day group by 1, 2, 3, 4 order by 1, 2, 3, 4";

    private const string DrawersBefore = """
        select drawer, rate, sum(gross), sum(tax) from (
            select o.drawer_id as drawer, i.tax_rate as rate, i.total as gross, i.tax
            from orders o join order_items i on i.order_id = o.id where not o.training
            union all
            select o.cancelled_drawer_id, i.tax_rate, -i.total, -i.tax
            from orders o join order_items i on i.order_id = o.id where not o.training and o.cancelled_drawer_id is not null
            union all
            select drawer_id, tax_rate, amount, tax from drawer_corrections) t
        group by 1, 2 having sum(gross) <> 0 or sum(tax) <> 0 order by 1, 2
        """;

    [Fact]
    public async Task Every_figure_of_a_database_from_before_taxes_were_rows_stays()
    {
        var name = "old_" + Guid.NewGuid().ToString("N")[..8];
        await app.Database.Scalar($"create database {name}", default);
        await using var database = await Data.Database.Open(
            new NpgsqlConnectionStringBuilder(app.ConnectionString) { Database = name, MaxPoolSize = 8 }.ConnectionString, default);
        await MigrateToBefore(database);
        await Execute(database, OldSales);
        var before = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (var (what, sql) in Same)
            before[what] = await Rows(database, sql);
        var (taxes, drawers) = (await Rows(database, TaxesBefore), await Rows(database, DrawersBefore));
        (before["lines"].Count, before["corrections"].Count).ShouldBe((1200, 2)); // it is no empty one
        taxes.Count.ShouldBeGreaterThan(40);
        drawers.Count.ShouldBeGreaterThan(10);
        before["refunds"].Count.ShouldBeGreaterThan(50);
        var rules = await Rows(database, "select id, cash_step, service_charge_rate, prices_include_tax from orders order by id");

        (await Migrations.Run(database, default)).ShouldBeGreaterThan(8);
        foreach (var (what, sql) in Same)
            (await Rows(database, sql)).ShouldBe(before[what], what);
        (await Rows(database, TaxesAfter)).ShouldBe(taxes);
        (await Rows(
            database,
            "select i.id from order_items i where (select sum(t.tax) from borne_taxes(i.taxes) t) <> i.tax "
                + "or (select sum(t.base + t.tax) from borne_taxes(i.taxes) t) <> i.total")).ShouldBeEmpty();
        await using (var command = database.Command("select id, rules, prices_include_tax from orders order by id"))
        {
            (await command.List(
                r =>
                {
                    var thawed = PricingRules.Thaw(r.GetString(1), r.GetBoolean(2));
                    var (step, percent) = (thawed.Cash.Step.Minor, thawed.Service.Percent.TenThousandths);
                    return $"{r.GetInt64(0)}|{step}|{percent}|{thawed.Tax.PricesIncludeTax}";
                },
                default)).ShouldBe(rules);
        }

        await ReportsSay(database, before["days"], drawers);
    }

    /// <summary>The program's own reports, from the migrated tables.</summary>
    private static async Task ReportsSay(NpgsqlDataSource database, List<string> days, List<string> drawers)
    {
        var options = new ServeOptions { Port = 0, Listen = "127.0.0.1", DataFolder = Path.GetTempPath() };
        await using var server = Program.Build(database, options, _ => { });
        var shops = server.Services.GetRequiredService<ShopDirectory>();
        foreach (var shop in new[] { await shops.Find(1, default), await shops.Find(2, default) })
        {
            foreach (var day in Enumerable.Range(1, 4).Select(d => new DateOnly(2025, 3, d)))
            {
                var report = await DailySales.Of(database, shop!, day, default);
                string Minor(decimal amount) => (amount * 100).ToString("0", CultureInfo.InvariantCulture);
                var (sold, tax, tips) = (Minor(report.TotalSales), Minor(report.Tax), Minor(report.Tips));
                days.ShouldContain(row => row.StartsWith($"{shop!.Id}|{day:yyyy-MM-dd}|{report.OrderCount}|{sold}|{tax}|")
                    && row.Split('|')[6] == tips);
                report.Taxes.Sum(t => t.Tax).ShouldBe(report.Tax);
                report.Taxes.Sum(t => t.RefundedTax).ShouldBe(report.Refunded.Tax);
            }
        }

        await using var connection = await database.OpenConnectionAsync();
        var said = new List<string>();
        foreach (var drawer in drawers.Select(d => long.Parse(d.Split('|')[0], CultureInfo.InvariantCulture)).Distinct())
        {
            var figures = await DrawerFigures.Of(connection, drawer, default);
            said.AddRange(figures.Rates.Where(r => r.Gross != 0 || r.Tax != 0).Select(r => $"{drawer}|{r.Rate}|{r.Gross}|{r.Tax}"));
        }

        said.ShouldBe(drawers);
    }

    private static async Task MigrateToBefore(NpgsqlDataSource database)
    {
        await Execute(
            database,
            "create table migrations (name text primary key, sha256 text not null, ran_at timestamptz not null default now())");
        foreach (var (name, sql) in Migrations.All.TakeWhile(m => !m.Name.Contains(FirstOfTaxes, StringComparison.Ordinal)))
        {
            await Execute(database, sql);
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
            await database.Scalar("insert into migrations (name, sha256) values ($1, $2) returning 1", default, name, hash);
        }
    }

    private static async Task Execute(NpgsqlDataSource database, string sql)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<List<string>> Rows(NpgsqlDataSource database, string sql)
    {
        await using var command = database.Command(sql);
        return await command.List(
            r => string.Join('|', Enumerable.Range(0, r.FieldCount).Select(i => r.GetDataTypeName(i) == "date"
                ? r.GetFieldValue<DateOnly>(i).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
                : Convert.ToString(r.GetValue(i), CultureInfo.InvariantCulture))),
            default);
    }

    /// <summary>Six hundred orders as the schema before taxes kept them: one rate for each line.</summary>
    private const string OldSales = """
        insert into shops (id, name) values (1, 'Inside'), (2, 'On top');
        insert into settings (shop_id, key, value) values (1, 'currency', 'EUR'), (2, 'currency', 'EUR'), (1, 'tax_rate', '19'),
            (2, 'prices_include_tax', 'false'), (2, 'tax_rounding', 'per_rate'), (2, 'service_charge', '12.5');
        insert into registers (id, shop_id, code, name, kind) values (1, 1, 'A', 'Counter', 'counter'), (2, 2, 'A', 'Counter', 'counter');
        insert into drawers (id, shop_id, register_id, automatic, opened_at) values
            (9001, 1, 1, false, '2025-03-02'), (9002, 2, 2, false, '2025-03-02');

        insert into orders (id, shop_id, register_id, number, order_number, type, status, training, business_day, currency,
            prices_include_tax, subtotal, discount, tax, delivery_fee, tip, total, paid, estimated_time, created_at, cash_step,
            service_charge_rate, drawer_id, cancelled_at, cancelled_day, cancelled_drawer_id)
        select n, s, s, n, 'A-' || n, (array['dine-in', 'takeaway', 'online', 'delivery'])[1 + n % 4],
            case when n % 11 = 0 or n % 13 = 0 then 'cancelled' else 'completed' end, n % 17 = 0, day, 'EUR', s = 1, 0, 0, 0,
            case when n % 4 = 3 then 250 else 0 end, n % 5 * 10, 0, 0, 5, day + interval '9 hours', case when s = 1 then 5 else 0 end,
            case when s = 2 then 125000 else 0 end, drawer,
            case when n % 11 = 0 then day + interval '10 hours' when n % 13 = 0 then day + interval '34 hours' end,
            case when n % 11 = 0 then day when n % 13 = 0 then day + 1 end,
            case when n % 11 = 0 then drawer when n % 13 = 0 then 9000 + s end
        from generate_series(1, 600) n, lateral (select 1 + n % 2 as s, date '2025-03-01' + n % 3 as day) a,
            lateral (select case when n % 3 = 0 then (select drawer_id from registers where id = s) else 9000 + s end as drawer) b;

        insert into order_items (id, order_id, shop_id, position, menu_item_id, name, category, quantity, unit_price, modifiers, discount,
            service_charge, tax_rate, tax, total, sold_at)
        select 10 * o.id + k, o.id, o.shop_id, k, k, 'Item ' || k, 'Category ' || k % 2, quantity, price, '[]', off, service, rate, d.tax,
            net + case when o.prices_include_tax then 0 else d.tax end, o.created_at
        from orders o, generate_series(1, 3) k,
            lateral (select 1 + (o.id + k)::int % 3 as quantity, 100 + (o.id * 37 + k * 91) % 900 as price,
                case when o.id % 6 = 0 then 33 else 0 end as off, (array[70000, 190000, 0, 55000])[1 + (o.id + k)::int % 4] as rate) a,
            lateral (select case when o.shop_id = 2 and o.type = 'dine-in' then round((quantity * price - off) * 0.125) else 0 end
                as service) b,
            lateral (select quantity * price - off + service as net) c,
            lateral (select round(net * rate / (1000000.0 + case when o.prices_include_tax then rate else 0 end)) as tax) d
        where k <= 1 + o.id % 3;

        update orders o set subtotal = l.subtotal, discount = l.discount, service_charge = l.service, tax = l.tax,
            total = l.total + o.delivery_fee + o.tip
        from (select order_id, sum(quantity * unit_price) as subtotal, sum(discount) as discount, sum(service_charge) as service,
            sum(tax) as tax, sum(total) as total from order_items group by 1) l where l.order_id = o.id;
        insert into payments (id, shop_id, order_id, method, amount, business_day, paid_at, drawer_id)
        select id, shop_id, id, case when id % 2 = 0 then 'cash' else 'card' end, total, business_day, created_at, drawer_id
        from orders where not training and id % 5 <> 0;
        update orders o set paid = p.amount from payments p where p.order_id = o.id;

        -- A part of a line went back, of some that were cancelled on the next day too.
        insert into order_refunds (id, shop_id, order_id, amount, tax, delivery_fee, tip, reason, restocked, business_day, refunded_at,
            drawer_id)
        select o.id, o.shop_id, o.id, i.total / 2, round(i.tax * (i.total / 2) / i.total::numeric), 0, 0, 'cold', false, o.business_day,
            o.created_at, o.drawer_id
        from orders o join order_items i on i.order_id = o.id and i.position = 1
        where o.paid > 0 and (o.id % 7 = 0 or o.id % 39 = 0) and o.id % 11 <> 0;
        insert into order_refund_lines (refund_id, order_item_id, shop_id, quantity, amount, tax)
        select r.id, i.id, r.shop_id, 0, r.amount, r.tax
        from order_refunds r join order_items i on i.order_id = r.order_id and i.position = 1;
        insert into refunds (id, shop_id, order_id, payment_id, method, amount, kind, business_day, refunded_at, refund_id, drawer_id)
        select r.id, r.shop_id, r.order_id, p.id, p.method, r.amount, 'refund', r.business_day, r.refunded_at, r.id, r.drawer_id
        from order_refunds r join payments p on p.order_id = r.order_id;
        insert into refunds (id, shop_id, order_id, payment_id, method, amount, kind, business_day, refunded_at, drawer_id)
        select 100000 + o.id, o.shop_id, o.id, p.id, p.method, p.amount - coalesce(r.amount, 0), 'cancellation', o.cancelled_day,
            o.cancelled_at, o.cancelled_drawer_id
        from orders o join payments p on p.order_id = o.id left join order_refunds r on r.order_id = o.id where o.status = 'cancelled';
        update orders o set refunded = r.amount
        from (select order_id, sum(amount) as amount from refunds group by 1) r where r.order_id = o.id;

        insert into drawer_corrections (drawer_id, shop_id, order_id, tax_rate, amount, tax, discount, tip, at) values
            (9001, 1, 2, 190000, 119, 19, 5, 0, '2025-03-02'), (9001, 1, 2, 70000, -107, -7, 0, 0, '2025-03-02'),
            (9001, 1, 2, 0, 0, 0, 0, 50, '2025-03-02'), (9002, 2, 1, 0, 200, 0, 0, 0, '2025-03-02');
        """;
}
