namespace Comanda.Promotions;

/// <summary>What a promotion takes off.</summary>
public enum DiscountType
{
    /// <summary>A share of what its lines cost.</summary>
    Percentage,

    /// <summary>An amount of what its lines cost together.</summary>
    Fixed,

    /// <summary>Of so many pieces that are bought, so many others cost less, or nothing.</summary>
    [WireName("buy_x_get_y", "bogo")]
    BuyXGetY,

    /// <summary>So many pieces of this and of that cost a price together.</summary>
    Combo,

    /// <summary>What is left goes cheaper from an hour on, in steps, until it is gone.</summary>
    Markdown,
}
