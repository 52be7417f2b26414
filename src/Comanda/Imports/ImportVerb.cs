using System.CommandLine;
using System.Globalization;
using Comanda.Data;
using Npgsql;

namespace Comanda.Imports;

/// <summary>
/// comanda import FILE…: recognises whose exports they are, says what they would do, and does it all or not at all. Exit codes: 0 all
/// taken, 1 nothing taken (one line says why), 2 taken, but some rows were refused.
/// </summary>
public static class ImportVerb
{
    /// <summary>Refused rows that are shown; the plan by the API has more.</summary>
    private const int Shown = 20;

    public static Command Make(
        Func<ParseResult, Func<NpgsqlDataSource, int, Task<int>>, CancellationToken, Task<int>> withDatabase,
        Func<Func<Task<int>>, Task<int>> guarded)
    {
        var files = new Argument<FileInfo[]>("files")
        {
            Description = "Exports of another system: CSV or xlsx",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var shop = new Option<string?>("--shop") { Description = "Id or name of the shop; the first one where left out" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what they would do, and do nothing" };
        var order = new Option<string?>("--date-order") { Description = "Where no date tells: day_first or month_first" };
        var mark = new Option<string?>("--decimal-mark") { Description = "Where no amount tells: point or comma" };
        var zone = new Option<string?>("--time-zone") { Description = "Of the account that exported; the shop's where left out" };
        var verb = new Command("import", "Brings a shop along: catalogue, sales and guests of another system.")
        {
            files, shop, dryRun, order, mark, zone, ImportSalesVerb.Make(withDatabase, guarded),
        };
        verb.SetAction((parsed, cancel) => guarded(() => withDatabase(
            parsed,
            (database, _) => Run(
                database,
                parsed.GetValue(files) ?? [],
                new(
                    parsed.GetValue(shop),
                    parsed.GetValue(dryRun),
                    new(parsed.GetValue(order), parsed.GetValue(mark), parsed.GetValue(zone))),
                cancel),
            cancel)));
        return verb;
    }

    /// <summary>What the command line asks for.</summary>
    internal sealed record Asked(string? Shop, bool DryRun, ImportAnswers Answers);

    internal static async Task<int> Run(NpgsqlDataSource database, FileInfo[] files, Asked asked, CancellationToken cancel)
    {
        if (files.Length == 0)
            throw new StartupException("no files: comanda import FILE…");
        var errors = new FieldErrors();
        var options = HoldImports.OptionsOf(asked.Answers, errors);
        if (errors.Any)
            throw new StartupException(string.Join(
                "; ",
                errors.ToRefusal().Errors!.Select(e => $"--{e.Key.Replace('_', '-')} {e.Value[0]}")));
        var shop = await ShopOf(database, asked.Shop, cancel);
        var brought = new List<BroughtFile>();
        foreach (var file in files.SelectMany(Whole))
        {
            try
            {
                brought.Add(new(file.FullName, await File.ReadAllBytesAsync(file.FullName, cancel)));
            }
            catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
            {
                throw new StartupException(missing.Message);
            }
        }

        using var ids = new Ids(database);
        var imports = new DoImport(database, ids, TimeProvider.System);
        var id = await imports.Plan(shop, brought, options, null, cancel);
        var plan = await PlanOf(database, id, cancel);
        Say(plan);
        if (plan.Questions.Count > 0 && plan.Questions.FirstOrDefault(q => Unanswered(q.Name, options)) is { } question)
            throw new StartupException(
                $"{question.File} {question.Why}; answer --{question.Name.Replace('_', '-')} {string.Join(" or ", question.Answers)}");
        if (plan.Files.Count == 0)
            throw new StartupException("none of the files is an export that is known; nothing was changed");
        if (asked.DryRun)
        {
            await imports.Undo(shop, id, cancel);
            Console.WriteLine("Nothing was changed (--dry-run).");
            return plan.Plan.RefusedRows > 0 ? 2 : 0;
        }

        var bar = new ProgressBar();
        await imports.Start(id, cancel);
        await imports.Run(id, (done, whole) => bar.Show("writing", done, whole), cancel);
        bar.Finish();
        var done = await PlanOf(database, id, cancel);
        Console.WriteLine($"Import {id} is done: {done.Plan.New} new, {done.Plan.Changed} changed, {done.Plan.Same} as they were.");
        return done.Plan.RefusedRows > 0 ? 2 : 0;
    }

    /// <summary>A folder is all that lies in it.</summary>
    private static IEnumerable<FileInfo> Whole(FileInfo file) => Directory.Exists(file.FullName)
        ? new DirectoryInfo(file.FullName).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(f => f.Extension.ToLowerInvariant() is ".csv" or ".xlsx" or ".txt" or ".tsv")
            .OrderBy(f => f.FullName, StringComparer.Ordinal)
        : [file];

    private static bool Unanswered(string question, ImportOptions options) => question switch
    {
        ImportQuestions.DateOrder => options.DateOrder is null,
        ImportQuestions.DecimalMark => options.DecimalMark is null,
        _ => options.TimeZone is null,
    };

    private static async Task<PlannedImport> PlanOf(NpgsqlDataSource database, long id, CancellationToken cancel) =>
        System.Text.Json.JsonSerializer.Deserialize<PlannedImport>(
            (string)(await database.Scalar("select plan from imports where id = $1", cancel, id))!, Json.Options)!;

    /// <summary>The shop of an id or a name; without either the first one made.</summary>
    internal static async Task<long> ShopOf(NpgsqlDataSource database, string? asked, CancellationToken cancel) =>
        (asked is null
            ? await database.Scalar("select min(id) from shops", cancel)
            : await database.Scalar(
                "select id from shops where id::text = $1 or lower(name) = lower($1) order by id::text = $1 desc, id limit 1",
                cancel,
                asked))
            as long?
        ?? throw new StartupException(asked is null ? "there is no shop yet; open one first" : $"there is no shop '{asked}'");

    private static void Say(PlannedImport plan)
    {
        foreach (var file in plan.Files)
            Console.WriteLine($"{file.Name}: {file.System}, {file.Kind}, {file.Rows} rows");
        foreach (var count in plan.Plan.Counts)
            Console.WriteLine($"  {count.What,-8} {count.New} new, {count.Changed} changed, {count.Same} as they are");
        if (plan.Plan.Cancelled > 0)
            Console.WriteLine($"  {plan.Plan.Cancelled} sales were cancelled there, and are none");
        if (plan.TotalsByDay.Count > 0)
            Console.WriteLine($"  {"day",-10} {"orders",7} {"sales",12} {"refunds",12} {"in the files",12} {"difference",11}  tenders");
        foreach (var day in plan.TotalsByDay)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {day.Date:yyyy-MM-dd} {day.Orders,7} {day.Sales,12} {day.Refunds,12} {day.InFile,12} {day.Difference,11}  ")
                + string.Join(", ", day.Tenders.Select(t => string.Create(CultureInfo.InvariantCulture, $"{t.Key} {t.Value}"))));
        }

        foreach (var row in plan.Plan.Refused.Take(Shown))
            Console.WriteLine($"  refused: {row.File}, line {row.Line}, {row.Field}: {row.Message}");
        if (plan.Plan.RefusedRows > Shown)
            Console.WriteLine($"  refused: {plan.Plan.RefusedRows - Shown} more");
        foreach (var note in plan.Notes)
            Console.WriteLine("  " + note);
    }
}
