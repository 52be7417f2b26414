using System.Text.RegularExpressions;
using Comanda.Baking;
using Comanda.Data;
using Comanda.Events;
using Comanda.Guests;
using Comanda.Identity;
using Comanda.Imports;
using Comanda.GiftCards;
using Comanda.Inbox;
using Comanda.Notifications;
using Comanda.Operations;
using Comanda.Orders;
using Comanda.Printing;
using Comanda.Registers;
using Comanda.Shops;
using Comanda.Stock;
using Comanda.Webhooks;

namespace Comanda.Tests.Schema;

/// <summary>The schema as a reader and as the code sees it.</summary>
public sealed partial class SchemaTests(CafeApp app)
{
    /// <summary>Every column that holds one of a closed list of words, and the code's list.</summary>
    private static readonly Dictionary<string, IReadOnlyCollection<string>> Lists = new()
    {
        ["cake_orders.stage"] = WireName<CakeStage>.All,
        ["cake_stages.stage"] = WireName<CakeStage>.All,
        ["cakes.deposit_tax"] = WireName<DepositTax>.All,
        ["bake_steps.kind"] = WireName<StepKind>.All,
        ["devices.type"] = WireName<DeviceType>.All,
        ["drawer_movements.type"] = Words<DrawerMovementView>("Type"),
        ["gift_cards.kind"] = WireName<GiftCardKind>.All,
        ["gift_card_movements.kind"] = Words<GiftCardMovementView>("Kind"),
        ["gift_card_movements.method"] = Words<GiftCardMovementView>("Method"),
        ["imported_rows.kind"] = ["item", "guest"],
        ["imports.kind"] = WireName<ImportKind>.All,
        ["imports.status"] = WireName<ImportStatus>.All,
        ["live_devices.door"] = WireName<LiveDoor>.All,
        ["journal.kind"] = new WordsAttribute(typeof(JournalKind)).Words,
        ["menu_items.unit"] = WireName<WeightUnit>.All,
        ["messages.channel"] = WireName<MessageChannel>.All,
        ["notification_choices.channel"] = WireName<MessageChannel>.All,
        ["notification_choices.type"] = WireName<NotificationKind>.All,
        ["notifications.type"] = WireName<NotificationKind>.All,
        ["order_items.unit"] = WireName<WeightUnit>.All,
        ["order_moves.status"] = WireName<OrderStatus>.All,
        ["orders.status"] = WireName<OrderStatus>.All,
        ["orders.type"] = WireName<OrderType>.All,
        ["payments.method"] = WireName<PaymentMethod>.All,
        ["point_entries.kind"] = WireName<PointsKind>.All,
        ["print_job_changes.status"] = WireName<PrintStatus>.All,
        ["print_jobs.kind"] = WireName<PrintKind>.All,
        ["print_jobs.marked"] = WireName<PrintMark>.All,
        ["print_jobs.status"] = WireName<PrintStatus>.All,
        ["printers.cover"] = WireName<CoverPosition>.All,
        ["printers.kind"] = WireName<PrinterKind>.All,
        ["printers.paper"] = WireName<PaperLevel>.All,
        ["printers.print_on_doubt"] = WireName<PrintOnDoubt>.All,
        ["purchase_orders.status"] = WireName<PurchaseStatus>.All,
        ["refunds.kind"] = WireName<RefundKind>.All,
        ["refunds.method"] = WireName<PaymentMethod>.All,
        ["registers.kind"] = WireName<RegisterKind>.All,
        ["role_permissions.role"] = Permissions.Roles,
        ["sessions.method"] = WireName<SignInMethod>.All,
        ["shop_members.role"] = new WordsAttribute(typeof(RoleNames)).Words,
        ["standing_order_days.status"] = [StandingDayStatus.Failed.ToWire(), StandingDayStatus.Placed.ToWire()],
        ["standing_orders.pay"] = WireName<StandingPay>.All,
        ["standing_orders.type"] = Words<StandingOrderInput>("Type"),
        ["stock_alerts.type"] = Words<AlertView>("Type"),
        ["stock_days.reason"] = WireName<MovementReason>.All,
        ["stock_items.made"] = Words<StockItemView>("Made"),
        ["stock_movements.reason"] = WireName<MovementReason>.All,
        ["upkeep.task"] = [NormaliseVerb.UpkeepTask],
        ["webhooks.disabled_because"] = [WebhookStatus.Failing.ToWire(), WebhookStatus.Gone.ToWire()],
    };

