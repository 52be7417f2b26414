namespace Comanda.Printing;

/// <summary>Every slice of printers and what they print, once. What printers themselves call is at <see cref="PrinterDoors"/>.</summary>
public static class PrintingEndpoints
{
    public static IServiceCollection AddPrinting(this IServiceCollection services, PrinterNetworks networks) => services
        .AddSingleton(networks)
        .AddSingleton<PrinterBoard>()
        .AddSingleton<IdlePrinters>()
        .AddSingleton<PrintQueue>()
        .AddSingleton<PrinterStates>()
        .AddSingleton<DrawJob>()
        .AddSingleton<StarDoor>()
        .AddSingleton<EpsonDoor>()
        .AddSingleton<TalkEscPos>()
        .AddSingleton<Events.IEventConsumer, MakeTickets>()
        .AddHostedService<WatchPrinters>()
        .AddHostedService<DrivePrinters>()
        .AddScoped<EditPrinters>()
        .AddScoped<ReadPrintJobs>()
        .AddScoped<AskPrintJobs>();

    public static void MapPrinting(this IEndpointRouteBuilder app)
    {
        var printers = app.Chapter("Printers", "/api/printers");
        printers.Get("", (EditPrinters edit, CancellationToken cancel, int? limit = null, string? cursor = null) =>
                edit.List(limit, cursor, cancel))
            .Called("printers", "The shop's printers, how each is, and how much waits for it.")
            .Needs(Permission.ReadOrders)
            .Refuses(400);
        printers.Get("/{id:long}", (long id, EditPrinters edit, CancellationToken cancel) => edit.One(id, cancel))
            .Called("printer", "One of the shop's printers.")
            .Needs(Permission.ReadOrders)
            .Refuses(404);
        printers.Post("", (PrinterInput input, EditPrinters edit, CancellationToken cancel) => edit.Add(input, cancel))
            .Called("add_printer", "Adds a printer. url is what it is to call, with its secret: it is told this once.")
            .Needs(Permission.EditDevices)
            .MayBeRepeated("each is a printer of its own, which is listed and can be taken away")
            .Creates()
            .Refuses(400, 409);
        printers.Put("/{id:long}", (long id, PrinterInput input, EditPrinters edit, CancellationToken cancel) =>
                edit.Change(id, input, cancel))
            .Called("change_printer", "Changes what is named; the rest stays.")
            .Needs(Permission.EditDevices)
            .Refuses(400, 404, 412);
        printers.Delete("/{id:long}", (long id, EditPrinters edit, CancellationToken cancel) => edit.Remove(id, cancel))
            .Called("remove_printer", "Takes a printer away: its address leads nowhere any more, and what waits for it is called off.")
            .Needs(Permission.EditDevices)
            .Refuses(404);

        var jobs = app.Chapter("Printers", "/api/print-jobs");
        jobs.Get("", (
                ReadPrintJobs read,
                CancellationToken cancel,
                [Microsoft.AspNetCore.Mvc.FromQuery(Name = "printer_id")] long? printerId = null,
                string? status = null,
                [Microsoft.AspNetCore.Mvc.FromQuery(Name = "order_id")] long? orderId = null,
                int? limit = null,
                string? cursor = null) => read.List(printerId, status, orderId, limit, cursor, cancel))
            .Called("print_jobs", "What was printed and what is to be, the newest first: each change with its time and the printer's code.")
            .Needs(Permission.ReadOrders)
            .Refuses(400);
        jobs.Get("/{id:long}", (long id, ReadPrintJobs read, CancellationToken cancel) => read.One(id, cancel))
            .Called("print_job", "One print job with its changes.")
            .Needs(Permission.ReadOrders)
            .Refuses(404);
        jobs.Get("/{id:long}/paper", (
                long id, ReadPrintJobs read, CancellationToken cancel, [Words("png", "text")] string? format = null) =>
                read.Paper(id, format, cancel))
            .Called("print_job_paper", "What it prints, as a picture as wide as its printer (png), or as text.")
            .Needs(Permission.ReadOrders)
            .Gives("image/png", "text/plain")
            .Refuses(400, 404);
        jobs.Post("", (PrintJobInput input, AskPrintJobs ask, CancellationToken cancel) => ask.Add(input, cancel))
            .Called(
                "add_print_job",
                "Prints the receipt or the kitchen ticket of an order, a report of the printer, or opens the drawer. A receipt that was "
                    + "handed out before says so.")
            .Needs(Permission.MoveOrders).TakesKey()
            .Creates()
            .Refuses(400, 409, 422);
        jobs.Post("/{id:long}/reprint", (long id, AskPrintJobs ask, CancellationToken cancel) => ask.Reprint(id, cancel))
            .Called("reprint_job", "Prints the same paper again, marked as a second one.")
            .Needs(Permission.MoveOrders).TakesKey()
            .Creates()
            .Refuses(400, 404, 409, 422);
        jobs.Post("/{id:long}/confirm", (long id, AskPrintJobs ask, CancellationToken cancel) => ask.Confirm(id, cancel))
            .Called("confirm_print_job", "Somebody has looked: the paper is there.")
            .Needs(Permission.MoveOrders)
            .MayBeRepeated("it is printed, and stays so")
            .Refuses(404, 409);
        jobs.Post("/{id:long}/cancel", (long id, AskPrintJobs ask, CancellationToken cancel) => ask.Cancel(id, cancel))
            .Called("cancel_print_job", "It is not to be printed. What is at its printer already may come all the same.")
            .Needs(Permission.MoveOrders)
            .MayBeRepeated("it is called off, and stays so")
            .Refuses(404, 409);
    }
}
