using System.Text.Json.Serialization;

namespace Comanda.Reports;

/// <summary>
/// One entry of a business day. <see cref="Kind"/> says what it is (a tender, revenue, tax, tips, gift_cards_sold, rounding, receivable),
/// <see cref="Rate"/> of which tax rate, in percent. Of debit and credit one is 0.
/// </summary>
public sealed record AccountEntryView(
    DateOnly Date,
    string Account,
    string Kind,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? Rate,
    string Text,
    decimal Debit,
    decimal Credit);

/// <summary>What the books of a shop get of a period, by business day; the debits of each day are its credits.</summary>
public sealed record AccountingView(
    DateOnly From,
    DateOnly To,
    string Currency,
    decimal Debit,
    decimal Credit,
    IReadOnlyList<AccountEntryView> Entries);