    /// <summary>What sounds like one of a list and is none.</summary>
    private static readonly Dictionary<string, string> Open = new()
    {
        ["audit.action"] = "grows with every feature, and what was written stays",
        ["audit.actor_role"] = "of somebody in another shop it says of which",
        ["bake_batches.unit"] = "of a stock item, or piece",
        ["card_intents.provider"] = "whatever provider is plugged in",
        ["card_intents.status"] = "the provider's words",
        ["customer_tax_exemptions.kind"] = "which paper it is, as its state calls it",
        ["drawer_movements.reason"] = "somebody's own words",
        ["events.event"] = "grows with every feature, and what was written stays",
        ["gift_card_movements.reason"] = "somebody's own words",
        ["idempotency_keys.scope"] = "names a customer",
        ["messages.provider"] = "whatever sender is plugged in",
        ["order_refunds.reason"] = "somebody's own words",
        ["point_entries.reason"] = "somebody's own words",
        ["report_product_months.unit"] = "as lines have it, or empty",
        ["report_products.unit"] = "as lines have it, or empty",
        ["report_reasons.reason"] = "somebody's own words",
        ["report_tenders.method"] = "as payments and refunds have it",
        ["refunds.reason"] = "somebody's own words",
        ["purchase_order_lines.unit"] = "of a stock item, or one of its packs",
        ["sales_set_aside.reason"] = "the words of a refusal",
        ["standing_order_days.reason"] = "the code of a refusal",
        ["stock_items.unit"] = "any that a shop counts in (Stock/Quantity.cs)",
    };

    [Fact]
    public async Task The_schema_lies_in_the_docs_as_the_migrations_leave_it()
    {
        await using var connection = await app.Database.OpenConnectionAsync();
        Assert.SkipUnless(connection.PostgreSqlVersion.Major == 15, "docs/schema.sql has views as PostgreSQL 15 tells them");
        await Repository.ShouldHold(Path.Combine("docs", "schema.sql"), await SchemaText.Of(app.Database));
    }

    [Fact]
    public async Task Every_closed_list_of_words_is_the_same_in_the_database_and_in_the_code()
    {
        await using var command = app.Database.Command(
            """
            select conrelid::regclass || '.' || attname, pg_get_constraintdef(c.oid) from pg_constraint c
            join pg_attribute a on a.attrelid = c.conrelid and c.conkey = array[a.attnum]
            where contype = 'c' and connamespace = 'public'::regnamespace and a.atttypid = 'text'::regtype
            """);
        var checks = await command.List(r => (Column: r.GetString(0), Definition: r.GetString(1)), default);
        var lists = checks.Where(c => OneOf().IsMatch(c.Definition)).ToDictionary(
            c => c.Column,
            c => Word().Matches(c.Definition).Select(m => m.Groups[1].Value).ToList());
        lists.Keys.ShouldBe(Lists.Keys, ignoreOrder: true);
        foreach (var (column, words) in lists)
            words.ShouldBe(Lists[column], ignoreOrder: true, column);
    }

    [Fact]
    public async Task Every_column_that_sounds_like_one_of_a_list_is_one_or_says_why_not()
    {
        await using var command = app.Database.Command(
            """
            select table_name || '.' || column_name from information_schema.columns
            join information_schema.tables using (table_schema, table_name)
            where table_schema = 'public' and table_type = 'BASE TABLE' and data_type = 'text' and column_name
                in ('status', 'type', 'method', 'kind', 'role', 'actor_role', 'channel', 'provider', 'scope', 'action', 'event', 'reason',
                    'made', 'task', 'state', 'mode', 'unit', 'door', 'disabled_because', 'marked', 'print_on_doubt', 'paper', 'cover',
                    'pay', 'stage', 'deposit_tax')
            """);
        var columns = await command.List(r => r.GetString(0), default);
        columns.ShouldBe(Lists.Keys.Concat(Open.Keys), ignoreOrder: true);
    }

    private static IReadOnlyList<string> Words<T>(string property) =>
        ((WordsAttribute)typeof(T).GetProperty(property)!.GetCustomAttributes(typeof(WordsAttribute), inherit: true)[0]).Words;

    [GeneratedRegex(@"^CHECK \(\(\w+ = (ANY \(ARRAY\[|')")]
    private static partial Regex OneOf();

    [GeneratedRegex("'([^']+)'::text")]
    private static partial Regex Word();
}
