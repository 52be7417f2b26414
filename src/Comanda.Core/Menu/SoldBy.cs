namespace Comanda.Menu;

/// <summary>How an item is sold.</summary>
public enum SoldBy
{
    /// <summary>As whole ones.</summary>
    Piece,

    /// <summary>As so much of its unit, to three decimals.</summary>
    Weight,
}
