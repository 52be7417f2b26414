using System.Text.RegularExpressions;
using Comanda.Data;

namespace Comanda.Tests.Schema;

/// <summary>Who writes what, read from the SQL in the sources: a table is written by its room, and by others only for a reason.</summary>
public sealed partial class TableOwnersTests(CafeApp app)
{
    private static readonly Dictionary<string, string[]> Owned = new()
    {
        ["Data"] = ["idempotency_keys"],
        ["Events"] = ["consumer_failures", "consumers", "events", "live_devices", "live_processes"],
        ["Audit"] = ["audit"],
        ["Notifications"] = ["messages"],
        ["Shops"] = ["devices", "settings", "shops", "tax_tables"],
        ["Identity"] =
        [
            "attempts", "one_time_codes", "password_resets", "recovery_codes", "refresh_tokens", "role_permissions", "second_factors",
            "sessions", "shop_members", "signing_keys", "users",
        ],
        ["Webhooks"] = ["webhook_failures", "webhooks"],
        ["Registers"] = ["drawer_movements", "drawers", "journal", "registers"],
        ["GiftCards"] = ["gift_card_movements", "gift_cards"],
        ["Menu"] =
        [
            "categories", "combo_choices", "menu_dates", "menu_item_groups", "menu_items", "modifier_groups", "modifier_options",
            "sold_out",
        ],
        ["Guests"] =
        [
            "customer_tax_exemptions", "customers", "favorites", "guest_addresses", "guest_allergens", "point_entries", "push_tokens",
            "review_likes", "reviews",
        ],
        ["Inbox"] = ["notification_choices", "notifications", "push_subscriptions"],
        ["Promotions"] = ["promotion_use_orders", "promotion_uses", "promotions"],
        ["Stock"] =
        [
            "allergen_versions", "lot_items", "lot_moves", "lot_positions", "lots", "purchase_order_lines", "purchase_orders",
            "recall_messages", "recipe_lines", "stock_alerts", "stock_days", "stock_items", "stock_levels",
            "stock_locations", "stock_low", "stock_movements", "stock_positions", "stock_told", "suppliers",
        ],
        ["Orders"] =
        [
            "cake_days", "cake_orders", "cake_stages", "cakes", "deliveries", "delivery_areas", "drawer_corrections", "order_items",
            "order_moves", "order_refund_lines", "order_refunds", "orders", "payments", "receipt_prints", "refunds", "sales_set_aside",
            "slots", "standing_order_days", "standing_orders",
        ],
        ["Payments"] = ["card_intents", "card_refunds"],
        ["Printing"] = ["print_job_changes", "print_jobs", "printers"],
        ["Reports"] =
        [
            "report_days", "report_mails", "report_positions", "report_product_days", "report_product_months", "report_products",
            "report_promotions", "report_reasons", "report_sales", "report_staff", "report_taxes", "report_tenders",
        ],
        ["Baking"] = ["bake_batches", "bake_methods", "bake_plans", "bake_stations", "bake_steps", "bake_tasks"],
        ["Imports"] = ["import_files", "imported_orders", "imported_refunds", "imported_rows", "imports", "sales_imports"],
        ["Storefront"] = ["storefront_visits"],
        ["Operations"] = ["request_counts", "upkeep"],
    };

    /// <summary>Who else writes a table, and why.</summary>
    private static readonly Dictionary<(string Room, string Table), string> Exceptions = new()
    {
        [("Demo", "categories")] = "the demo cafe and a starter menu are there at once, without a server",
        [("Demo", "combo_choices")] = "the demo cafe and a starter menu are there at once, without a server",
        [("Demo", "menu_item_groups")] = "the demo cafe and a starter menu are there at once, without a server",
        [("Demo", "menu_items")] = "the demo cafe and a starter menu are there at once, without a server",
        [("Demo", "modifier_groups")] = "the demo cafe and a starter menu are there at once, without a server",
        [("Demo", "modifier_options")] = "the demo cafe and a starter menu are there at once, without a server",
        [("Demo", "shops")] = "the demo cafe has PINs that are the same everywhere",
        [("Guests", "menu_items")] = "an item carries the count and sum of its reviews, exact in their transaction",
        [("Identity", "devices")] = "signing in on a device says when it was last seen; whoever may sign people out revokes it",
        [("Identity", "shops")] = "the salt of the shop's PINs is made with the first of them",
        [("Imports", "categories")] = "thousands of rows in one piece, each as its room would write it",
        [("Imports", "customers")] = "thousands of rows in one piece, each as its room would write it",
        [("Imports", "gift_card_movements")] = "what is owed on another shop's cards comes with it, without the sales that brought it",
        [("Imports", "gift_cards")] = "what is owed on another shop's cards comes with it, without the sales that brought it",
        [("Imports", "menu_dates")] = "thousands of rows in one piece, each as its room would write it",
        [("Imports", "menu_item_groups")] = "thousands of rows in one piece, each as its room would write it",
        [("Imports", "menu_items")] = "thousands of rows in one piece, each as its room would write it",
        [("Imports", "modifier_groups")] = "thousands of rows in one piece, each as its room would write it",
        [("Imports", "modifier_options")] = "thousands of rows in one piece, each as its room would write it",
        [("Imports", "order_items")] = "thousands of rows in one piece, each as its room would write it",
        [("Imports", "order_refund_lines")] = "thousands of rows in one piece, each as its room would write it",
        [("Imports", "order_refunds")] = "thousands of rows in one piece, each as its room would write it",
        [("Imports", "orders")] = "thousands of rows in one piece, each as its room would write it",
        [("Imports", "payments")] = "thousands of rows in one piece, each as its room would write it",
        [("Imports", "refunds")] = "thousands of rows in one piece, each as its room would write it",
        [("Imports", "shop_members")] = "thousands of rows in one piece, each as its room would write it",
        [("Menu", "events")] = "what a sale counted down is told in the sale's own statement",
        [("Operations", "attempts")] = "what is over is swept away in one place",
        [("Operations", "idempotency_keys")] = "what is over is swept away in one place",
        [("Operations", "messages")] = "what is over is swept away in one place",
        [("Operations", "one_time_codes")] = "what is over is swept away in one place",
        [("Operations", "password_resets")] = "what is over is swept away in one place",
        [("Operations", "refresh_tokens")] = "what is over is swept away in one place",
        [("Operations", "signing_keys")] = "a new key, and the end of old ones, are the operator's word (rotate-keys)",
        [("Operations", "storefront_visits")] = "what is over is swept away in one place",
        [("Operations", "sessions")] = "what is over is swept away in one place",
        [("Operations", "customers")] = "search words that an older version folded otherwise",
        [("Shops", "registers")] = "a shop is opened with its registers, and a till comes with one",
    };

