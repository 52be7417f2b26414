using System.Globalization;

namespace Comanda.Kernel;

/// <summary>What the price of an item that is sold by weight is for.</summary>
public enum WeightUnit
{
    [WireName("kg")]
    Kilogram,

    [WireName("100g")]
    HundredGrams,

    [WireName("g")]
    Gram,

    [WireName("lb")]
    Pound,

    [WireName("oz")]
    Ounce,
}

/// <summary>Weights and what they cost, in words.</summary>
public static class WeightText
{
    /// <summary>"2", "0.355 kg"; of what is priced by 100 g in grams: "355 g".</summary>
    public static string Of(Measure quantity, WeightUnit? unit) => unit switch
    {
        null => quantity.ToString(),
        WeightUnit.HundredGrams => (quantity.Thousandths / 10m).ToString(CultureInfo.InvariantCulture) + " g",
        _ => $"{quantity} {unit.Value.ToWire()}",
    };

    /// <summary>"0.355 kg × 12.90", "355 g × 1.29/100 g"</summary>
    public static string Of(Measure quantity, WeightUnit unit, decimal price) =>
        string.Create(CultureInfo.InvariantCulture, $"{Of(quantity, unit)} × {price}")
            + (unit == WeightUnit.HundredGrams ? "/100 g" : "");
}
