using System.Diagnostics;
using Comanda.Data;
using Comanda.Identity;
using Comanda.Operations;

namespace Comanda.Tests.Operations;

/// <summary>The environment of the five documents starts the server as it is.</summary>
public sealed class EnvironmentNamesTests(CafeApp app)
{
    private static string? Read(string name, params (string Name, string Value)[] environment) =>
        EnvironmentNames.Read(name, asked => environment.Where(e => e.Name == asked).Select(e => e.Value).FirstOrDefault());

    [Fact]
    public void Ours_comes_first_and_what_is_empty_is_not_set()
    {
        Read("COMANDA_PORT", ("PORT", "3000")).ShouldBe("3000");
        Read("COMANDA_PORT", ("PORT", "3000"), ("COMANDA_PORT", "8081")).ShouldBe("8081");
        Read("COMANDA_PORT", ("PORT", "3000"), ("COMANDA_PORT", "")).ShouldBe("3000");
        Read("COMANDA_PORT").ShouldBeNull();
        Read("COMANDA_ENVIRONMENT", ("NODE_ENV", "production")).ShouldBe("production");
        Read("COMANDA_ENVIRONMENT", ("NODE_ENV", "test")).ShouldBe("development");
        Read("COMANDA_ENVIRONMENT", ("COMANDA_ENVIRONMENT", "prod")).ShouldBe("prod"); // to be refused by name
        Read("COMANDA_DATABASE", ("POSTGRES_PASSWORD", "x"), ("POSTGRES_DB", "y")).ShouldBeNull(); // those are the database image's own
        Read("COMANDA_DATABASE", ("POSTGRES_HOST", "db"), ("POSTGRES_PORT", "5433"), ("POSTGRES_USER", "u"), ("POSTGRES_PASSWORD", "a;b"))
            .ShouldBe("Host=db;Username=u;Password=\"a;b\";Port=5433");
        Read("COMANDA_SMTP_FROM", ("SMTP_USERNAME", "cafe@example.com")).ShouldBe("cafe@example.com");
    }

    /// <summary>The variables of documents 2 and 3, word for word.</summary>
    [Fact]
    public void What_the_documents_give_is_what_the_server_is_set_to()
    {
        var given = new Dictionary<string, string>
        {
            ["NODE_ENV"] = "production",
            ["JWT_SECRET"] = "your_jwt_secret_key",
            ["AWS_ACCESS_KEY_ID"] = "your_aws_access_key",
            ["AWS_SECRET_ACCESS_KEY"] = "your_aws_secret_key",
            ["AWS_REGION"] = "eu-west-1",
            ["AWS_S3_BUCKET"] = "bakery-images",
            ["STRIPE_SECRET_KEY"] = "sk_test_x",
            ["STRIPE_WEBHOOK_SECRET"] = "whsec_x",
            ["COMANDA_STRIPE_PUBLISHABLE_KEY"] = "pk_test_x",
            ["SMTP_SERVER"] = "smtp.gmail.com",
            ["SMTP_PORT"] = "587",
            ["SMTP_USERNAME"] = "your_email@example.com",
            ["SMTP_PASSWORD"] = "your_email_app_password",
            ["CORS_ORIGINS"] = "http://localhost:3000",
        };
        var options = new ServeOptions().WithEnvironment(name => EnvironmentNames.Read(name, given.GetValueOrDefault));
        options.Production.ShouldBeTrue();
        options.Identity.TokenSecret.ShouldBe("your_jwt_secret_key");
        (options.ImageBucket!.Bucket, options.ImageBucket.Region, options.ImageBucket.AccessKey).ShouldBe(
            ("bakery-images", "eu-west-1", "your_aws_access_key"));
        (options.Smtp!.Host, options.Smtp.Port, options.Smtp.From).ShouldBe(("smtp.gmail.com", 587, "your_email@example.com"));
        options.CrossOrigins.Origins.ShouldBe(["http://localhost:3000"]);
    }

    [Fact]
    public async Task A_process_serves_at_PORT_and_to_CORS_ORIGINS()
    {
        var data = Directory.CreateTempSubdirectory("comanda-env-").FullName;
        try
        {
            var port = ServerProcess.FreePort();
            await using var server = await ServerProcess.Serve(
                data,
                port,
                new Dictionary<string, string?>
                {
                    ["PORT"] = port.ToString(),
                    ["CORS_ORIGINS"] = "http://localhost:3000",
                    ["JWT_SECRET"] = "your-super-secret-jwt-key-here-make-it-long-and-random",
                });
            var client = app.Client(server.Address);
            await client.SignIn("manager", "password123");
            var answer = await client.Ask("GET /api/orders", null, ("Origin", "http://localhost:3000"));
            answer.Status.ShouldBe(200);
            answer.Response.Headers.GetValues("Access-Control-Allow-Origin").Single().ShouldBe("http://localhost:3000");
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Theory]
    [InlineData("DATABASE_URL", "postgresql://cafepos_user:secret@127.0.0.1:1/cafepos_db")]
    [InlineData("POSTGRES_HOST", "127.0.0.1")]
    public async Task A_process_looks_for_the_database_that_they_name(string name, string value)
    {
        var (exit, error, _) = await ServerProcess.RunToEnd(
            new Dictionary<string, string?> { [name] = value, ["POSTGRES_PORT"] = "1" },
            "migrate");
        (exit, error).ShouldSatisfyAllConditions(
            () => exit.ShouldBe(1),
            () => error.ShouldStartWith("comanda: the database cannot be opened"));
    }

    [Fact]
    public async Task Tokens_need_the_operators_secret_too()
    {
        async Task<Tokens> With(string? secret)
        {
            var tokens = new Tokens(app.Database, new(EncryptionKeys.None), TimeProvider.System, new() { TokenSecret = secret });
            await tokens.LoadKeys(default);
            return tokens;
        }

        var token = (await With("one")).Issue(1, 2);
        (await (await With("one")).Read(token, default)).ShouldBe(new Tokens.Claims(1, 2));
        (await (await With("another")).Read(token, default)).ShouldBeNull();
        (await (await With(null)).Read(token, default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_file_of_KEY_value_lines_is_read_and_nothing_in_it_is_run()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(
                file,
                "# a comment\nCOMANDA_PORT=8123\nexport SMTP_SERVER='smtp.example.com'\nQUOTED=\"a b\"\r\n"
                    + "RUN=$(echo no)\nHOME=/nowhere\nno line\nLAST=1");
            var start = new ProcessStartInfo(
                "bash",
                ["-c", ". tools/prepare; read_env \"$0\"; echo \"$COMANDA_PORT|$SMTP_SERVER|$QUOTED|$RUN|$HOME|$LAST\"", file])
            {
                WorkingDirectory = Repository.Root,
                RedirectStandardOutput = true,
                UseShellExecute = false,
            };
            using var shell = Process.Start(start)!;
            var said = await shell.StandardOutput.ReadToEndAsync();
            said.Trim().ShouldBe($"8123|smtp.example.com|a b|$(echo no)|{Environment.GetEnvironmentVariable("HOME")}|1");
        }
        finally
        {
            File.Delete(file);
        }
    }
}
