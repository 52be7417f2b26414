namespace Comanda.Taxes;

/// <summary>
/// How a line is consumed. It belongs to the line: one receipt holds a coffee drunk here and a loaf taken home. The order's type is only
/// the default for its lines.
/// </summary>
public enum Way
{
    [WireName("dine-in", "dine_in")]
    DineIn,

    Takeaway,

    Online,

    Delivery,
}
