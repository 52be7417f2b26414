namespace Comanda.Shops;

/// <summary>What guests may order themselves.</summary>
public enum OnlineOrders
{
    All,

    /// <summary>What they fetch.</summary>
    Pickup,

    /// <summary>What is brought to them.</summary>
    Delivery,

    None,
}
