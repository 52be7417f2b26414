using Comanda.Data;

namespace Comanda.Imports;

/// <summary>Every slice of bringing a shop along, and of taking it away again, once.</summary>
public static class ImportsEndpoints
{
    public static IServiceCollection AddImports(this IServiceCollection services) => services
        .AddSingleton<DoImport>()
        .AddSingleton<RunImports>()
        .AddHostedService(s => s.GetRequiredService<RunImports>())
        .AddSingleton<ExportShop>()
        .AddScoped<HoldImports>();

    public static void MapImports(this IEndpointRouteBuilder app)
    {
        var imports = app.Chapter("Imports", "/api/imports").Needs(Permission.EditSettings);
        imports.Post("", (RawBody body, HoldImports hold, CancellationToken cancel) => hold.Plan(body, cancel))
            .Called(
                "plan_import",
                "Takes files of another system (multipart, many), recognises them by their headings and says what they would do: "
                    + "new, changed, "
                    + "the same, refused with line and reason; totals by day. Nothing is changed yet.")
            .MayBeRepeated("each is a plan; only what is run changes anything")
            .DisableAntiforgery()
            .TakesAtMost(HoldImports.LargestBody)
            .Creates()
            .Refuses(400, 413, 415);
        imports.Get("", (HoldImports hold, CancellationToken cancel, int? limit = null, string? cursor = null) =>
                hold.List(limit, cursor, cancel))
            .Called("imports", "The shop's imports, the newest first.")
            .Refuses(400);
        imports.Get("/{id:long}", (long id, HoldImports hold, CancellationToken cancel) => hold.One(id, cancel))
            .Called("import", "One import: its plan, how far it is, what it did.")
            .Refuses(404);
        imports.Post("/{id:long}/run", (
                long id,
                [OptionalBody] ImportAnswers? answers,
                HoldImports hold,
                CancellationToken cancel) =>
                hold.Run(id, answers, cancel))
            .Called(
                "run_import",
                "Does what was planned, all of it or nothing, anew from the files. Answers when it is done, or, of a long one, that it is "
                    + "running; repeated it only tells how far it is.")
            .MayBeRepeated("a sale is taken over once")
            .Refuses(400, 404, 409);
        imports.Delete("/{id:long}", (long id, HoldImports hold, CancellationToken cancel) => hold.Undo(id, cancel))
            .Called("undo_import", "Takes an import back, as long as nothing was built on it; or throws a plan away.")
            .Refuses(404, 409);

        app.Chapter("Imports", "/api/exports").Needs(Permission.EditSettings)
            .Get("", (ExportShop export, Here here, CancellationToken cancel) => SendExport.Of(export, here.ShopId, cancel))
            .Called(
                "export_shop",
                "Everything that the shop has (catalogue, guests, sales, stock, journal) as CSV files in a zip, which an import "
                    + "takes into an "
                    + "empty shop.")
            .Gives("application/zip");
    }
}
