using Comanda.Kernel;
using Comanda.Printing;

namespace Comanda.Client;

public sealed partial class ComandaClient
{
    public Task<PageOf<PrinterView>> GetPrinters(CancellationToken cancel = default) =>
        Ask<PageOf<PrinterView>>(HttpMethod.Get, "/api/printers", cancel: cancel);

    /// <summary>Adds a printer of the fields that are given; its own address is told once.</summary>
    public Task<PrinterView> AddPrinter(object printer, CancellationToken cancel = default) =>
        Ask<PrinterView>(HttpMethod.Post, "/api/printers", printer, cancel: cancel);

    public Task<PrinterView> ChangePrinter(long id, object change, CancellationToken cancel = default) =>
        Ask<PrinterView>(HttpMethod.Put, $"/api/printers/{id}", change, cancel: cancel);

    public async Task RemovePrinter(long id, CancellationToken cancel = default)
    {
        using var response = await Send(HttpMethod.Delete, $"/api/printers/{id}", cancel: cancel);
        await ThrowIfRefused(response, cancel);
    }

    /// <summary>Print jobs, the newest first.</summary>
    public Task<PageOf<PrintJobView>> GetPrintJobs(string query = "", CancellationToken cancel = default) =>
        Ask<PageOf<PrintJobView>>(HttpMethod.Get, "/api/print-jobs?" + query, cancel: cancel);

    public Task<PrintJobView> AddPrintJob(PrintJobInput job, CancellationToken cancel = default) =>
        Ask<PrintJobView>(HttpMethod.Post, "/api/print-jobs", job, cancel: cancel);

    /// <summary>Once more: a receipt as a copy, a ticket marked as a second print.</summary>
    public Task<PrintJobView> Reprint(long job, CancellationToken cancel = default) =>
        Ask<PrintJobView>(HttpMethod.Post, $"/api/print-jobs/{job}/reprint", cancel: cancel);

    public Task<PrintJobView> CancelPrintJob(long job, CancellationToken cancel = default) =>
        Ask<PrintJobView>(HttpMethod.Post, $"/api/print-jobs/{job}/cancel", cancel: cancel);

    /// <summary>Somebody saw the paper of a job of which nobody knew.</summary>
    public Task<PrintJobView> ConfirmPrintJob(long job, CancellationToken cancel = default) =>
        Ask<PrintJobView>(HttpMethod.Post, $"/api/print-jobs/{job}/confirm", cancel: cancel);
}
