using Comanda.Data;
using Comanda.Events;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Comanda.Tests;

/// <summary>Who may call whom, read from the compiled code.</summary>
public sealed class ArchitectureTests(CafeApp app)
{
    /// <summary>Each room and the rooms that it may call. Operations, Demo, Imports and Program may call anything.</summary>
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
        ["Journal"] = ["Kernel", "Data"],
        ["Menu"] = ["Kernel", "Taxes", "Data", "Events", "Audit", "Shops"],
        ["Guests"] = ["Kernel", "Taxes", "Data", "Audit", "Shops", "Identity", "Menu"],
        ["Stock"] = ["Kernel", "Taxes", "Data", "Events", "Audit", "Notifications", "Shops", "Identity", "Menu"],
        ["Orders"] =
        [
            "Kernel",
            "Taxes",
            "Data",
            "Events",
            "Audit",
            "Notifications",
            "Shops",
            "Identity",
            "Journal",
            "Menu",
            "Guests",
            "Stock",
        ],
        ["Payments"] = ["Kernel", "Taxes", "Data", "Events", "Audit", "Shops", "Identity", "Journal", "Menu", "Orders"],
        ["Reports"] = ["Kernel", "Taxes", "Data", "Shops"],
    };

    private static readonly string[] Anywhere = ["Operations", "Demo", "Imports"];

    [Fact]
    public void Rooms_call_only_the_rooms_below_them()
    {
        using var server = AssemblyDefinition.ReadAssembly(typeof(ComandaDb).Assembly.Location);
        using var core = AssemblyDefinition.ReadAssembly(typeof(Money).Assembly.Location);
        var seen = new HashSet<string>();
        var wrong = new SortedSet<string>();
        foreach (var type in server.MainModule.GetTypes().Concat(core.MainModule.GetTypes()))
        {
            if (RoomOf(type) is not { } room || Anywhere.Contains(room))
                continue;
            seen.Add(room);
            MayCall.ShouldContainKey(room, $"{type.FullName}: the room is not in the table");
            foreach (var target in TypesUsedBy(type))
            {
                if (RoomOf(target) is { } other && other != room && !MayCall[room].Contains(other))
                    wrong.Add($"{room} → {other}: {type.FullName} uses {target.FullName}");
            }
        }

        wrong.ShouldBeEmpty();
        seen.ShouldBe(MayCall.Keys, ignoreOrder: true); // it has looked at every room
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

    private static string? RoomOf(TypeReference type)
    {
        var outer = type.GetElementType();
        while (outer.DeclaringType is not null)
            outer = outer.DeclaringType;
        var parts = outer.Namespace.Split('.');
        return parts is ["Comanda", var room]
            && outer.Scope.Name.StartsWith("Comanda", StringComparison.Ordinal)
            && !outer.Scope.Name.StartsWith("Comanda.Client", StringComparison.Ordinal) ? room : null;
    }

    private static IEnumerable<TypeReference> TypesUsedBy(TypeDefinition type)
    {
        if (type.BaseType is not null)
            yield return type.BaseType;
        foreach (var field in type.Fields)
            yield return field.FieldType;
        foreach (var implemented in type.Interfaces)
            yield return implemented.InterfaceType;
        foreach (var method in type.Methods)
        {
            yield return method.ReturnType;
            foreach (var parameter in method.Parameters)
                yield return parameter.ParameterType;
            foreach (var instruction in method.Body?.Instructions ?? Enumerable.Empty<Instruction>())
            {
                switch (instruction.Operand)
                {
                    case MethodReference called:
                        yield return called.DeclaringType;
                        if (called is GenericInstanceMethod generic)
                        {
                            foreach (var argument in generic.GenericArguments)
                                yield return argument;
                        }

                        break;
                    case FieldReference field:
                        yield return field.DeclaringType;
                        break;
                    case TypeReference named:
                        yield return named;
                        break;
                }
            }
        }
    }
}
