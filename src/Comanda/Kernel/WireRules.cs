using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.Validation;

// Still marked as to be evaluated; it is the only way to the rules that endpoints apply by themselves.
#pragma warning disable ASP0029

namespace Comanda.Kernel;

/// <summary>
/// The rules that wire records carry on their fields (<see cref="AtMostAttribute"/>), read from the records themselves: the framework's
/// generator sees only those of endpoints that are mapped by its own words.
/// </summary>
public sealed class WireRules : IValidatableInfoResolver
{
    private readonly ConcurrentDictionary<Type, IValidatableInfo?> known = [];

    public static void Apply(ValidationOptions options) => options.Resolvers.Insert(0, new WireRules());

    public bool TryGetValidatableTypeInfo(Type type, [NotNullWhen(true)] out IValidatableInfo? validatableInfo)
    {
        validatableInfo = known.GetOrAdd(type, t => Of(t, []));
        return validatableInfo is not null;
    }

    public bool TryGetValidatableParameterInfo(
        ParameterInfo parameterInfo, [NotNullWhen(true)] out IValidatableInfo? validatableInfo)
    {
        validatableInfo = null;
        return false;
    }

    /// <summary>The rules of a record of ours; null where neither it nor anything within it has any.</summary>
    private static Record? Of(Type type, HashSet<Type> around)
    {
        if (type.Namespace?.StartsWith("Comanda", StringComparison.Ordinal) != true || !IsRecord(type) || !around.Add(type))
            return null;
        var fields = new List<ValidatablePropertyInfo>();
        foreach (var property in type.GetProperties().Where(p => p.GetIndexParameters().Length == 0))
        {
            ValidationAttribute[] rules = [.. property.GetCustomAttributes<ValidationAttribute>()];
            if (rules.Length > 0 || Of(ElementOf(property.PropertyType), around) is not null)
                fields.Add(new Field(property, rules));
        }

        around.Remove(type);
        return fields.Count > 0 ? new(type, fields) : null;
    }

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    /// <summary>What is in a list; else the type itself.</summary>
    private static Type ElementOf(Type type) => type.GetInterfaces().Append(type)
        .FirstOrDefault(i => type != typeof(string) && i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>))
        ?.GetGenericArguments()[0] ?? type;

    private sealed class Record(Type type, IReadOnlyList<ValidatablePropertyInfo> fields) : ValidatableTypeInfo(type, fields)
    {
        protected override ValidationAttribute[] GetValidationAttributes() => [];
    }

    private sealed class Field(PropertyInfo property, ValidationAttribute[] rules)
        : ValidatablePropertyInfo(property.DeclaringType!, property.PropertyType, property.Name, property.Name)
    {
        protected override ValidationAttribute[] GetValidationAttributes() => rules;
    }
}
