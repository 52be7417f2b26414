namespace Comanda.Orders;

/// <summary>The receipt of an order: printed, shown, mailed and checked.</summary>
internal static class ReceiptEndpoints
{
    public static void Map(IEndpointRouteBuilder app)
    {
        var receipts = app.Chapter("Orders", "/api/orders");
        receipts.Get("/{id:long}/receipt", (
                long id,
                PrintReceipt print,
                CancellationToken cancel,
                [Words("html", "pdf", "text", "png", "escpos")] string? format = null,
                int? columns = null,
                bool? kick = null,
                string? model = null) =>
                print.Print(id, format, columns, kick, model, cancel))
            .Called(
                "receipt",
                "The receipt as html, pdf, text, png or escpos (?format= or Accept), of 32, 42 or 48 columns; all but the first say that "
                    + "they are reprints. kick opens the drawer, or keeps it shut; model is what stands on the printer that escpos is for, "
                    + "and chooses its code pages (Epson's where none is named). Guests read those of their own orders.")
            .Needs(Permission.ReadOrders, ofGuests: Permission.ReadOwnOrders)
            .Gives("text/html", "application/pdf", "text/plain", "image/png", PrintReceipt.EscPosType)
            .Refuses(400, 404);
        receipts.Get("/{id:long}/receipt/link", (long id, PrintReceipt print, CancellationToken cancel) => print.Link(id, cancel))
            .Called(
                "receipt_link",
                "The address in the receipt's QR code, for a screen to show; null where there is none. Nothing is counted as handed out.")
            .Needs(Permission.ReadOrders, ofGuests: Permission.ReadOwnOrders)
            .Refuses(404);
        receipts.Post("/{id:long}/receipt/email", (long id, EmailReceiptRequest request, PrintReceipt print, CancellationToken cancel) =>
                print.Email(id, request, cancel))
            .Called("email_receipt", "Sends the receipt by mail, as text.")
            .Needs(Permission.ReadOrders).MayBeRepeated("a second mail says that it is a reprint").Practised()
            .Accepts()
            .Refuses(400, 403, 404, 409);
        app.Chapter("Orders").Get(
            ReceiptLinks.Path + "{token}",
            (string token, ProveReceipt prove, HttpContext http, CancellationToken cancel) =>
            {
                ReceiptProofPage.Hide(http.Response.Headers);
                return prove.Handle(token, http.Request.Headers.Accept.ToString(), cancel);
            })
            .Called(
                "receipt_proof",
                "Where a receipt's QR code leads: its place in the fiscal journal, recomputed on the spot. A page, or JSON by Accept.")
            .IsOpen().InNoShop()
            .Produces<ReceiptProof>(200, "application/json", "text/html")
            .Refuses(404);
    }
}
