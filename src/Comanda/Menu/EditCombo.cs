using Comanda.Data;
using Npgsql;

namespace Comanda.Menu;

/// <summary>
/// The slots of a combo, as part of a change of its item. A combo has a price of its own and is sold as its parts, each at
/// its share of that price and with its own tax rate: so it has no options, no countdown and no tax rate of its own, and
/// contains no other combo.
/// </summary>
public static class EditCombo
{
    public const int MostSlots = 10, MostChoices = 50;

    public static void Check(IReadOnlyList<SlotInput>? slots, Currency currency, FieldErrors errors)
    {
        errors.Check(slots is null or { Count: <= MostSlots }, "combo", $"must be at most {MostSlots} slots");
        foreach (var (s, slot) in (slots ?? []).Index())
        {
            var at = $"combo[{s}]";
            if (slot is null)
            {
                errors.Add(at, "must be an object");
                continue;
            }

            errors.Check(!string.IsNullOrWhiteSpace(slot.Name), at + ".name", "is required");
            errors.Check(slot.Choices is { Count: >= 1 and <= MostChoices }, at + ".choices", $"must be 1 to {MostChoices}");
            foreach (var (c, choice) in (slot.Choices ?? []).Index())
            {
                errors.Check(choice?.MenuItemId is not null, $"{at}.choices[{c}].menu_item_id", "is required");
                errors.Check(
                    choice?.Surcharge is null || CheckMenuItem.IsPrice(choice.Surcharge.Value, currency),
                    $"{at}.choices[{c}].surcharge",
                    CheckMenuItem.PriceRule(currency));
            }

            var named = (slot.Choices ?? []).Select(c => c?.MenuItemId).ToList();
            errors.Check(named.Distinct().Count() == named.Count, at + ".choices", "must be different items");
        }
    }

    /// <summary>
    /// Replaces the slots of an item that is in the database. What does not go together is told in <paramref name="errors"/>.
    /// </summary>
    public static async Task Store(
        IReadOnlyList<SlotInput>? slots,
        MenuItem item,
        Currency currency,
        NpgsqlConnection connection,
        FieldErrors errors,
        CancellationToken cancel)
    {
        if (slots is not null)
        {
            var wanted = slots.SelectMany(s => s.Choices!, (_, c) => c.MenuItemId!.Value).Distinct().ToArray();
            await using var command = connection.Command(
                """
                select i.id, exists (select 1 from combo_choices c where c.combo_id = i.id), i.unit is not null from menu_items i
                where i.shop_id = $1 and i.id = any($2) and i.archived_at is null and i.id <> $3
                """,
                item.ShopId, wanted, item.Id);
            var known = (await command.List(
                r => (Id: r.GetInt64(0), IsCombo: r.GetBoolean(1), ByWeight: r.GetBoolean(2)),
                cancel)).ToDictionary(k => k.Id);
            foreach (var ((s, slot), (c, choice)) in slots.Index().SelectMany(s => s.Item.Choices!.Index(), (s, c) => (s, c)))
            {
                var field = $"combo[{s}].choices[{c}].menu_item_id";
                errors.Check(known.TryGetValue(choice.MenuItemId!.Value, out var part), field, "is no other item of this menu");
                errors.Check(!part.IsCombo, field, "is a combo itself");
                errors.Check(!part.ByWeight, field, "is sold by weight");
            }

            if (errors.Any)
                return;
            await connection.Execute("delete from combo_choices where combo_id = $1", cancel, item.Id);
            foreach (var ((s, slot), (c, choice)) in slots.Index().SelectMany(s => s.Item.Choices!.Index(), (s, c) => (s, c)))
            {
                Money.TryFrom(choice.Surcharge ?? 0, currency, out var surcharge);
                await connection.Execute(
                    "insert into combo_choices (shop_id, combo_id, slot, slot_name, place, menu_item_id, surcharge) values ($1, $2, $3, "
                        + "$4, $5, $6, $7)",
                    cancel, item.ShopId, item.Id, s, slot.Name!.Trim(), c, choice.MenuItemId!.Value, surcharge.Minor);
            }
        }

        if (item.Unit is not null)
            errors.Check(!await IsPart(item, connection, cancel), "sold_by", "is piece for a part of a combo");
        if (await connection.Scalar("select exists (select 1 from combo_choices where combo_id = $1)", cancel, item.Id) is not true)
            return;
        errors.Check(item.Unit is null, "sold_by", "is piece where an item is a combo");
        errors.Check(item.TaxRate is null, "tax_rate", "is that of its parts where an item is a combo");
        errors.Check(item.TaxSplit is null, "tax_split", "is that of its parts where an item is a combo");
        errors.Check(item.StockQuantity is null, "quantity", "is counted for the parts of a combo");
        errors.Check(
            await connection.Scalar("select exists (select 1 from menu_item_groups where menu_item_id = $1)", cancel, item.Id) is false,
            "modifier_groups",
            "are those of its parts where an item is a combo");
        errors.Check(!await IsPart(item, connection, cancel), "combo", "cannot be: this item is part of a combo itself");
    }

    private static async Task<bool> IsPart(MenuItem item, NpgsqlConnection connection, CancellationToken cancel) =>
        await connection.Scalar(
            "select exists (select 1 from combo_choices c join menu_items i on i.id = c.combo_id where c.menu_item_id = $1 and "
                + "i.archived_at is null)",
            cancel,
            item.Id) is true;
}
