using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Comanda.Data;
using Comanda.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Comanda.Tests;

/// <summary>Who may call whom, read from the compiled code.</summary>
public sealed class ArchitectureTests(CafeApp app)
{
    /// <summary>Each room and the rooms that it may call. Operations, Demo, Imports, Dialects and Program may call anything.</summary>
    private static readonly Dictionary<string, string[]> MayCall = new()
    {
        ["Kernel"] = [],
        ["Taxes"] = ["Kernel"],
        ["Data"] = ["Kernel"],
        ["Events"] = ["Kernel", "Data"],
        ["Audit"] = ["Kernel", "Data"],
        ["Notifications"] = ["Kernel", "Data"],
        ["Shops"] = ["Kernel", "Taxes", "Data", "Events", "Audit"],
        ["Identity"] = ["Kernel", "Data", "Events", "Audit", "Notifications", "Shops"],
        ["Webhooks"] = ["Kernel", "Data", "Events", "Audit", "Shops"],
        ["Registers"] = ["Kernel", "Taxes", "Data", "Audit", "Shops"],
        ["Menu"] = ["Kernel", "Taxes", "Data", "Events", "Audit", "Shops"],
        ["Guests"] = ["Kernel", "Taxes", "Data", "Audit", "Shops", "Identity", "Menu"],
        ["Stock"] = ["Kernel", "Taxes", "Data", "Events", "Audit", "Notifications", "Shops", "Identity", "Menu"],
        ["Inbox"] = ["Kernel", "Data", "Events", "Audit", "Notifications", "Shops"],
        ["Promotions"] = ["Kernel", "Taxes", "Data", "Events", "Audit", "Shops", "Menu"],
        ["GiftCards"] = ["Kernel", "Taxes", "Data", "Events", "Audit", "Shops", "Identity", "Registers"],
        ["Orders"] =
            [
                "Kernel",
                "Taxes",
                "Data",
                "Events",
                "Audit",
                "Notifications",
                "Shops",
                "Registers",
                "Identity",
                "GiftCards",
                "Menu",
                "Guests",
                "Stock",
                "Promotions",
                "Inbox",
            ],
        ["Payments"] = ["Kernel", "Taxes", "Data", "Events", "Audit", "Shops", "Registers", "Identity", "Menu", "Orders"],
        ["Printing"] = ["Kernel", "Data", "Events", "Audit", "Shops", "Registers", "Identity", "Orders"],
        ["Storefront"] =
            [
                "Kernel",
                "Taxes",
                "Data",
                "Events",
                "Shops",
                "Registers",
                "Identity",
                "Menu",
                "Guests",
                "Promotions",
                "Orders",
                "Payments",
            ],
        ["Baking"] = ["Kernel", "Data", "Events", "Audit", "Shops", "Menu", "Stock", "Orders", "Reports"],
        ["Reports"] = ["Kernel", "Taxes", "Data", "Events", "Notifications", "Shops", "Identity", "Registers", "Stock", "Orders"],
    };

    private static readonly string[] Anywhere = ["Operations", "Demo", "Imports", "Dialects"];

    /// <summary>What the core must not touch: it runs in a browser.</summary>
    private static readonly string[] NotInTheCore =
    [
        "Microsoft",
        "Npgsql",
        "System.Data",
        "System.Diagnostics.Process",
        "System.IO",
        "System.Net",
        "System.Security.Cryptography",
        "System.Threading.Thread",
    ];

    /// <summary>What of those it may: reading what the assembly itself carries.</summary>
    private static readonly string[] InTheCore =
        ["System.IO.Stream", "System.IO.StreamReader", "System.IO.StringReader", "System.IO.TextReader"];

    /// <summary>Both projects as they were compiled; what they use of others is known by name.</summary>
    private static readonly Lazy<Architecture> House = new(() => new ArchLoader()
        .LoadAssemblies(typeof(ComandaDb).Assembly, typeof(Money).Assembly)
        .Build());

