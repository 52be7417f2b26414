namespace Comanda.Stock;

/// <summary>Every slice of recipes, once: what is made of what.</summary>
public static class RecipesEndpoints
{
    public static void MapRecipes(this RouteGroupBuilder api)
    {
        api.Get("/menu/items/{id:long}/recipe", (long id, EditRecipes recipes, CancellationToken cancel) => recipes.OfMenuItem(id, cancel))
            .Called("menu_item_recipe", "What one of a menu item uses.")
            .Needs(Permission.ReadStock)
            .Refuses(404);
        api.Put("/menu/items/{id:long}/recipe", (long id, List<RecipeLineInput> lines, EditRecipes recipes, CancellationToken cancel) =>
                recipes.SetOfMenuItem(id, lines, cancel))
            .Called("change_menu_item_recipe", "Replaces the recipe of a menu item: [{inventory_id, quantity, unit?}].")
            .Needs(Permission.ManageStock)
            .Refuses(400, 404, 412);
        api.Get("/menu/options/{id:long}/recipe", (long id, EditRecipes recipes, CancellationToken cancel) => recipes.OfOption(id, cancel))
            .Called("option_recipe", "What a modifier option uses, or puts in the place of what.")
            .Needs(Permission.ReadStock)
            .Refuses(404);
        api.Put("/menu/options/{id:long}/recipe", (long id, List<RecipeLineInput> lines, EditRecipes recipes, CancellationToken cancel) =>
                recipes.SetOfOption(id, lines, cancel))
            .Called(
                "change_option_recipe",
                "Replaces the recipe of an option: [{inventory_id, quantity?, unit?, replaces?}]; replaces names what it takes the "
                    + "place of, by default as much of it.")
            .Needs(Permission.ManageStock)
            .Refuses(400, 404, 412);
        api.Get("/inventory/{id:long}/recipe", (long id, EditRecipes recipes, CancellationToken cancel) => recipes.OfStockItem(id, cancel))
            .Called("stock_item_recipe", "What a stock item is made of.")
            .Needs(Permission.ReadStock)
            .Refuses(404);
        api.Put("/inventory/{id:long}/recipe", (long id, MadeRecipeInput input, EditRecipes recipes, CancellationToken cancel) =>
                recipes.SetOfStockItem(id, input, cancel))
            .Called(
                "change_stock_item_recipe",
                "How a stock item is made: ahead, or to_order when what it is in is sold; of others that may be made themselves.")
            .Needs(Permission.ManageStock)
            .Refuses(400, 404, 409, 412);
        api.Post("/inventory/{id:long}/make", (long id, MakeRequest request, MakeStock make, CancellationToken cancel) =>
                make.Handle(id, request, cancel))
            .Called("make_stock", "So much of it was made ahead: its parts go off stock, and it comes.")
            .Needs(Permission.ManageStock).TakesKey()
            .Creates()
            .Refuses(400, 404, 409, 422);
        api.Post("/inventory/recipes/costs", (RecostRequest request, RecostRecipes recost, CancellationToken cancel) =>
                recost.Handle(request, cancel))
            .Called(
                "recost_recipes",
                "What all recipes cost at today's prices, or would at others ({prices: [{inventory_id, unit_cost or percent}]}), through "
                    + "doughs and bakes, and which price keeps each item's margin, or has the margin that is asked for.")
            .Needs(Permission.ManageStock).MayBeRepeated("it changes nothing")
            .Refuses(400);
        api.Get("/inventory/recipes", (CheckRecipes check, CancellationToken cancel, bool? worth_a_look = null) =>
                check.List(worth_a_look, cancel))
            .Called(
                "recipes",
                "Every menu item that has a recipe, with its cost and margin; worth_a_look=true only those that raise a question.")
            .Needs(Permission.ReadStock);
    }
}
