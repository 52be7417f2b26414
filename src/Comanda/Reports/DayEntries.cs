using System.Globalization;
using Comanda.Shops;
using Comanda.Taxes;

namespace Comanda.Reports;

/// <summary>
/// A business day as entries of accounts: what came in by each tender, less what went back, against revenue and tax by rate, tips that are
/// owed to staff, gift cards and deposits that are owed to guests, coins that were not there, and what is not yet paid. It balances to the
/// cent whatever happened on the day.
/// </summary>
internal static class DayEntries
{
    public static List<AccountEntryView> Of(Shop shop, DayBook day)
    {
        var (entries, currency) = (new List<AccountEntryView>(), shop.Currency);
        var paid = Money.Zero;
        foreach (var method in day.Takings.Keys.Union(day.Back.Keys).Order(StringComparer.Ordinal))
        {
            var moved = day.Takings.GetValueOrDefault(method) - day.Back.GetValueOrDefault(method);
            paid += moved;
            Add(method, method.Replace('_', ' '), moved);
        }

        // What was sold less what went back of it, tips aside; with the taxes that are to be declared of it.
        var gross = day.Sales - day.Refunds + day.Refunded[2] + day.BackOfCancelled;
        // A card that was taxed when it was sold is revenue of its rate then, against revenue of none, until what it pays takes that back.
        var net = gross - new Money(day.Taxes.Sum(t => Minor(t.DeclaredTax)));
        var byRate = new Money(day.Taxes.Sum(t => Minor(t.DeclaredNet))) - day.TaxedCards;
        // Where several taxes are on one line, what they are on adds up to more than the sale: then revenue is one sum.
        var isStacked = net > Money.Zero ? byRate > net : byRate < net;
        var (rates, rest) = (new SortedDictionary<decimal, Money>(), net);
        foreach (var tax in day.Taxes.Where(_ => !isStacked))
        {
            // What such a card paid is named with the rate that was inside it, and bears nothing.
            var rate = tax.Treatment == TaxTreatment.Outside.ToWire() ? 0 : tax.Rate;
            rates[rate] = rates.GetValueOrDefault(rate) + new Money(Minor(tax.DeclaredNet));
            rest -= new Money(Minor(tax.DeclaredNet));
        }

        if (!rest.IsZero)
            rates[0] = rates.GetValueOrDefault(0) + rest;
        // A cup's deposit is no revenue: it is owed until the cup is back.
        var deposits = Money.Zero;
        foreach (var (rate, amount) in day.Deposits)
        {
            var of = isStacked ? 0 : rate;
            rates[of] = rates.GetValueOrDefault(of) - amount;
            deposits += amount;
        }

        foreach (var (rate, amount) in rates)
            Add("revenue", string.Create(CultureInfo.InvariantCulture, $"revenue {rate:0.####} %"), -amount, rate);
        foreach (var tax in day.Taxes)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{tax.Name} {tax.Rate:0.####} %");
            Add("tax", name, -new Money(Minor(tax.DeclaredTax)), tax.Rate);
        }

        Add("deposits", "deposits", -deposits);
        var tips = day.Tips - day.Refunded[2];
        Add("tips", "tips", -tips);
        Add("gift_cards_sold", "gift cards sold", -day.GiftCardsSold);
        Add("rounding", "cash rounding", -day.Rounding);
        Add("receivable", "not yet paid", gross + tips + day.GiftCardsSold + day.Rounding - paid);
        return entries;

        void Add(string kind, string text, Money debit, decimal? rate = null)
        {
            if (debit.IsZero)
                return;
            var account = AccountSettings.AccountOf(shop, kind == "gift_cards_sold" ? "gift_card" : kind, rate);
            var (left, right) = debit > Money.Zero ? (debit, Money.Zero) : (Money.Zero, -debit);
            entries.Add(new(day.Day, account, kind, rate, text, left.In(currency), right.In(currency)));
        }

        long Minor(decimal amount) => (long)(amount * currency.UnitsPerMajor);
    }
}
