using Comanda.Orders;
using Comanda.Shops;

namespace Comanda.Printing;

/// <summary>A job's frozen paper as it goes out now: with its mark, by the shop's clock, and the logo in dots.</summary>
public sealed class DrawJob(ShopDirectory shops, ReceiptLogos logos)
{
    internal async Task<Paper> Paper(PrintJob job, CancellationToken cancel)
    {
        var first = job.FirstSentAt;
        if (job.Marked is not null && first is { } at && await shops.Find(job.ShopId, cancel) is { } shop)
            first = TimeZoneInfo.ConvertTime(at, shop.Settings.BusinessDay.Zone);
        var paper = Printing.Paper.Thaw(job.Document).Marked(job.Marked, first);
        return paper.Rows.Any(r => r.Picture) ? paper with { Rows = await logos.Find(paper.Rows, cancel) } : paper;
    }
}
