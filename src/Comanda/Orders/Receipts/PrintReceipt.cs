using Comanda.Data;
using Comanda.Identity;
using Comanda.Notifications;
using Comanda.Registers;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Orders;

/// <summary>
/// GET /api/orders/{id}/receipt as HTML, PDF, text, a picture or the bytes of a receipt printer (ESC/POS), of 32, 42 or 48 columns; and
/// POST …/receipt/email, and the address in its QR code. Every one that is handed out is counted, and all but the first say that they are
/// reprints. A guest reads those of their own orders.
/// </summary>
public sealed class PrintReceipt(
    OwnOrders own,
    NpgsqlDataSource database,
    ReadReceipt receipts,
    ReceiptLogos logos,
    Senders senders,
    Moment moment,
    RequestHead head)
{
    public const string EscPosType = "application/vnd.escpos";

    private static readonly (string Format, string Type)[] Formats = [
        ("html", "text/html"),
        ("pdf", "application/pdf"),
        ("text", "text/plain"),
        ("png", "image/png"),
        ("escpos", EscPosType)
    ];

    /// <summary>Whose code pages ESC/POS has where nobody says for which printer it is: those of whose language it is.</summary>
    private const string AnyModel = "epson";

    private const int LongestModel = 100;

    public async Task<Answer<Document>> Print(
        long id, string? format, int? columns, bool? kick, string? model, CancellationToken cancel)
    {
        var accept = head.Accept;
        var wanted = format ?? (accept.Contains("text/html", StringComparison.OrdinalIgnoreCase)
            ? "html"
            : Formats.FirstOrDefault(f => accept.Contains(f.Type, StringComparison.OrdinalIgnoreCase)).Format ?? "html");
        var errors = new FieldErrors();
        errors.Check(Formats.Any(f => f.Format == wanted), "format", "must be " + string.Join(", ", Formats.Select(f => f.Format)));
        errors.Check(columns is null or 32 or 42 or 48, "columns", "must be 32, 42 or 48");
        errors.Check(model is null || model.Length <= LongestModel, "model", $"may have at most {LongestModel} characters");
        if (errors.Any)
            return errors.ToRefusal();
        if (await own.Find(id, cancel) is not { } order)
            return Refusal.NotFound("order");

        var shop = moment.Shop;
        var copy = await Count(order, cancel);
        var rows = await receipts.Rows(order, shop, copy, head.Origin, cancel);
        var make = new PrinterMake(model ?? AnyModel, columns ?? 42, PrinterMake.DotsOf(columns ?? 42));
        Task<List<PaperRow>> Sheet() => logos.Find(PaperRow.Sheet(shop, rows), cancel);
        var document = wanted switch
        {
            "text" => Document.Text(Text(rows, columns ?? 42), "text/plain"),
            "pdf" => new Document(
                ReceiptPdf.Write($"{shop.Name} {order.OrderNumber}", rows),
                "application/pdf",
                $"receipt-{order.OrderNumber}.pdf"),
            "png" => new Document(PngFile.Write(DrawPaper.Draw(await Sheet(), make.Columns, make.Dots)), "image/png"),
            "escpos" => new Document(
                EscPosBytes.WithBeginning(await Sheet(), make, Kicks(order, kick, copy)),
                EscPosType),
            _ => Document.Text(Receipt.ToHtml(order, shop, rows), "text/html"),
        };
        return document with { MayBeKept = false };
    }

    public async Task<Answer<ReceiptLinkView>> Link(long id, CancellationToken cancel) => await own.Find(id, cancel) is { } order
        ? new ReceiptLinkView(await receipts.Link(order, head.Origin, cancel))
        : Refusal.NotFound("order");

    public async Task<Answer<EmailReceiptView>> Email(
        long id,
        EmailReceiptRequest request,
        CancellationToken cancel)
    {
        if (Contact.Email(request.To) is not { } to)
            return Refusal.OfField("to", "must be an e-mail address");
        if (await own.Find(id, cancel) is not { } order)
            return Refusal.NotFound("order");
        if (Practice.Refuse(moment.Caller, order.Training) is { } notTheirs)
            return notTheirs;
        if (order.Training)
            return Refusal.Conflict("training_order", "This is a trainee's practice; no guest gets mail of it.");
        var shop = moment.Shop;
        var copy = await Count(order, cancel);
        await using var connection = await database.OpenConnectionAsync(cancel);
        var entry = await ReadReceipt.EntryOf(connection, order, cancel);
        var points = await OrderPoints.ForReceipt(connection, order, shop.Settings, cancel);
        var text = Text(Receipt.Lines(order, shop, entry?.Number, null, copy, points), 42);
        // Whole, so that it can be followed; and never with the host of a request, since the shop's own mail would lead there.
        if (entry is { } known && await receipts.LinkOf(connection, order, known, null, cancel) is { } link)
            text += $"\nCheck this receipt:\n{link}\n";
        await new Message(MessageChannel.Email, to, $"Your receipt {order.OrderNumber} from {shop.Name}", text).Write(
            senders,
            connection,
            moment.Shop.Id,
            moment.Now,
            cancel);
        return Answer.Accepted(new EmailReceiptView(to, "queued"));
    }

    private static string Text(List<ReceiptRow> rows, int columns) => string.Concat(rows.Select(r => r.ToText(columns)));

    /// <summary>
    /// The drawer opens with the first receipt of a sale that moved cash, unless somebody asks for the other thing; never for practice.
    /// </summary>
    private bool Kicks(Order order, bool? asked, int copy) =>
        !order.Training && !moment.Caller.IsTrainee && !own.IsGuest
            && (asked ?? (copy == 0 && order.Payments.Exists(p => p.Method == PaymentMethod.Cash)));

    /// <summary>
    /// How many were handed out before. Practice is not handed out; what a trainee has of a sale is a copy, uncounted; and a guest's look
    /// at their own leaves the first print to the till.
    /// </summary>
    private async Task<int> Count(Order order, CancellationToken cancel)
    {
        if (order.Training)
            return 0;
        if (moment.Caller.IsTrainee || own.IsGuest)
        {
            var printed = await database.Scalar(
                "select count from receipt_prints where order_id = $1", cancel, order.Id) as int? ?? 0;
            return moment.Caller.IsTrainee ? Math.Max(1, printed) : printed;
        }

        await using var connection = await database.OpenConnectionAsync(cancel);
        return await ReadReceipt.Count(connection, order, cancel);
    }
}