    /// <summary>The names of tables that a statement is put together with, where they are not in its text.</summary>
    private static readonly string[] Composed =
    [
        "src/Comanda/Data/StatementRows.cs", // Insert.Into, which is told it
        "src/Comanda/Imports/CopySales.cs", // Copy, which is told it
        "src/Comanda/Reports/RollUp.cs", // the tables of the facets (Facets.cs)
        "src/Comanda/Operations/RotateKeysVerb.cs", // what is sealed, which it lists
        "src/Comanda/Operations/NormaliseVerb.cs", // the phones of four tables, which it lists
    ];

    [Fact]
    public async Task A_table_is_written_by_its_room_and_by_others_only_for_a_reason()
    {
        await using var command = app.Database.Command(SchemaText.BaseTables);
        var tables = await command.List(r => r.GetString(0), default);
        Owned.Values.SelectMany(t => t).ShouldBe(tables, ignoreOrder: true);
        var owner = Owned.SelectMany(o => o.Value.Select(t => (Table: t, Room: o.Key))).ToDictionary(o => o.Table, o => o.Room);
        var writes = Writes(tables).ToList();
        writes.Count.ShouldBeGreaterThan(100);
        var foreign = writes.Where(w => owner[w.Table] != w.Room).ToLookup(w => (w.Room, w.Table), w => w.File);
        foreign.Where(f => !Exceptions.ContainsKey(f.Key)).Select(f => $"{f.Key.Room} writes {f.Key.Table}: {string.Join(", ", f)}")
            .ShouldBeEmpty();
        Exceptions.Keys.Where(e => !foreign.Contains(e)).ShouldBeEmpty("nobody does that any more");
    }

    [Fact]
    public void Every_written_table_is_named_in_the_text_of_its_statement()
    {
        Sources().Where(s => Unnamed().IsMatch(s.Text)).Select(s => s.File).ShouldBe(Composed, ignoreOrder: true);
    }

    private static IEnumerable<(string Room, string Table, string File)> Writes(IReadOnlyCollection<string> tables)
    {
        foreach (var (file, text) in Sources())
        {
            var room = file.Split('/')[2];
            foreach (var table in Write().Matches(text).Select(m => m.Groups[1].Value).Where(tables.Contains).Distinct())
                yield return (room, table, file);
        }
    }

    /// <summary>The sources of the server without their comments, and texts that are put together as one.</summary>
    private static IEnumerable<(string File, string Text)> Sources() =>
        Repository.Sources("src/Comanda").Select(file => (
            Path.GetRelativePath(Repository.Root, file),
            Together().Replace(Comment().Replace(File.ReadAllText(file), ""), "")));

    /// <summary>A statement, a part of one (<c>Insert.Into("x"</c>), or rows that are copied in (<c>Copy(…, "x"</c>).</summary>
    [GeneratedRegex(
        """(?:\b(?:insert into|update(?: only)?|delete from|merge into|truncate(?: table)?|copy) """
            + """|\bInto\(\s*|\bCopy\(\s*"+\s*)"?([a-z_]+)\b""")]
    private static partial Regex Write();

    [GeneratedRegex("""(?:\b(?:insert into|update|delete from|merge into|truncate|copy) )\{""")]
    private static partial Regex Unnamed();

    [GeneratedRegex("""^\s*//.*$""", RegexOptions.Multiline)]
    private static partial Regex Comment();

    [GeneratedRegex("\"\\s*\\+\\s*\\$?\"")]
    private static partial Regex Together();
}
