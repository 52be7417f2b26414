using System.Text.Json;
using Comanda.Data;
using Comanda.Events;
using Comanda.Orders;
using Comanda.Registers;
using Comanda.Shops;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Comanda.Printing;

/// <summary>
/// Follows the event log and makes what printers print by themselves: the tickets that an order's event carries, each once, at the
/// printers of its station; and once it is paid its receipt, before it a pulse for the drawer where cash came. Jobs commit with the place
/// in the log.
/// </summary>
public sealed class MakeTickets(
    ShopDirectory shops,
    PrintQueue queue,
    PrinterBoard board,
    ReadReceipt receipts,
    IServiceScopeFactory scopes) : IEventConsumer
{
    private static readonly string[] Names =
    [
        EventNames.OrderCreated,
        EventNames.OrderUpdated,
        EventNames.OrderCompleted,
        EventNames.OrderCancelled,
        EventNames.PaymentRecorded,
    ];

    /// <summary>Shops that got jobs since the last commit. A consumer does one thing after the other.</summary>
    private readonly HashSet<long> touched = [];

    public string Name => "print_jobs";

    /// <summary>A printer that is added prints nothing of what was before.</summary>
    public string Wants =>
        $"e.event in ('{string.Join("', '", Names)}') and exists (select 1 from printers p where p.shop_id = e.shop_id and p.enabled "
            + "and p.removed_at is null and p.created_at <= e.at)";

    public bool IsPressing(HeardEvent heard) => board.HasPrinters(heard.ShopId) && Names.Contains(heard.Name, StringComparer.Ordinal);

    public void Committed()
    {
        queue.Committed([.. touched]);
        touched.Clear();
    }

    public async Task Handle(LoggedEvent happened, NpgsqlConnection connection, CancellationToken cancel)
    {
        if (await shops.Find(happened.ShopId, cancel) is not { } shop)
            return;
        touched.Add(shop.Id);
        await using var command = connection.Command(
            $"""
            select {Printer.Columns} from printers p
            where p.shop_id = $1 and p.enabled and p.removed_at is null and p.created_at <= $2 order by p.id
            """,
            shop.Id, happened.At);
        var printers = await command.List(Printer.Read, cancel);
        var told = JsonSerializer.Deserialize<ToldOrder>(happened.Data, Json.Options)!;
        await MakeKitchen(connection, shop, printers, happened, told, cancel);
        // The law there has a receipt printed for whoever asks for one, and for nobody else (decree 2022-1565, from 2023-08-01).
        if (shop.Settings.Country != "FR" && printers.Exists(p => p.DoesPrint(PrintsWhat.Receipt)))
            await MakeReceipt(connection, shop, printers, happened.At, told.OrderId ?? told.Id, cancel);
    }

    private async Task MakeKitchen(
        NpgsqlConnection connection,
        Shop shop,
        List<Printer> printers,
        LoggedEvent happened,
        ToldOrder order,
        CancellationToken cancel)
    {
        if (order.Kitchen is null)
            return;
        var ordered = TimeZoneInfo.ConvertTime(order.CreatedAt, shop.Settings.BusinessDay.Zone);
        foreach (var (place, ticket) in order.Kitchen.Index())
        {
            foreach (var printer in printers.Where(p => p.DoesPrint(PrintsWhat.Kitchen) && IsOf(p, ticket.Station)))
            {
                var paper = DrawTicket.Of(ticket, happened.Seq, order.Version, ordered);
                await queue.Add(
                    connection,
                    new(shop.Id, printer.Id, PrintKind.Kitchen, paper)
                    {
                        OrderId = ticket.OrderId,
                        OrderNumber = ticket.OrderNumber,
                        Revision = order.Version,
                        Source = $"kitchen:{happened.Seq}:{place}",
                        At = happened.At,
                    },
                    cancel);
            }
        }
    }

    private static bool IsOf(Printer printer, string station) =>
        printer.Stations.Length == 0 || printer.Stations.Contains(station, StringComparer.OrdinalIgnoreCase);

    private async Task MakeReceipt(
        NpgsqlConnection connection, Shop shop, List<Printer> printers, DateTimeOffset at, long orderId, CancellationToken cancel)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<Here>().ShopId = shop.Id;
        var db = scope.ServiceProvider.GetRequiredService<ComandaDb>();
        db.Database.SetDbConnection(connection); // this one is in a transaction: a second could be waited for in vain
        var order = await db.Orders.Whole().AsNoTracking().SingleOrDefaultAsync(o => o.Id == orderId, cancel);
        if (order is null || !IsDue(order))
            return;
        List<PaperRow>? rows = null;
        var theirs = printers.FindAll(p => p.DoesPrint(PrintsWhat.Receipt));
        var own = theirs.FindAll(p => p.RegisterId == order.RegisterId);
        foreach (var printer in own.Count > 0 ? own : theirs.FindAll(p => p.RegisterId is null))
        {
            if (await connection.Scalar(
                "select 1 from print_jobs where printer_id = $1 and source = $2", cancel, printer.Id, "receipt:" + order.Id) is not null)
                continue;
            var job = new NewJob(shop.Id, printer.Id, PrintKind.Drawer, Paper.DrawerPulse(printer.Drawer))
            {
                OrderId = order.Id,
                OrderNumber = order.OrderNumber,
                Revision = order.Version,
                Source = "drawer:" + order.Id,
                At = at,
            };
            if (order.Payments.Exists(p => p.Method == PaymentMethod.Cash))
                await queue.Add(connection, job, cancel);
            await ReadReceipt.Count(connection, order, cancel);
            rows ??= PaperRow.Sheet(shop, (await receipts.Sheet(connection, order, shop, null, cancel))(0));
            await queue.Add(
                connection,
                job with { Kind = PrintKind.Receipt, Paper = new(rows), Source = "receipt:" + order.Id },
                cancel);
        }
    }

    /// <summary>It is paid, and no receipt of it was printed where it was made.</summary>
    private static bool IsDue(Order order) =>
        order is { Training: false, ReceivedAt: null, Payments.Count: > 0 }
        && order.Status != OrderStatus.Cancelled
        && order.BalanceDue.IsZero;

    /// <summary>What an order's event says of it, as far as it is printed; that of a payment names its order by another field.</summary>
    private sealed record ToldOrder(
        long Id, long? OrderId, string OrderNumber, long Version, DateTimeOffset CreatedAt, IReadOnlyList<KitchenTicket>? Kitchen);
}
