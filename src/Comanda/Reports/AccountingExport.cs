using Comanda.Data;
using Comanda.Shops;
using Microsoft.AspNetCore.Mvc;
using Npgsql;

namespace Comanda.Reports;

/// <summary>GET /api/reports/accounting: what the shop's books get of a period, as JSON, CSV, or a file for DATEV.</summary>
public static class AccountingExport
{
    private static readonly string[] Columns = ["date", "account", "kind", "rate", "text", "debit", "credit", "currency"];

    public static async Task<Answer<AccountingView>> Handle(
        [AsParameters] AskedPeriod period,
        [FromKeyedServices(Replica.Key)] NpgsqlDataSource database,
        Moment moment,
        CancellationToken cancel,
        [FromQuery(Name = "format"), Words("json", "csv", "datev")] string? format = null)
    {
        var shop = moment.Shop;
        var errors = new FieldErrors();
        var (start, end) = period.Read(moment.Today, errors);
        errors.OneOf("format", format, "json", "csv", "datev");
        var client = AccountSettings.Datev(shop);
        if (format == "datev" && !errors.Any)
        {
            if (client is null)
                return Refusal.Conflict("datev_not_set", "The setting datev has to name the numbers of consultant and client first.");
            errors.Check(shop.Currency.Digits == 2, "format", "takes amounts of two decimals, which the shop's currency has not");
            errors.Check(
                 DatevFile.YearOf(client, start) == DatevFile.YearOf(client, end),
                "to",
                "must be in the same financial year as from: a file for DATEV has days and months, and no years");
        }

        if (errors.Any)
            return errors.ToRefusal();

        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await DayBook.OneMoment(connection, cancel);
        var days = await DayBook.Read(connection, shop, start, end, cancel);
        var entries = days.SelectMany(d => DayEntries.Of(shop, d)).ToList();
        return format switch
        {
            "csv" => Answer.InOtherForm<AccountingView>(new ReportTable("csv", "accounting", Columns, Rows(entries, shop.Currency.Code))),
            "datev" => Answer.InOtherForm<AccountingView>(DatevFile.Write(shop, client!, (start, end), entries, moment.Now)),
            _ => new AccountingView(start, end, shop.Currency.Code, entries.Sum(e => e.Debit), entries.Sum(e => e.Credit), entries),
        };
    }

    private static async IAsyncEnumerable<object?[]> Rows(List<AccountEntryView> entries, string currency)
    {
        foreach (var e in entries)
            yield return [e.Date, e.Account, e.Kind, e.Rate, e.Text, e.Debit, e.Credit, currency];
        await Task.CompletedTask;
    }
}
