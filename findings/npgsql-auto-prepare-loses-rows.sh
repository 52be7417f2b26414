#!/usr/bin/env bash
# Npgsql, "Max Auto Prepare": a statement whose values are refused while it is being prepared answers the next caller wrongly.
#
# Seen with Npgsql 10.0.0 and 10.0.3 (the newest), PostgreSQL 15, .NET 10. Upstream has an open report of the insert below (issue 6391); the
# committed row and the shifted batch are not in it.
#
# What happens. Automatic preparation sends Parse, Bind, Describe, Execute in one go. Where PostgreSQL takes the Parse and refuses the Bind
# (a text too long for its column, a text that is no number, U+0000, a cancellation or time limit while the plan is made), Npgsql keeps the
# statement as prepared, but has not seen what rows it returns, and believes that it returns none. So on that connection
#   1. a select whose rows come then fails: "Received unexpected backend message DataRow. Please file a bug.", and the connection is lost;
#   2. an insert … returning fails in the same way after its row was COMMITTED: a caller who tries again writes it twice;
#   3. in a batch, such a select that finds no row is passed over in silence: the reader's first result is the second statement's. Rows of
#      another connection or request are never seen.
# What one would have guessed: a refused value is the business of the call that sent it, and of nobody after it.
# Who is hurt: whoever sets Max Auto Prepare and takes text from outside. It looks random: the refusal must fall on the very use that
# prepares (the second, unless told otherwise), and the failure comes later, in somebody else's request.
# What helps: Max Auto Prepare=0 (the default), and PrepareAsync where a statement repeats: it describes before it binds.
#
# Needs bash, dotnet 10, Debian's postgresql (15 was used). Prints what it sees; ends with 1 where the behaviour is another.
set -euo pipefail
version=${1:-10.0.3}
initdb=$(ls /usr/lib/postgresql/*/bin/initdb | sort -V | tail -n 1)
bin=$(dirname "$initdb")
work=$(mktemp -d)
as=()
if [ "$(id -u)" = 0 ]; then as=(setpriv --reuid postgres --regid postgres --clear-groups); chown postgres "$work"; fi
trap 'cd /; "${as[@]}" "$bin/pg_ctl" -D "$work/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"
"${as[@]}" "$initdb" -D "$work/data" -A trust -U postgres >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$work/data" -l "$work/data/log" -o "-k $work -c listen_addresses=''" -w start >/dev/null

mkdir program && cd program
cat > program.csproj <<EOF
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <Nullable>enable</Nullable>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup><PackageReference Include="Npgsql" Version="[$version]" /></ItemGroup>
</Project>
EOF
cat > Program.cs <<'EOF'
using Npgsql;

string[] settings = ["Max Auto Prepare=10;Auto Prepare Min Usages=2", "Max Auto Prepare=0"];
foreach (var setting in settings)
{
    // No pool: each case has a new connection.
    await using var database = NpgsqlDataSource.Create($"Host={args[0]};Username=postgres;Database=postgres;Pooling=false;{setting}");
    const string tables = "drop table if exists notes; create table notes (id serial, text varchar(5))";
    await using (var setup = database.CreateCommand(tables))
        await setup.ExecuteNonQueryAsync();
    var explicitly = setting == settings[1];
    Console.WriteLine(explicitly ? "without, and with PrepareAsync at each use" : setting);

    await using (var connection = await database.OpenConnectionAsync())
    {
        foreach (var text in (string[])["1", "x", "3"])
            Console.WriteLine($"  select, {text}: {await Run(connection, "select $1::text::int", text, explicitly)}");
    }

    await using (var connection = await database.OpenConnectionAsync())
    {
        foreach (var text in (string[])["one", "much too long", "three"])
            Console.WriteLine($"  insert, {text}: {await Run(connection, "insert into notes (text) values ($1) returning text", text, explicitly)}");
    }

    await using (var connection = await database.OpenConnectionAsync())
    {
        const string count = "select count(*) from notes where text = $1";
        Console.WriteLine($"  rows with 'three': {await Run(connection, count, "three", false)}");
    }

    await using (var connection = await database.OpenConnectionAsync())
    {
        const string first = "select 'first' where $1::text::int = 0";
        foreach (var text in (string[])["1", "x"])
            await Run(connection, first, text, explicitly);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(first) { Parameters = { new() { Value = "1" } } },
                new("select 'second' where $1::text = 'here'") { Parameters = { new() { Value = "here" } } },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync();
        Console.WriteLine($"  batch, result of the first: {(await reader.ReadAsync() ? reader.GetString(0) : "no row")}");
    }
}

static async Task<string> Run(NpgsqlConnection connection, string sql, string text, bool explicitly)
{
    try
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = text } } };
        if (explicitly)
            await command.PrepareAsync();
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() ? $"{reader[0]}" : "no row";
    }
    catch (PostgresException refused)
    {
        return $"refused, {refused.SqlState}";
    }
    catch (Exception failure)
    {
        return $"{failure.GetType()}: {failure.Message} The connection is {connection.State}.";
    }
}
EOF
dotnet build -v quiet -c Release -o "$work/out" >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 2; }

cat > "$work/expected" <<'EOF'
Max Auto Prepare=10;Auto Prepare Min Usages=2
  select, 1: 1
  select, x: refused, 22P02
  select, 3: System.Exception: Received unexpected backend message DataRow. Please file a bug. The connection is Closed.
  insert, one: one
  insert, much too long: refused, 22001
  insert, three: System.Exception: Received unexpected backend message DataRow. Please file a bug. The connection is Closed.
  rows with 'three': 1
  batch, result of the first: second
without, and with PrepareAsync at each use
  select, 1: 1
  select, x: refused, 22P02
  select, 3: 3
  insert, one: one
  insert, much too long: refused, 22001
  insert, three: three
  rows with 'three': 1
  batch, result of the first: no row
EOF
echo "Npgsql $version, $("$bin/postgres" --version)"
dotnet "$work/out/program.dll" "$work" | tee "$work/seen"
if ! diff "$work/expected" "$work/seen"; then
  echo "The behaviour has changed."
  exit 1
fi
echo "As described."
