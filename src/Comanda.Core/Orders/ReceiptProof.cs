using System.Text.Json.Serialization;
using Comanda.Registers;

namespace Comanda.Orders;

/// <summary>
/// A line of the receipt; <see cref="Total"/> is what was paid for it, with options, discount and tax. <see cref="Unit"/> only of what was
/// sold by weight.
/// </summary>
public sealed record ProvenLine(
    string Name,
    decimal Quantity,
    IReadOnlyList<string> Modifiers,
    decimal Total,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Unit);

/// <summary>What the entry says was sold, frozen when it was written.</summary>
public sealed record ProvenSale(
    string OrderNumber,
    DateTimeOffset At,
    bool Training,
    string Currency,
    string? Cashier,
    IReadOnlyList<ProvenLine> Lines,
    decimal DeliveryFee,
    decimal Tip,
    decimal Tax,
    decimal Total);

/// <summary>Another entry of the same order. <see cref="Amount"/> is the money that came or went back, else the order's total.</summary>
public sealed record OtherEntry(long Number, [property: Words(typeof(JournalKind))] string Kind, DateTimeOffset At, decimal? Amount);

/// <summary>
/// A receipt's place in the fiscal journal. Hashes are SHA-256 in hexadecimal: <see cref="Computed"/> is that of
/// <see cref="PreviousHash"/> (its 32 bytes) followed by <see cref="Canonical"/> (UTF-8), and <see cref="Printed"/> how the hash began
/// when the receipt was printed. <see cref="Next"/> is follows, last or broken. <see cref="Problems"/> says why it does not hold.
/// </summary>
public sealed record ReceiptProof(
    bool Holds,
    IReadOnlyList<string> Problems,
    string Shop,
    string Address,
    string Register,
    long Number,
    [property: Words(typeof(JournalKind))] string? Kind,
    ProvenSale? Sale,
    string? Hash,
    string? PreviousHash,
    string? Computed,
    string Printed,
    [property: Words("follows", "last", "broken")] string Next,
    string? Canonical,
    IReadOnlyList<OtherEntry> Others,
    bool MoreOthers,
    string Note);
