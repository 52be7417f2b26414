namespace Comanda.Shops;

/// <summary>What a device is for.</summary>
public enum DeviceType
{
    /// <summary>A place that sells; it has a register of its own.</summary>
    Till,

    /// <summary>A screen in the kitchen.</summary>
    [WireName("kitchen", "kitchen_screen", "kds")]
    Kitchen,

    /// <summary>A screen for guests.</summary>
    [WireName("display", "customer_display")]
    Display,

    Printer,
}
