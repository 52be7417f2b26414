using Comanda.Data;
using Npgsql;

namespace Comanda.Tests.Operations;

/// <summary>
/// A statement that fails as its values are bound must not spoil the answer of whoever runs it next, with the settings that every
/// connection of ours has. When the driver prepared statements by itself, these failed: "Received unexpected backend message DataRow".
/// </summary>
public sealed class PreparedStatementTests(CafeApp app)
{
    /// <summary>More than <see cref="PrepareStatements.Most"/>.</summary>
    private const int Statements = 500;

    private const int Clients = 4, CallsEach = 1_500;

    [Fact]
    public async Task Each_answer_belongs_to_its_question_among_more_statements_than_are_prepared_some_of_which_fail()
    {
        await using var database = await OpenAsTheServerDoes();
        var prepare = new PrepareStatements(); // these texts are no texts of the program
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Client(new Random(client))));

        async Task Client(Random random)
        {
            for (var call = 0; call < CallsEach; call++)
            {
                var number = random.Next(Statements);
                await using var connection = await database.OpenConnectionAsync();
                await using var command = connection.Command(Text(number), random.Next(4) == 0 ? "\0" : $"call {call}");
                await prepare.Before(command);
                if (command.Parameters[0].Value is "\0")
                    (await Should.ThrowAsync<PostgresException>(command.ExecuteReaderAsync())).SqlState.ShouldBe("22021");
                else
                    await ShouldAnswer(command, number, $"call {call}");
            }
        }
    }

    /// <summary>A write is the worst place: the driver gave up at the row that it did not expect, when the row was committed.</summary>
    [Fact]
    public async Task A_write_that_failed_on_its_values_is_written_and_answered_the_next_time()
    {
        await using var database = await OpenAsTheServerDoes();
        await using var connection = await database.OpenConnectionAsync();
        await connection.Execute("create temp table short_texts (number serial, text varchar(5))", default);
        for (var round = 0; round < 4; round++)
        {
            (await Write("short")).ShouldNotBeNull();
            var refused = await Should.ThrowAsync<PostgresException>(() => Write("much too long"));
            refused.SqlState.ShouldBe(PostgresErrorCodes.StringDataRightTruncation);
        }

        (await connection.Scalar("select count(*) from short_texts", default)).ShouldBe(4L);

        Task<object?> Write(string text) =>
            connection.Scalar("insert into short_texts (text) values ($1) returning number", default, text);
    }

    [Fact]
    public async Task Reads_with_a_text_that_no_database_takes_are_refused_and_the_others_answered()
    {
        var shop = await app.NewShop();
        await using var process = await app.StartPassingProcess(o => o);
        var owner = await shop.As("owner", process.Address);
        var random = new Random(15);
        string[] reads = ["users?q=", "inventory?q=", "customers?q=", "orders?q=", "audit?actor="];
        var refused = reads.ToDictionary(r => r, _ => 0);
        for (var call = 0; call < 200; call++)
        {
            var read = reads[random.Next(reads.Length)];
            var hostile = random.Next(2) == 0;
            var asked = $"GET /api/{read}{(hostile ? "a%00" : "a")}";
            var answer = await owner.Ask(asked);
            (answer.Status == 200 || (hostile && answer.Status == 400)).ShouldBeTrue($"call {call}, {asked}: {answer}");
            refused[read] += answer.Status == 400 ? 1 : 0;
        }

        refused.Values.Count(times => times > 0).ShouldBeGreaterThan(1); // the hostile text does reach the database
    }

    private Task<NpgsqlDataSource> OpenAsTheServerDoes() =>
        Database.Open($"{app.ConnectionString};Maximum Pool Size=5", TestContext.Current.CancellationToken);

    /// <summary>Each statement's rows have a shape and a number of their own.</summary>
    private static string Text(int number)
    {
        var more = string.Concat(Enumerable.Range(0, number % 4).Select(column => $", {number + column}"));
        return $"select {number}, $1::text{more} from generate_series(1, {number % 5})";
    }

    private static async Task ShouldAnswer(NpgsqlCommand command, int number, string asked)
    {
        await using var reader = await command.ExecuteReaderAsync();
        reader.FieldCount.ShouldBe(2 + (number % 4));
        var rows = 0;
        for (; await reader.ReadAsync(); rows++)
        {
            reader.GetInt32(0).ShouldBe(number);
            reader.GetString(1).ShouldBe(asked);
            for (var column = 0; column < number % 4; column++)
                reader.GetInt32(2 + column).ShouldBe(number + column);
        }

        rows.ShouldBe(number % 5);
    }
}
