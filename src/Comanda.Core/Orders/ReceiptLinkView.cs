namespace Comanda.Orders;

/// <summary>
/// The address in a receipt's QR code, for a screen that shows it to the guest. Null where there is none that a phone
/// could open.
/// </summary>
public sealed record ReceiptLinkView(string? Url);
