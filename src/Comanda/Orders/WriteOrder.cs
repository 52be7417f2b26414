using System.Data;
using System.Globalization;
using Comanda.Data;
using Comanda.Events;
using Comanda.Guests;
using Comanda.Identity;
using Comanda.Journal;
using Comanda.Kernel;
using Comanda.Menu;
using Comanda.Shops;
using Npgsql;
using NpgsqlTypes;

namespace Comanda.Orders;

/// <summary>
/// The hot write: everything a new order is, in one statement, one round trip and one transaction. The register's row
/// gives the number and the journal's next hash; all else hangs on it, so a failure anywhere leaves no trace and no hole.
/// <para>
/// The number is known only inside the statement, so texts that contain it (journal, event, kept answer) are sent with a
/// random slot in its place, which the statement fills.
/// </para>
/// </summary>
public sealed class WriteOrder(NpgsqlDataSource database, WriteTurns turns, Here here)
{
    /// <summary>The statement; the benchmark commits the same rows with it through pgbench.</summary>
    public static readonly string Statement =
        $"""
        with register as (
            update registers set
                last_order_number = last_order_number + 1,
                {FiscalJournal.Chain($"'{FiscalJournal.Sale}'", "replace($3, $4, $5 || code || '-' || (last_order_number + 1)::text)")}
            where id = $2 and shop_id = $1
            returning last_order_number as number, $5 || code || '-' || last_order_number::text as order_number, last_entry, last_hash, coalesce($77::bigint, drawer_id) as drawer_id
        ),
        placed as (
            insert into orders (
                id, shop_id, register_id, number, order_number, type, status, training, business_day, currency, prices_include_tax,
                subtotal, discount, tax, delivery_fee, tip, total, paid, cashier_id, cashier_name, customer_name, "table", notes,
                delivery_address, scheduled_for, estimated_time, created_at, drawer_id, cash_step, service_charge, service_charge_rate, held, fired_at, customer_id, points_earned,
                completed_at, received_at, till_clock)
            select $6, $1, $2, number, order_number, $7, $73, $8, $9, $10, $11,
                $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, drawer_id, $61, $62, $63, $64, $65, $70, $71,
                $74, $75, $76
            from register
        ),
        lines as (
            insert into order_items (
                id, order_id, shop_id, position, menu_item_id, name, category, quantity, unit_price, modifiers,
                special_instructions, discount, discount_reason, tax_rate, tax, total, counted, combo, combo_id, combo_name, allergens, sold_at,
                service_charge, station, preparation_time, uses, unit_cost)
            select l.id, $6, $1, l.position, l.menu_item_id, l.name, l.category, l.quantity, l.unit_price, l.modifiers,
                l.special_instructions, l.discount, l.discount_reason, l.tax_rate, l.tax, l.total, l.counted, nullif(l.combo, 0), l.combo_id, l.combo_name, l.allergens, $27,
                l.service_charge, l.station, l.preparation_time, l.uses, l.unit_cost::numeric
            from unnest($28::bigint[], $29::int[], $30::bigint[], $31::text[], $32::text[], $33::int[], $34::bigint[], $35::text[],
                $36::text[], $37::bigint[], $38::text[], $39::bigint[], $40::bigint[], $41::bigint[], $56::boolean[],
                $57::int[], $58::bigint[], $59::text[], $60::text[], $66::bigint[], $67::text[], $68::int[], $78::text[], $79::text[])
                as l(id, position, menu_item_id, name, category, quantity, unit_price, modifiers,
                special_instructions, discount, discount_reason, tax_rate, tax, total, counted, combo, combo_id, combo_name, allergens,
                service_charge, station, preparation_time, uses, unit_cost)
        ),
        paid as (
            insert into payments (id, shop_id, order_id, method, amount, tendered, change, reference, business_day, cashier_id, paid_at, drawer_id, rounding, points)
            select p.id, $1, $6, p.method, p.amount, p.tendered, p.change, p.reference, $9, $19, $27, register.drawer_id, p.rounding, p.points
            from register, unnest($42::bigint[], $43::text[], $44::bigint[], $45::bigint[], $46::bigint[], $47::text[], $69::bigint[], $72::bigint[])
                as p(id, method, amount, tendered, change, reference, rounding, points)
        ),
        entry as (
            insert into journal (register_id, number, shop_id, order_id, kind, at, content, hash)
            select $2, last_entry, $1, $6, '{FiscalJournal.Sale}', coalesce($75::timestamptz, $27), replace($3, $4, order_number), last_hash from register
        ),
        announced as (
            insert into events (shop_id, event, at, actor, data)
            select $1, e.event, coalesce($75::timestamptz, $27), $48, replace(e.data, $4, order_number)
            from register, unnest($49::text[], $50::text[]) with ordinality as e(event, data, place) order by e.place
        ),
        kept as (
            insert into idempotency_keys (shop_id, scope, key, request_hash, status, location, body)
            select $1, $51, $52, $53, 201, $54, replace($55, $4, order_number) from register where $52::text is not null
        )
        select number, order_number from register
        """;