    [Fact]
    public void Rooms_call_only_the_rooms_below_them()
    {
        var seen = new HashSet<string>();
        var calls = new HashSet<(string Room, string Other)>();
        var wrong = new SortedSet<string>();
        foreach (var type in House.Value.Types)
        {
            if (RoomOf(type) is not { } room || Anywhere.Contains(room))
                continue;
            seen.Add(room);
            MayCall.ShouldContainKey(room, $"{type.FullName}: the room is not in the table");
            foreach (var other in type.Dependencies.Select(d => RoomOf(d.Target)).OfType<string>().Where(other => other != room))
            {
                calls.Add((room, other));
                if (!MayCall[room].Contains(other))
                    wrong.Add($"{room} → {other}: {type.FullName}");
            }
        }

        wrong.ShouldBeEmpty();
        seen.ShouldBe(MayCall.Keys, ignoreOrder: true); // it has looked at every room
        calls.Count.ShouldBeGreaterThan(40); // and seen who calls whom
    }

    /// <summary>Taken away from below, one by one, no room is left: nobody calls in a ring.</summary>
    [Fact]
    public void Rooms_stand_upon_one_another()
    {
        var left = MayCall.ToDictionary(r => r.Key, r => r.Value.ToHashSet());
        while (left.Where(r => r.Value.Count == 0).Select(r => r.Key).ToList() is { Count: > 0 } bottom)
        {
            foreach (var room in bottom)
                left.Remove(room);
            foreach (var calls in left.Values)
                calls.ExceptWith(bottom);
        }

        left.Keys.ShouldBeEmpty();
    }

    [Fact]
    public void The_core_touches_no_file_no_network_and_no_database()
    {
        var core = House.Value.Types.Where(t => t.Assembly.Name.StartsWith("Comanda.Core", StringComparison.Ordinal)).ToList();
        var used = core.SelectMany(t => t.Dependencies, (t, d) => (Type: t.FullName, Target: d.Target.FullName)).ToList();
        core.Count.ShouldBeGreaterThan(200);
        used.ShouldContain(u => u.Target.StartsWith("System.Text.Json", StringComparison.Ordinal)); // it sees what is not ours
        used.Where(u => NotInTheCore.Any(n => u.Target == n || u.Target.StartsWith(n + ".", StringComparison.Ordinal)))
            .Where(u => !InTheCore.Contains(u.Target))
            .Select(u => $"{u.Type} uses {u.Target}")
            .Distinct()
            .ShouldBeEmpty();
        typeof(Money).Assembly.GetReferencedAssemblies()
            .Select(a => a.Name!)
            .Where(a => !a.StartsWith("System.", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Every_table_belongs_to_a_shop_and_is_filtered_by_it()
    {
        using var scope = app.FirstProcess.Services.CreateScope();
        var entities = scope.ServiceProvider.GetRequiredService<ComandaDb>().Model.GetEntityTypes().ToList();
        entities.Count.ShouldBeGreaterThan(8);
        foreach (var entity in entities)
            entity.GetDeclaredQueryFilters().Select(f => f.Key).ShouldContain(ComandaDb.ShopFilter, entity.ClrType.Name);
    }

    [Fact]
    public async Task Every_entity_fits_the_tables_as_they_are()
    {
        using var scope = app.FirstProcess.Services.CreateScope();
        var db = scope.ServiceProvider.GetRequiredService<ComandaDb>();
        foreach (var entity in db.Model.GetEntityTypes())
        {
            var table = entity.GetTableName();
            foreach (var column in entity.GetProperties().Select(p => p.GetColumnName()))
            {
                var there = await app.Database.Scalar(
                    "select exists (select 1 from information_schema.columns where table_name = $1 and column_name = $2)",
                    default,
                    table,
                    column);
                there.ShouldBe(true, $"{table}.{column}");
            }
        }
    }

    /// <summary>By the full name, which a generic type's own namespace may belie where it is used.</summary>
    private static string? RoomOf(IType type) => type.FullName.Split('<', '+')[0].Split('.') is ["Comanda", var room, _] ? room : null;
}
