namespace Comanda.Stock;

/// <summary>Why stock came or went.</summary>
public enum MovementReason
{
    Sale,
    Return,
    Delivery,
    Waste,
    Count,
    Transfer,
    Correction,
    Make,

    /// <summary>Given to a food bank. Reports count it as waste.</summary>
    FoodBank,
}