    /// <summary>The same for an order that moves its customer's points, for a basket with counted items, for one that uses stock, and for all of these together.</summary>
    private static readonly Dictionary<(bool Points, bool Counted, bool Stock), string> Statements =
        (from points in new[] { false, true } from counted in new[] { false, true } from stock in new[] { false, true } select (points, counted, stock)).ToDictionary(s => s, s => With(s.points, s.counted, s.stock));

    /// <summary>
    /// Takes points and counted items once it has the register, in this order, and fails as a whole where too few are left. Stock it takes as
    /// rows of its own, which wait for nobody and which no other sale waits for.
    /// </summary>
    private static string With(bool points, bool counted, bool stock)
    {
        var next = 80;
        string Next() => "$" + next++;
        var (tables, checks) = ("", "");
        if (points)
        {
            tables += MovePoints.Sql(Next(), Next(), (Next(), Next(), Next(), Next()), "$1", "$70", "$6", "$19", "$27", after: "register") + ",\n";
            checks += ", " + MovePoints.Moved;
        }

        if (counted)
        {
            var (items, counts) = (Next(), Next());
            tables += Countdown.Take(items, counts, "$1", "$27", "$48", after: points ? "moved" : "register") + ",\n";
            checks += ", " + Countdown.AllTaken(items);
        }

        if (stock)
        {
            tables += $"""
                used as (
                    insert into stock_movements (shop_id, item_id, location_id, quantity, reason, unit_cost, order_id, order_item_id, user_id, at, day)
                    select $1, u.item_id, u.location_id, u.quantity, 'sale', u.unit_cost::numeric, $6, u.line, $19, $27, $9
                    from unnest({Next()}::bigint[], {Next()}::bigint[], {Next()}::bigint[], {Next()}::text[], {Next()}::bigint[]) as u(item_id, location_id, quantity, unit_cost, line)
                ),

                """;
        }

        return Statement.Replace("placed as (", tables + "placed as (", StringComparison.Ordinal)
            .Replace("select number, order_number from register", $"select number, order_number{checks} from register", StringComparison.Ordinal);
    }

