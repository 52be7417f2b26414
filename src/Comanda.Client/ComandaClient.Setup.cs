using Comanda.Data;
using Comanda.Imports;
using Comanda.Kernel;
using Comanda.Operations;

namespace Comanda.Client;

/// <summary>A shop's beginning: its set-up, and what it brings along.</summary>
public sealed partial class ComandaClient
{
    /// <summary>What an installation without a shop may begin with; refused (404) where it has one.</summary>
    public Task<SetupView> GetSetup(CancellationToken cancel = default) => Ask<SetupView>(HttpMethod.Get, "/api/setup", cancel: cancel);

    /// <summary>Opens the first shop; the client is its owner from then on.</summary>
    public async Task<SetupDone> SetUp(SetupRequest shop, CancellationToken cancel = default)
    {
        var done = await Ask<SetupDone>(HttpMethod.Post, "/api/setup", shop, cancel: cancel);
        AccessToken = done.Session.AccessToken;
        return done;
    }

    /// <summary>Another system's files (multipart) become a plan; nothing is changed yet.</summary>
    public Task<ImportView> PlanImport(MultipartFormDataContent files, CancellationToken cancel = default) =>
        Ask<ImportView>(HttpMethod.Post, "/api/imports", files, cancel: cancel);

    /// <summary>Does what was planned; of a long one it answers that it is running.</summary>
    public Task<ImportView> RunImport(long id, ImportAnswers? answers = null, CancellationToken cancel = default) =>
        Ask<ImportView>(HttpMethod.Post, $"/api/imports/{id}/run", answers, cancel: cancel);

    public Task<ImportView> GetImport(long id, CancellationToken cancel = default) =>
        Ask<ImportView>(HttpMethod.Get, $"/api/imports/{id}", cancel: cancel);

    public Task<PageOf<ImportView>> GetImports(CancellationToken cancel = default) =>
        Ask<PageOf<ImportView>>(HttpMethod.Get, "/api/imports", cancel: cancel);

    /// <summary>Takes an import back, or throws a plan away.</summary>
    public async Task UndoImport(long id, CancellationToken cancel = default)
    {
        using var response = await Send(HttpMethod.Delete, $"/api/imports/{id}", cancel: cancel);
        await ThrowIfRefused(response, cancel);
    }

    /// <summary>A menu as a CSV file; with <paramref name="dryRun"/> it is only told what would change.</summary>
    public Task<ImportResult> ImportMenu(byte[] csv, bool dryRun, CancellationToken cancel = default)
    {
        var content = new ByteArrayContent(csv);
        content.Headers.ContentType = new("text/csv");
        var path = "/api/menu/items/bulk-import?dry_run=" + (dryRun ? "true" : "false");
        return Ask<ImportResult>(HttpMethod.Post, path, content, cancel: cancel);
    }
}
