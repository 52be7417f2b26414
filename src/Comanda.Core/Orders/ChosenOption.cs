using Comanda.Menu;

namespace Comanda.Orders;

/// <summary>
/// An option that a basket chose. Where two groups of an item have one key ("large" of the cup and of the cake), <c>group:key</c> says
/// which is meant, and tickets and receipts show it with its group.
/// </summary>
internal sealed record ChosenOption(MenuGroup Group, MenuOption Option, int Quantity)
{
    /// <summary>Another group of the item has this key too.</summary>
    public bool IsShared { get; private init; }

    /// <summary>As an order freezes it.</summary>
    public string Key => IsShared ? Named(Group, Option) : Option.Key;

    /// <summary>As tickets and receipts show it.</summary>
    public string Name => IsShared ? $"{Group.Name}: {Option.Name}" : Option.Name;

    /// <summary>What is chosen of an item; null where that cannot be told, which is told at <paramref name="field"/>.</summary>
    public static ChosenOption? Find(MenuEntry item, ModifierChoice choice, string field, FieldErrors errors)
    {
        var all = item.Groups.SelectMany(g => g.Options, (g, o) => (Group: g, Option: o)).ToList();
        var found = choice.Id is { } id
            ? all.FindAll(f => f.Option.Id == id)
            : all.FindAll(f => f.Option.Key == choice.Key) is { Count: > 0 } byKey
            ? byKey
            : all.FindAll(f => Named(f.Group, f.Option).Equals(choice.Key, StringComparison.OrdinalIgnoreCase)) is { Count: > 0 } byGroup
            ? byGroup
            : all.FindAll(f => IsCalled(f.Group, f.Option, choice.Key ?? ""));
        errors.Check(found.Count > 0, field, $"is no option of {item.Name}");
        errors.Check(
            found.Count < 2,
            field,
            $"is in several groups of {item.Name}: write {string.Join(" or ", found.Select(f => Named(f.Group, f.Option)))}, or its id");
        return found is not [var one]
            ? null
            : new(one.Group, one.Option, choice.Quantity)
            {
                IsShared = all.Exists(f => f.Group.Id != one.Group.Id && f.Option.Key == one.Option.Key),
            };
    }

    private static string Named(MenuGroup group, MenuOption option) => $"{Slug(group.Name)}:{option.Key}";

    /// <summary>By its name instead of its key, or within its group by less than that: the oat of milk is the oat milk.</summary>
    private static bool IsCalled(MenuGroup group, MenuOption option, string called)
    {
        if (option.Name.Equals(called.Trim(), StringComparison.OrdinalIgnoreCase))
            return true;
        if (called.Split(':', 2) is not [var of, var said] || Slug(of) != Slug(group.Name))
            return false;
        var key = Slug(said);
        return option.Key == key
            || option.Key == $"{key}-{Slug(group.Name)}"
            || option.Name.Equals(said.Trim(), StringComparison.OrdinalIgnoreCase);
    }

    private static string Slug(string name) => name.Trim().ToLowerInvariant().Replace(' ', '-').Replace('_', '-');
}
