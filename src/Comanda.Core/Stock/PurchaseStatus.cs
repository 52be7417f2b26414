namespace Comanda.Stock;

/// <summary>
/// A draft may still change freely; ordered until something came; closed where the rest will not come; cancelled where nothing came.
/// </summary>
public enum PurchaseStatus
{
    Draft,
    Ordered,
    PartlyReceived,
    Received,
    Closed,
    Cancelled,
}
