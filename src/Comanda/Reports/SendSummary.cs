using Comanda.Notifications;
using Comanda.Shops;
using Npgsql;

namespace Comanda.Reports;

/// <summary>POST /api/reports/email-summary: the report of a day by mail, now.</summary>
public static class SendSummary
{
    private const int MostAddresses = 10;

    public static async Task<Answer<EmailSummaryView>> Handle(
        [OptionalBody] EmailSummaryRequest? request, NpgsqlDataSource database, Senders senders, Moment moment, CancellationToken cancel)
    {
        var shop = moment.Shop;
        var errors = new FieldErrors();
        var day = errors.Day("date", request?.Date) ?? moment.Today;
        errors.Check(day <= moment.Today, "date", "must not be after today");
        var given = request?.To is { } text
            ? text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : [.. shop.Settings.DailyReportTo];
        errors.Check(
            given.Length is > 0 and <= MostAddresses && Array.TrueForAll(given, a => Contact.Email(a) is not null),
            "to",
            request?.To is null
                ? "is required where the setting daily_report_to names nobody"
                : "must be up to 10 e-mail addresses with commas between");
        if (errors.Any)
            return errors.ToRefusal();

        string[] to = [.. given.Select(a => Contact.Email(a)!).Distinct(StringComparer.OrdinalIgnoreCase)];
        await using var connection = await database.OpenConnectionAsync(cancel);
        await using var transaction = await DayBook.OneMoment(connection, cancel);
        var summary = await DaySummary.Read(connection, shop, day, cancel);
        foreach (var address in to)
            await SummaryMail.To(address, summary).Write(senders, connection, shop.Id, moment.Now, cancel);
        await transaction.CommitAsync(cancel);
        return Answer.Accepted(new EmailSummaryView(day, to, "queued"));
    }
}
