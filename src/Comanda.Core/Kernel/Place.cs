using System.ComponentModel.DataAnnotations;

namespace Comanda.Kernel;

/// <summary>A place on earth on the wire: [longitude, latitude] in degrees. A number too large for one is none.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PlaceAttribute : ValidationAttribute
{
    public const string Rule = "must be [longitude, latitude] in degrees, such as [-9.14, 38.71]";

    public PlaceAttribute()
        : base(Rule)
    {
    }

    public override bool IsValid(object? value) =>
        value is null
            || (value is double[] and [var longitude, var latitude] && Math.Abs(longitude) <= 180 && Math.Abs(latitude) <= 90);
}
