using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Comanda.Data;

namespace Comanda.Tests;

/// <summary>
/// A constructor takes at most seven things, a method six. Three kinds of constructor may take more: a wire shape's, since its fields are
/// the API's (a record of the core whose every parameter goes onto the wire as it is); an entity's that only EF calls (not public, of a
/// type that a shop owns); and what the compiler writes.
/// </summary>
public sealed class ParameterTests
{
    private const int MostOfAConstructor = 7, MostOfAMethod = 6;

    private const BindingFlags Declared =
        BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;

    private static readonly Type[] Plain =
    [
        typeof(string),
        typeof(decimal),
        typeof(DateOnly),
        typeof(TimeOnly),
        typeof(DateTimeOffset),
        typeof(Guid),
        typeof(JsonElement),
        typeof(object),
    ];

    private static readonly Type[] Lists =
        [typeof(IReadOnlyList<>), typeof(List<>), typeof(IReadOnlyDictionary<,>), typeof(Dictionary<,>)];

    private static List<Type> Types { get; } = new[] { typeof(Program), typeof(Money) }
        .SelectMany(t => t.Assembly.GetTypes())
        .Where(t => t.Namespace?.StartsWith("Comanda", StringComparison.Ordinal) == true && !IsGenerated(t))
        .ToList();

    [Fact]
    public void No_constructor_takes_more_than_seven_things()
    {
        var constructors = Types.SelectMany(t => t.GetConstructors(Declared)).Where(c => !IsGenerated(c)).ToList();
        constructors.Count.ShouldBeGreaterThan(500);
        constructors.Where(c => c.GetParameters().Length > MostOfAConstructor && !IsWire(c.DeclaringType!) && !IsOfAnEntity(c))
            .Select(c => NameOf(c.DeclaringType!))
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ShouldBeEmpty();
    }

    [Fact]
    public void No_method_takes_more_than_six_things()
    {
        var methods = Types.SelectMany(t => t.GetMethods(Declared)).Where(m => !IsGenerated(m) && !m.IsSpecialName).ToList();
        methods.Count.ShouldBeGreaterThan(1500);
        methods.Where(m => m.GetParameters().Length > MostOfAMethod && m.Name != "Deconstruct")
            .Select(m => $"{NameOf(m.DeclaringType!)}.{m.Name}")
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ShouldBeEmpty();
    }

    [Fact]
    public void Only_what_goes_onto_the_wire_as_it_is_counts_as_a_wire_shape()
    {
        IsWire(typeof(OrderView)).ShouldBeTrue();
        IsWire(typeof(OrderRequest)).ShouldBeTrue();
        IsWire(typeof(PricedModifier)).ShouldBeFalse();
        IsWire(typeof(ComboPart)).ShouldBeFalse();
        IsWire(typeof(ComandaDb)).ShouldBeFalse();
    }

    private static bool IsWire(Type type) =>
        type.Assembly == typeof(Money).Assembly
            && type.GetMethod("<Clone>$") is not null
            && type.GetConstructors().SelectMany(c => c.GetParameters()).All(p => GoesOntoTheWire(p.ParameterType));

    private static bool GoesOntoTheWire(Type type) =>
        Nullable.GetUnderlyingType(type) is { } value ? GoesOntoTheWire(value)
        : type.IsArray ? GoesOntoTheWire(type.GetElementType()!)
        : type.IsGenericType ? Lists.Contains(type.GetGenericTypeDefinition()) && type.GenericTypeArguments.All(GoesOntoTheWire)
        : type.IsPrimitive || Plain.Contains(type) || IsWire(type);

    private static bool IsOfAnEntity(ConstructorInfo constructor) =>
        !constructor.IsPublic && typeof(IShopOwned).IsAssignableFrom(constructor.DeclaringType);

    private static bool IsGenerated(MemberInfo member) =>
        member.Name.Contains('<', StringComparison.Ordinal)
            || member.IsDefined(typeof(CompilerGeneratedAttribute))
            || member.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute))
            || (member.DeclaringType is { } outer && IsGenerated(outer));

    private static string NameOf(Type type) => type.DeclaringType is { } outer ? $"{NameOf(outer)}.{type.Name}" : type.Name;
}
