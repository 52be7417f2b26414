using Comanda.Data;
using Comanda.Notifications;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>
/// Writes each shop's report of the business day that is over, at the hour of daily_report_at by the shop's clock: once, whichever process
/// is alive, since whoever writes it holds the shop's row and sets its day in the same transaction as the mails. A server that was off
/// sends what it owes when it is back.
/// </summary>
public sealed class SendDailyReports(
    NpgsqlDataSource database,
    ShopDirectory shops,
    Senders senders,
    TimeProvider clock,
    ILogger<SendDailyReports> log) : Rounds(log, "writing daily reports", TimeSpan.FromSeconds(5))
{
    /// <summary>Of more days that were missed, the last are sent: nobody reads a month of mails.</summary>
    public const int MostOwed = 7;

    /// <summary>The last business day whose report is due at an instant.</summary>
    public static DateOnly LastDue(BusinessDay businessDay, TimeOnly at, DateTimeOffset now)
    {
        // The day of the reports, which begins at their hour, is a business day's with another start: the same rules for hours that the
        // clock skips or shows twice.
        var mails = new BusinessDay(businessDay.Zone, at);
        return businessDay.Of(mails.StartOf(mails.Of(now))).AddDays(-1);
    }

    protected override async Task Round(CancellationToken cancel)
    {
        foreach (var shop in await Wanting(cancel))
            await Look(shop, cancel);
    }

    /// <summary>The shops that want their report, and those that no longer do and have a row yet.</summary>
    private async Task<List<long>> Wanting(CancellationToken cancel)
    {
        await using var command = database.Command(
            """
            select shop_id from settings where key = 'daily_report_to' and value <> ''
            union select shop_id from report_mails order by 1
            """);
        return await command.List(r => r.GetInt64(0), cancel);
    }

    /// <summary>Writes what a shop is owed. Another process that looks at the same moment finds the row held, or the day done.</summary>
    internal async Task Look(long shopId, CancellationToken cancel)
    {
        if (await shops.Find(shopId, cancel) is not { } shop)
            return;
        var now = Clock.Now(clock);
        var due = LastDue(shop.Settings.BusinessDay, shop.Settings.DailyReportAt, now);
        await using var connection = await database.OpenConnectionAsync(cancel);
        if (shop.Settings.DailyReportTo.Count == 0)
        {
            // Whoever wants it again some day wants it from then on.
            await connection.Execute("delete from report_mails where shop_id = $1", cancel, shopId);
            return;
        }

        if (await connection.Scalar("select last_day from report_mails where shop_id = $1", cancel, shopId) is not DateOnly known)
        {
            await connection.Execute(
                "insert into report_mails (shop_id, last_day) values ($1, $2) on conflict do nothing", cancel, shopId, due);
            return;
        }

        if (known >= due)
            return;
        try
        {
            await Write(connection, shop, due, now, cancel);
        }
        catch (PostgresException other) when (other.SqlState == PostgresErrorCodes.SerializationFailure)
        {
            // Another process wrote it in the same moment.
        }
    }

    private async Task Write(NpgsqlConnection connection, Shop shop, DateOnly due, DateTimeOffset now, CancellationToken cancel)
    {
        await using var transaction = await DayBook.OneMoment(connection, cancel);
        if (await connection.Scalar(
            "select last_day from report_mails where shop_id = $1 for update skip locked", cancel, shop.Id) is not DateOnly last)
            return;
        var first = last < due.AddDays(-MostOwed) ? due.AddDays(1 - MostOwed) : last.AddDays(1);
        for (var day = first; day <= due; day = day.AddDays(1))
        {
            var summary = await DaySummary.Read(connection, shop, day, cancel);
            foreach (var address in shop.Settings.DailyReportTo)
                await SummaryMail.To(address, summary).Write(senders, connection, shop.Id, now, cancel);
        }

        await connection.Execute(
            "update report_mails set last_day = $2 where shop_id = $1 and last_day < $2", cancel, shop.Id, due);
        await transaction.CommitAsync(cancel);
    }
}
