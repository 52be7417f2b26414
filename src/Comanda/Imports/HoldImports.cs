using System.Text.Json;
using Comanda.Data;
using Comanda.Menu;
using Npgsql;

namespace Comanda.Imports;

/// <summary>POST, GET and DELETE /api/imports: files become a plan; the plan is read, run, and taken back.</summary>
public sealed class HoldImports(
    NpgsqlDataSource database, DoImport imports, RunImports runs, MenuBoard menus, Here here, TimeProvider clock)
{
    /// <summary>Bytes of all files together, and how many they may be.</summary>
    public const int LargestBody = 128 * 1024 * 1024, MostFiles = 100;

    /// <summary>Whoever runs an import is answered when it is done, or after so long while it goes on.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const string Columns =
        "select id, system, kind, status, plan, done, whole, failure, created_at, finished_at from imports where shop_id = $1";

    public async Task<Answer<ImportView>> Plan(RawBody body, CancellationToken cancel)
    {
        var read = await Read(body, cancel);
        if (read.Refusal is { } unreadable)
            return unreadable;
        var id = await imports.Plan(here.ShopId, read.Value.Files, read.Value.Options, here.Caller.UserId, cancel);
        return Answer.Created((await Find(id, cancel))!, $"/api/imports/{id}");
    }

    public async Task<Answer<PageOf<ImportView>>> List(int? limit, string? cursor, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        var page = AskedPage.Read(limit ?? 50, cursor, errors);
        if (errors.Any)
            return errors.ToRefusal();
        await using var command = database.Command(
            Columns + " and id < $2 order by id desc limit $3", here.ShopId, page.Before, page.ToRead);
        return page.Of(await command.List(Row, cancel), i => i.Id);
    }

    public async Task<Answer<ImportView>> One(long id, CancellationToken cancel) =>
        await Find(id, cancel) is { } import ? import : Refusal.NotFound("import");

    /// <summary>Runs it. Run again it goes on where it is: what is done is done once.</summary>
    public async Task<Answer<ImportView>> Run(long id, ImportAnswers? answers, CancellationToken cancel)
    {
        if (await Find(id, cancel) is not { } import)
            return Refusal.NotFound("import");
        if (import.Status == ImportStatus.Undone.ToWire())
            return Refusal.Conflict("import_undone", "The import was undone; send its files again.");
        var errors = new FieldErrors();
        var said = OptionsOf(answers, errors);
        if (errors.Any)
            return errors.ToRefusal();
        if (import.Status is "planned" or "failed")
        {
            var open = import.Questions.Where(q => !IsAnswered(q.Name, said)).Select(q => q.Name).Distinct(StringComparer.Ordinal).ToList();
            if (open.Count > 0)
                return Unanswered(import, open);
            if (import.Files.Count == 0)
                return Refusal.Conflict("nothing_to_import", "None of the files is an export that is known.");
            await using var connection = await database.OpenConnectionAsync(cancel);
            await connection.Execute(
                """
                update imports set status = 'running', failure = null, done = 0, whole = 0, finished_at = null,
                    options = case when $3 then $4 else options end
                where id = $1 and shop_id = $2 and status in ('planned', 'failed')
                """,
                cancel, id, here.ShopId, answers is not null, Json.Write(said));
        }

        await runs.Begin(id).WaitAsync(Patience, clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return (await Find(id, cancel))!;
    }

    public async Task<Answer> Undo(long id, CancellationToken cancel)
    {
        if (await imports.Undo(here.ShopId, id, cancel) is { } refused)
            return refused;
        menus.Forget(here.ShopId);
        return Answer.Done;
    }

    private static Refusal Unanswered(ImportView import, List<string> open) => new(
        409,
        "import_asks",
        "The files could mean two things; answer " + string.Join(", ", open) + ".",
        open.ToDictionary(
            name => name,
            name => import.Questions.Where(q => q.Name == name)
                .Select(q => $"{q.File} {q.Why}; must be {string.Join(" or ", q.Answers)}").ToArray(),
            StringComparer.Ordinal));

    private static bool IsAnswered(string question, ImportOptions said) => question switch
    {
        ImportQuestions.DateOrder => said.DateOrder is not null,
        ImportQuestions.DecimalMark => said.DecimalMark is not null,
        _ => said.TimeZone is not null,
    };

    internal static ImportOptions OptionsOf(ImportAnswers? answers, FieldErrors errors)
    {
        DateOrder? order = null;
        if (answers?.DateOrder is { } given)
            order = errors.OneOf<DateOrder>("date_order", given);
        errors.OneOf("decimal_mark", answers?.DecimalMark, "point", "comma");
        errors.Check(
            answers?.TimeZone is not { } zone || TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _),
            "time_zone",
            "must be an IANA name such as Europe/Lisbon");
        return new()
        {
            DateOrder = order,
            DecimalMark = answers?.DecimalMark switch { "comma" => ',', "point" => '.', _ => null },
            TimeZone = answers?.TimeZone,
        };
    }

    private static async Task<Outcome<(IReadOnlyList<BroughtFile> Files, ImportOptions Options)>> Read(
        RawBody body, CancellationToken cancel)
    {
        var errors = new FieldErrors();
        if (await body.Form(cancel) is { } form)
        {
            errors.Check(form.Files.Count is >= 1 and <= MostFiles, "files", $"must be 1 to {MostFiles} files");
            var options = OptionsOf(
                new(form["date_order"].FirstOrDefault(), form["decimal_mark"].FirstOrDefault(), form["time_zone"].FirstOrDefault()),
                errors);
            if (errors.Any)
                return errors.ToRefusal();
            var files = new List<BroughtFile>();
            foreach (var upload in form.Files)
            {
                using var content = new MemoryStream();
                await upload.CopyToAsync(content, cancel);
                files.Add(new(NameOf(upload.FileName), content.ToArray()));
            }

            return (files, options);
        }

        if (body.IsJson)
            return new Refusal(415, "unsupported_media_type", "Send the files as multipart/form-data, or one as text/csv.");
        var sent = await body.Read(cancel);
        return sent.Length == 0 ? Refusal.OfField("files", "is required: the files") : ([new("file", sent)], new ImportOptions());
    }

    /// <summary>Its end says more than its beginning: of a path the last folders.</summary>
    private static string NameOf(string name) => PlainText.Line(name) switch
    {
        "" => "file",
        { Length: > 255 } plain => plain[^255..],
        var plain => plain,
    };

    private async Task<ImportView?> Find(long id, CancellationToken cancel)
    {
        await using var command = database.Command(Columns + " and id = $2", here.ShopId, id);
        return (await command.List(Row, cancel)).FirstOrDefault();
    }

    private static ImportView Row(NpgsqlDataReader r)
    {
        var plan = JsonSerializer.Deserialize<PlannedImport>(r.GetString(4), Json.Options)!;
        var (status, done, whole) = (r.GetString(3), r.GetInt64(5), r.GetInt64(6));
        return new(
            r.GetInt64(0),
            r.GetString(1),
            r.GetString(2),
            status,
            status == "done" ? 100 : whole == 0 ? 0 : (int)Math.Min(99, done * 100 / whole),
            plan.Files,
            plan.Plan,
            plan.TotalsByDay,
            plan.Questions,
            plan.Notes,
            r.TextOrNull(7),
            r.GetFieldValue<DateTimeOffset>(8),
            r.ValueOrNull<DateTimeOffset>(9));
    }
}
