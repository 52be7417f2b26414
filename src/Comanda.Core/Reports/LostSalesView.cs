namespace Comanda.Reports;

/// <summary>How sure it is that a sale is lost.</summary>
public enum LossCertainty
{
    /// <summary>It is missing in the books, as they stand.</summary>
    Certain,

    /// <summary>It mostly is.</summary>
    Likely,

    /// <summary>It may well be in order.</summary>
    Possible,
}

/// <summary>
/// A sale, or a part of one, that may be lost. <see cref="Amount"/> is null where nobody knows it. <see cref="SubjectId"/> is that of what
/// <see cref="Kind"/> says: an order, a sale set aside, a card payment of the provider, a drawer session, a register.
/// </summary>
public sealed record LostSaleView(
    string Kind,
    [property: Words<LossCertainty>] string Certainty,
    string SubjectId,
    long? OrderId,
    string? OrderNumber,
    string? Register,
    string? Person,
    DateTimeOffset? At,
    decimal? Amount,
    string Why,
    string WhatToDo);

/// <summary>Of one kind: how many there are, and what is known to be in them.</summary>
public sealed record LostKindView(string Kind, [property: Words<LossCertainty>] string Certainty, long Count, decimal Amount);

/// <summary>What of a period may be lost: kinds with all there is, and of each the newest.</summary>
public sealed record LostSalesView(
    DateOnly From, DateOnly To, string Currency, IReadOnlyList<LostKindView> Kinds, IReadOnlyList<LostSaleView> Items);