    public async Task<FixedAnswer> Run(Order order, ShopSettings settings, string root, RetryKey? key, Approver? approver, OrderTransaction own, CancellationToken cancel)
    {
        var counted = order.CountedItems();
        var points = OrderPoints.WhenPlaced(order, settings);
        var used = StockMemory.Taken(order);
        var statement = Statements[(points.Count > 0, counted.Count > 0, used.Count > 0)];
        var alone = approver is null && own.Connection is null && order.ReceivedAt is null;
        var slot = Guid.NewGuid().ToString("N");
        order.OrderNumber = slot;
        var body = Json.Write(OrderView.From(order));
        var location = $"{root}/orders/{order.Id}";

        await using var command = alone ? database.Command(statement) : new NpgsqlCommand(statement);
        var p = new Parameters(command);
        p.Add(order.ShopId).Add(order.RegisterId).Add(JournalContent.OfSale(order)).Add(slot).Add(settings.OrderPrefix);
        p.Add(order.Id).Add(order.Type.ToWire()).Add(order.Training).Add(order.BusinessDay).Add(order.Currency).Add(order.PricesIncludeTax);
        p.Add(order.Subtotal.Minor).Add(order.Discount.Minor).Add(order.Tax.Minor).Add(order.DeliveryFee.Minor).Add(order.Tip.Minor);
        p.Add(order.Total.Minor).Add(order.Paid.Minor).Add(order.CashierId).Add(order.CashierName).Add(order.CustomerName).Add(order.Table);
        p.Add(order.Notes).Add(order.DeliveryAddress).Add(order.ScheduledFor).Add(order.EstimatedTime).Add(order.CreatedAt);
        AddLines(p, order.Items);
        AddPayments(p, order.Payments);
        AddEvents(p, order, body);
        p.Add(key?.Scope).Add(key?.Key).Add(key?.RequestHash).Add(location).Add(key is null ? null : body);
        p.Add(order.Items.ConvertAll(l => l.Counted));
        p.Add(order.Items.ConvertAll(l => l.Combo ?? 0)).Add(order.Items.ConvertAll(l => l.ComboId)).Add(order.Items.ConvertAll(l => l.ComboName)).Add(order.Items.ConvertAll(l => l.Allergens));
        p.Add(order.CashStep.Minor).Add(order.ServiceCharge.Minor).Add(order.ServiceChargeRate.TenThousandths).Add(order.Held).Add(order.FiredAt);
        p.Add(order.Items.ConvertAll(l => l.ServiceCharge.Minor)).Add(order.Items.ConvertAll(l => l.Station)).Add(order.Items.ConvertAll(l => l.PreparationTime));
        p.Add(order.Payments.ConvertAll(x => x.Rounding.Minor));
        p.Add(order.CustomerId).Add(order.PointsEarned).Add(order.Payments.ConvertAll(x => x.Points));
        p.Add(order.Status.ToWire()).Add(order.CompletedAt).Add(order.ReceivedAt).Add(order.TillClock);
        p.Add(order.ReceivedAt is { } received ? await LateDrawer.Of(await own.Begin(cancel), order.ShopId, order.RegisterId, order.CreatedAt, received, cancel) : null);
        p.Add(order.Items.ConvertAll(l => l.Uses)).Add(order.Items.ConvertAll(l => l.UnitCost?.ToString(CultureInfo.InvariantCulture)));
        if (points.Count > 0)
        {
            p.Add(points.Sum(m => m.Points)).Add(MovePoints.Needed(points)).Add(points.ConvertAll(m => m.Kind.ToWire())).Add(points.ConvertAll(m => m.Points));
            p.Add(points.ConvertAll(m => m.PaymentId ?? 0)).Add(points.ConvertAll(m => m.RefundId ?? 0));
        }

        if (counted.Count > 0)
            p.Add([.. counted.Keys]).Add([.. counted.Values]);
        if (used.Count > 0)
        {
            p.Add(used.ConvertAll(u => u.ItemId)).Add(used.ConvertAll(u => u.LocationId)).Add(used.ConvertAll(u => u.Quantity));
            p.Add(used.ConvertAll(u => u.UnitCost.ToString(CultureInfo.InvariantCulture))).Add(used.ConvertAll(u => u.OrderItemId!.Value));
        }

        // Who has a connection in hand waits for nothing but the database.
        using var turn = own.Connection is null ? await turns.Take(order.RegisterId, cancel) : null;
        await (alone ? Write(command, order, cancel) : WriteWithMore(command, order, approver, own, cancel));
        return new(201, body.Replace(slot, order.OrderNumber, StringComparison.Ordinal), location);
    }

    private static async Task Write(NpgsqlCommand command, Order order, CancellationToken cancel)
    {
        await using var reader = await command.Read(cancel, CommandBehavior.SingleRow);
        if (!await reader.ReadAsync(cancel))
            throw new InvalidOperationException($"register {order.RegisterId} has gone");
        order.Number = reader.GetInt64(0);
        order.OrderNumber = reader.GetString(1);
    }

    /// <summary>The few orders that gift cards pay for, those that a till made without us, and those that somebody had to approve, which say so in the audit log: in one transaction with that.</summary>
    private async Task WriteWithMore(NpgsqlCommand command, Order order, Approver? approver, OrderTransaction own, CancellationToken cancel)
    {
        var connection = await own.Begin(cancel);
        command.Connection = connection;
        await Write(command, order, cancel);
        if (order.Status == OrderStatus.Completed)
            await TrackOrder.Note(connection, order, order.CreatedAt, cancel);
        if (approver is not null)
            await approver.Of("order", order.Id).Write(connection, here, order.ReceivedAt ?? order.CreatedAt, cancel);
        await own.Commit(cancel);
    }

