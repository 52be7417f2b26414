namespace Comanda.Reports;

/// <summary>
/// A day's report by mail: today's as far as it is, unless <see cref="Date"/> says another; to those in daily_report_to, unless
/// <see cref="To"/> names others (up to 10, with commas between).
/// </summary>
public sealed record EmailSummaryRequest(DateOnly? Date = null, string? To = null);

/// <summary>The mails wait to be sent (or lie in the local outbox, where no mail server is configured).</summary>
public sealed record EmailSummaryView(DateOnly Date, IReadOnlyList<string> To, [property: Words("queued")] string Status);
