using Comanda.Data;
using Comanda.Events;
using Comanda.Identity;
using Comanda.Registers;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// The hot write: everything a new order is, in one statement, one round trip and one transaction. The register's row
/// gives the number and the journal's next hash; all else hangs on it, so a failure anywhere leaves no trace and no hole.
/// </summary>
public sealed class WriteOrder(
    OrderTrains trains,
    WriteTurns turns,
    EventBell bell,
    KitchenLoad kitchen,
    Moment moment,
    RequestHead head)
{
    /// <summary>So many orders of one guest wait for their payment at once: more would only hold what others could have.</summary>
    private const int MostWaiting = 3;

    /// <summary>The statement of an order without points, counted items and stock; the benchmark commits the same rows with it.</summary>
    public static string Statement => OrderStatement.Plain.Text;

    /// <summary>What its parameters are, by name.</summary>
    public static IReadOnlyDictionary<string, int> Parameters => OrderStatement.Plain.Numbers();

    /// <summary>The answer; or the refusal where there is no room for it, and then the caller must roll back.</summary>
    public async Task<Outcome<FixedAnswer>> Run(
        Order order,
        RetryKey? key,
        Approver? approver,
        OrderTransaction own,
        CancellationToken cancel)
    {
        var settings = moment.Shop.Settings;
        var alone = approver is null && own.Connection is null && order.ReceivedAt is null && order.SlotAt is null
            && order.PaymentDueBy is null;
        var slot = Guid.NewGuid().ToString("N");
        order.OrderNumber = slot;
        var points = OrderPoints.WhenPlaced(order, settings); // which also notes what it earns: the body tells that
        var body = Json.Write(OrderView.From(order));
        var location = $"{head.Root}/orders/{order.Id}";
        var write = new OrderToWrite(order, body)
        {
            Points = points,
            Prefix = settings.OrderPrefix,
            Key = key,
            Slot = slot,
            Location = location,
            Actor = moment.Here.Visitor,
            LateDrawer = order.ReceivedAt is { } received
                ? await LateDrawer.Of(await own.Begin(cancel), order.ShopId, order.RegisterId, order.CreatedAt, received, cancel)
                : null,
        };
        var refusal = !alone ? await WriteWithMore(write, approver, own, cancel)
            : await trains.Ride(write, cancel) ? null
            : RetryKey.IsAnswered;
        if (refusal is not null)
            return refusal;
        bell.Ring();
        if (order.IsInKitchen)
            kitchen.Add(order.ShopId, order.Work);
        return new FixedAnswer(201, write.Body.Replace(slot, order.OrderNumber, StringComparison.Ordinal), write.Location)
        {
            Version = order.Version,
        };
    }

    /// <summary>
    /// The few orders that gift cards pay for, those that a till made without us, those that take room in a slot or wait for their payment,
    /// and those that somebody had to approve, which say so in the audit log: in one transaction with that.
    /// </summary>
    private async Task<Refusal?> WriteWithMore(
        OrderToWrite write, Approver? approver, OrderTransaction own, CancellationToken cancel)
    {
        var order = write.Order;
        // Who has a connection in hand waits for nothing but the database.
        using var turn = own.Connection is null ? await turns.Take(order.RegisterId, cancel) : null;
        var connection = await own.Begin(cancel);
        await using var command = OrderStatement.For(write).Command(write);
        command.Connection = connection;
        await OrderStatement.Run(command, order, cancel);
        if (await TakeRoom(connection, order, cancel) is { } full)
            return full;
        if (order.Status == OrderStatus.Completed)
            await TrackOrder.Note(connection, order, order.CreatedAt, cancel);
        if (approver is not null)
            await approver.Of("order", order.Id).Write(connection, moment.Here, order.ReceivedAt ?? order.CreatedAt, cancel);
        await own.Commit(cancel);
        return null;
    }

    /// <summary>With the register's row locked, behind which all orders of guests stand: what is counted here stays so.</summary>
    private async Task<Refusal?> TakeRoom(NpgsqlConnection connection, Order order, CancellationToken cancel)
    {
        if (order.PaymentDueBy is not null && (long)(await connection.Scalar(
            "select count(*) from orders where shop_id = $1 and customer_id = $2 and payment_due_by is not null",
            cancel,
            order.ShopId,
            order.CustomerId))! > MostWaiting)
            return Refusal.Conflict("too_many_unpaid", $"{MostWaiting} of your orders wait to be paid; pay or cancel them first.");
        return SlotPlace.Of(order) is { } place
            ? await TakeSlots.Run(connection, order.ShopId, moment.Shop.Settings, [new(place, 1) { IsChecked = true }], cancel)
            : null;
    }
}
