namespace Comanda.Stock;

/// <summary>So much of a lot went into another.</summary>
public sealed record RecallUseView(long LotId, string? Lot, string Name, decimal Quantity, string Unit);

/// <summary>A lot that is concerned, and what was made of it. <see cref="Asked"/>: it is the one that was asked for.</summary>
public sealed record RecallLotView(LotView Lot, bool Asked, IReadOnlyList<RecallUseView> MadeInto);

/// <summary>A line of a receipt, of which lots it is.</summary>
public sealed record RecallLineView(long OrderItemId, string Name, decimal Quantity, IReadOnlyList<long> LotIds);

/// <summary>A receipt that is concerned.</summary>
public sealed record RecallReceiptView(
    long OrderId,
    string OrderNumber,
    DateOnly Day,
    DateTimeOffset At,
    long? CustomerId,
    string? CustomerName,
    IReadOnlyList<RecallLineView> Items);

/// <summary>
/// A guest who is concerned, how they are reached, and the message that is ready for them. <see cref="ToldAt"/>: it has been sent.
/// </summary>
public sealed record RecallGuestView(
    long CustomerId,
    string Name,
    string? Email,
    string? Phone,
    long Orders,
    DateTimeOffset? ToldAt,
    string Subject,
    string Message);

/// <summary>
/// What an authority asks. Forwards, of a lot: the lots it went into, the receipts and the guests. Backwards, of a receipt: the lots it is
/// of, and those that these were made of, down to what was delivered. <see cref="Orders"/> counts all receipts, of which
/// <see cref="Receipts"/> are a page, the newest first; <see cref="OrdersOfNobodyKnown"/> are those whose guest is not known.
/// <see cref="LeftOver"/>: of the lots that are concerned, something is still there.
/// </summary>
public sealed record RecallView(
    IReadOnlyList<RecallLotView> Lots,
    bool LeftOver,
    long Orders,
    long OrdersOfNobodyKnown,
    IReadOnlyList<RecallReceiptView> Receipts,
    IReadOnlyList<RecallGuestView> Guests,
    string? NextCursor);

/// <summary>
/// Tells the guests who are concerned, each once however often it is asked. <see cref="Subject"/> and <see cref="Message"/> in the place
/// of those that are ready.
/// </summary>
public sealed record TellGuestsRequest(
    [property: AtMost(50)] string? Lot,
    long? InventoryId = null,
    [property: AtMost(200)] string? Subject = null,
    [property: AtMost(2000), Text(TextKind.Lines)] string? Message = null);

/// <summary>How many guests were told now, had been told before, and cannot be reached.</summary>
public sealed record ToldGuestsView(int Sent, int ToldBefore, int Unreachable);
