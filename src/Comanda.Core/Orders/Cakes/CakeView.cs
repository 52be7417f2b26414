using System.Text.Json.Serialization;

namespace Comanda.Orders;

/// <summary>When the tax on a deposit is due.</summary>
public enum DepositTax
{
    /// <summary>When the money comes.</summary>
    Received,

    /// <summary>When the cake is handed over, as that of the rest.</summary>
    Supplied,
}

/// <summary>A size: for so many, which is this option of the item.</summary>
public sealed record CakeServing(int? Servings, [property: AtMost(100)] string? Option);

/// <summary>
/// What an option asks of the others: one of <see cref="Requires"/> must be chosen with it, none of <see cref="Excludes"/> may be;
/// it takes so many days more.
/// </summary>
public sealed record CakeOption(
    [property: AtMost(100)] string? Option, string[]? Requires = null, string[]? Excludes = null, int? LeadDays = null);

/// <summary>A day with another capacity than usual; 0: none are made.</summary>
public sealed record CakeDay(DateOnly? Day, int? Capacity);

/// <summary>
/// How an item of the menu is made to order. What is left out stays as it is, or is what stands here: ordered <see cref="LeadDays"/> (2)
/// opening days before, after <see cref="OrderBy"/> (HH:MM) one more; <see cref="Capacity"/> (5) a day, on <see cref="Weekdays"/> (all),
/// but for <see cref="Days"/>. <see cref="Servings"/>, <see cref="Options"/>, <see cref="InscriptionOption"/> and
/// <see cref="PictureOption"/> name options of the item by their keys. <see cref="InscriptionMax"/> characters (0: none).
/// <see cref="DepositPercent"/> (30) of the price is paid ahead; <see cref="DepositTax"/> where it is not as the country asks. It may be
/// changed until <see cref="ChangeHours"/> (48) before, and cancelled for nothing until <see cref="CancelHours"/> (48) before; later
/// <see cref="KeptPercent"/> (50) of the deposit is kept, as goods of <see cref="KeptTaxClass"/> (the cake's own).
/// </summary>
public sealed record CakeInput(
    int? LeadDays = null,
    [property: AtMost(5), NullClears] string? OrderBy = null,
    int? Capacity = null,
    string[]? Weekdays = null,
    IReadOnlyList<CakeDay>? Days = null,
    IReadOnlyList<CakeServing>? Servings = null,
    IReadOnlyList<CakeOption>? Options = null,
    int? InscriptionMax = null,
    [property: AtMost(100), NullClears] string? InscriptionOption = null,
    bool? TakesPicture = null,
    [property: AtMost(100), NullClears] string? PictureOption = null,
    int? DepositPercent = null,
    [property: Words<DepositTax>, NullClears] string? DepositTax = null,
    int? ChangeHours = null,
    int? CancelHours = null,
    int? KeptPercent = null,
    [property: AtMost(40), NullClears] string? KeptTaxClass = null) : IMadeAgainst
{
    public long? Version { get; init; }
}

/// <summary>
/// A cake to order. <see cref="DepositTaxed"/> is when the deposit's tax is due; <see cref="DepositTax"/> only where that was said.
/// </summary>
public sealed record CakeView(
    long MenuItemId,
    string Name,
    decimal Price,
    string? ImageUrl,
    int LeadDays,
    string? OrderBy,
    int Capacity,
    string[] Weekdays,
    IReadOnlyList<CakeDay> Days,
    IReadOnlyList<CakeServing> Servings,
    IReadOnlyList<CakeOption> Options,
    int InscriptionMax,
    string? InscriptionOption,
    bool TakesPicture,
    string? PictureOption,
    int DepositPercent,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Words<DepositTax>] string? DepositTax,
    [property: Words<DepositTax>] string DepositTaxed,
    int ChangeHours,
    int CancelHours,
    int KeptPercent,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? KeptTaxClass,
    long Version) : IVersioned;

/// <summary>A day on which a cake may be collected, and how many can still be ordered for it.</summary>
public sealed record CakeDayView(DateOnly Day, int Capacity, int Left);