    private static void AddLines(Parameters p, List<OrderLine> lines)
    {
        p.Add(lines.ConvertAll(l => l.Id)).Add(lines.ConvertAll(l => l.Position)).Add(lines.ConvertAll(l => l.MenuItemId));
        p.Add(lines.ConvertAll(l => l.Name)).Add(lines.ConvertAll(l => l.Category)).Add(lines.ConvertAll(l => l.Quantity));
        p.Add(lines.ConvertAll(l => l.UnitPrice.Minor)).Add(lines.ConvertAll(l => l.Modifiers)).Add(lines.ConvertAll(l => l.SpecialInstructions));
        p.Add(lines.ConvertAll(l => l.Discount.Minor)).Add(lines.ConvertAll(l => l.DiscountReason)).Add(lines.ConvertAll(l => l.TaxRate.TenThousandths));
        p.Add(lines.ConvertAll(l => l.Tax.Minor)).Add(lines.ConvertAll(l => l.Total.Minor));
    }

    private static void AddPayments(Parameters p, List<Payment> payments)
    {
        p.Add(payments.ConvertAll(x => x.Id)).Add(payments.ConvertAll(x => x.Method.ToWire())).Add(payments.ConvertAll(x => x.Amount.Minor));
        p.Add(payments.ConvertAll(x => x.Tendered?.Minor)).Add(payments.ConvertAll(x => x.Change.Minor)).Add(payments.ConvertAll(x => x.Reference));
    }

    private void AddEvents(Parameters p, Order order, string body)
    {
        var currency = Currency.Of(order.Currency);
        var names = new List<string> { EventNames.OrderCreated };
        var data = new List<string> { order.IsInKitchen ? KitchenTicket.With(body, KitchenTicket.New(order)) : body };
        foreach (var payment in order.Payments)
        {
            names.Add(EventNames.PaymentRecorded);
            data.Add(Json.Write(PaymentRecorded.From(payment, order, currency)));
        }

        if (order.Status == OrderStatus.Completed)
        {
            names.Add(EventNames.OrderCompleted);
            data.Add(body);
        }

        p.Add(ShopEvent.ActorJson(here.Visitor)).Add(names).Add(data);
    }

    /// <summary>Positional parameters with their types said, so that a null is a null of the right type.</summary>
    private readonly struct Parameters(NpgsqlCommand command)
    {
        public Parameters Add(long value) => Typed(value);

        public Parameters Add(int value) => Typed(value);

        public Parameters Add(bool value) => Typed(value);

        public Parameters Add(DateOnly value) => Typed(value);

        public Parameters Add(DateTimeOffset value) => Typed(value);

        public Parameters Add(long? value) => Untyped(NpgsqlDbType.Bigint, value);

        public Parameters Add(string? value) => Untyped(NpgsqlDbType.Text, value);

        public Parameters Add(byte[]? value) => Untyped(NpgsqlDbType.Bytea, value);

        public Parameters Add(DateTimeOffset? value) => Untyped(NpgsqlDbType.TimestampTz, value);

        public Parameters Add(List<bool> values) => Untyped(NpgsqlDbType.Array | NpgsqlDbType.Boolean, values);

        public Parameters Add(List<long> values) => Untyped(NpgsqlDbType.Array | NpgsqlDbType.Bigint, values);

        public Parameters Add(List<long?> values) => Untyped(NpgsqlDbType.Array | NpgsqlDbType.Bigint, values);

        public Parameters Add(List<int> values) => Untyped(NpgsqlDbType.Array | NpgsqlDbType.Integer, values);

        public Parameters Add(IReadOnlyList<string?> values) => Untyped(NpgsqlDbType.Array | NpgsqlDbType.Text, values);

        private Parameters Typed<T>(T value)
        {
            command.Parameters.Add(new NpgsqlParameter<T> { TypedValue = value });
            return this;
        }

        private Parameters Untyped(NpgsqlDbType type, object? value)
        {
            command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value ?? DBNull.Value });
            return this;
        }
    }
}

/// <summary>What a payment_recorded event tells: the payment, and where the order stands with it.</summary>
public sealed record PaymentRecorded(long OrderId, string OrderNumber, PaymentView Payment, string PaymentStatus, decimal BalanceDue)
{
    public static PaymentRecorded From(Payment payment, Order order, Currency currency) =>
        new(order.Id, order.OrderNumber, OrderView.View(payment, currency), order.PaymentStatus, order.BalanceDue.In(currency));
}
