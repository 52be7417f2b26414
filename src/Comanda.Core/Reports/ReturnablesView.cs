using System.Text.Json.Serialization;

namespace Comanda.Reports;

/// <summary>So many pieces that went out in a month (its first day) and are not back, where what went out first comes back first.</summary>
public sealed record MissingView(DateOnly Month, long Pieces);

/// <summary>
/// One kind of cup, box or crate: pieces that went <see cref="Out"/> and came <see cref="Back"/>, what of them is
/// <see cref="Outstanding"/>, and the <see cref="Liability"/>, which is what guests are given for those. Deposits of several shops are one
/// kind where they have one sku, or else one name. <see cref="MissingSince"/> is the day on which the oldest went out that is not back.
/// </summary>
public sealed record ReturnableView(
    string Name,
    string? Sku,
    IReadOnlyList<long> MenuItemIds,
    long Out,
    long Back,
    long Outstanding,
    decimal OutAmount,
    decimal BackAmount,
    decimal Liability,
    DateOnly? MissingSince,
    IReadOnlyList<MissingView> Missing);

/// <summary>All kinds of a shop, or of several: deposits out = deposits back + liability, of each and in all.</summary>
public sealed record ReturnablesView(
    string Currency,
    IReadOnlyList<long> Shops,
    long Out,
    long Back,
    long Outstanding,
    decimal OutAmount,
    decimal BackAmount,
    decimal Liability,
    IReadOnlyList<ReturnableView> Items);

/// <summary>
/// What a guest has; of what nobody took by name (<see cref="Name"/> null), all together. A guest of several shops is one where their phone
/// or mail address is one. <see cref="CustomerId"/> is that of the shop in which they were last.
/// </summary>
public sealed record ReturnableGuestView(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? CustomerId,
    string? Name,
    long Out,
    long Back,
    long Outstanding,
    decimal Liability,
    DateOnly? MissingSince);
