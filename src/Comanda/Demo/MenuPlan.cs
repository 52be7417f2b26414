using Comanda.Data;
using Comanda.Menu;
using Npgsql;

namespace Comanda.Demo;

/// <summary>A whole menu as the program carries it: sections with items, what goes with them, and combos of them.</summary>
internal static class MenuPlan
{
    internal sealed record Option(string Key, string Name, long Price, string[]? Adds = null, string[]? Removes = null);

    internal sealed record Group(string Name, int Min, int Max, Option[] Options);

    /// <summary>A part of a combo: its name, and which items, by name, may be chosen.</summary>
    internal sealed record Slot(string Name, string[] Items);

    /// <summary>Prices in cents, tax included; minutes of work for one.</summary>
    internal sealed record Item(
        string Name,
        long Price,
        int Minutes,
        string Description,
        string[] Allergens,
        bool Vegetarian,
        params Group[] Groups)
    {
        public bool Vegan { get; init; }

        public bool Featured { get; init; }

        /// <summary>When its day part ends; null where it is sold all day.</summary>
        public TimeOnly? Until { get; init; }

        public Slot[] Combo { get; init; } = [];
    }

    /// <summary>A category, and the station that makes what is in it.</summary>
    internal sealed record Section(string Name, string Description, Item[] Items, string Station = MenuEntry.Kitchen);

    /// <summary>Writes it into a shop that has no menu yet. Each item gets the picture that is drawn for its name.</summary>
    internal static async Task Write(NpgsqlConnection connection, long shop, Section[] sections, CancellationToken cancel)
    {
        var groupIds = new Dictionary<Group, long>(ReferenceEqualityComparer.Instance);
        var itemIds = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var (s, section) in sections.Index())
        {
            var category = (long)(await connection.Scalar(
                "insert into categories (shop_id, name, description, display_order, station) values ($1, $2, $3, $4, $5) returning id",
                cancel, shop, section.Name, section.Description, s, section.Station))!;
            foreach (var (i, item) in section.Items.Index())
            {
                var id = itemIds[item.Name] = (long)(await connection.Scalar(
                    """
                    insert into menu_items (shop_id, category_id, name, description, price, preparation_time, allergens, is_vegetarian,
                        display_order, is_vegan, is_featured, image_url, available_until)
                    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) returning id
                    """,
                    cancel,
                    shop,
                    category,
                    item.Name,
                    item.Description,
                    item.Price,
                    item.Minutes,
                    item.Allergens,
                    item.Vegetarian,
                    i,
                    item.Vegan,
                    item.Featured,
                    DrawPicture.AddressOf(item.Name),
                    item.Until))!;
                foreach (var (g, group) in item.Groups.Index())
                {
                    if (!groupIds.TryGetValue(group, out var groupId))
                        groupIds[group] = groupId = await WriteGroup(connection, shop, group, groupIds.Count, cancel);
                    await connection.Execute(
                        "insert into menu_item_groups (shop_id, menu_item_id, group_id, display_order) values ($1, $2, $3, $4)",
                        cancel,
                        shop,
                        id,
                        groupId,
                        g);
                }

                foreach (var (n, slot) in item.Combo.Index())
                {
                    await connection.Execute(
                        "insert into combo_choices (shop_id, combo_id, slot, slot_name, place, menu_item_id) select $1, $2, $3, $4, "
                            + "c.place, c.id from unnest($5::bigint[]) with ordinality as c(id, place)",
                        cancel, shop, id, n, slot.Name, Array.ConvertAll(slot.Items, name => itemIds[name]));
                }
            }
        }
    }

    private static async Task<long> WriteGroup(NpgsqlConnection connection, long shop, Group group, int order, CancellationToken cancel)
    {
        var id = (long)(await connection.Scalar(
            "insert into modifier_groups (shop_id, name, min, max, display_order) values ($1, $2, $3, $4, $5) returning id",
            cancel, shop, group.Name, group.Min, group.Max, order))!;
        await connection.Execute(
            """
            insert into modifier_options (shop_id, group_id, key, name, price, adds_allergens, removes_allergens, display_order)
            select $1, $2, o.key, o.name, o.price, string_to_array(o.adds, ','), string_to_array(o.removes, ','), o.place
            from unnest($3::text[], $4::text[], $5::bigint[], $6::text[], $7::text[]) with ordinality as o(key, name, price, adds, removes,
                place)
            """,
            cancel,
            shop,
            id,
            Array.ConvertAll(group.Options, o => o.Key),
            Array.ConvertAll(group.Options, o => o.Name),
            Array.ConvertAll(group.Options, o => o.Price),
            Array.ConvertAll(group.Options, o => string.Join(',', o.Adds ?? [])),
            Array.ConvertAll(group.Options, o => string.Join(',', o.Removes ?? [])));
        return id;
    }
}
