namespace Comanda.Guests;

/// <summary>What a person keeps in their account: addresses, favourites, devices.</summary>
internal static class AccountEndpoints
{
    public static void Map(RouteGroupBuilder api)
    {
        api.Get("/users/addresses", (OwnAddresses own, CancellationToken cancel) => own.List(cancel))
            .Called("my_addresses", "My addresses, the default one first.")
            .Needs(Permission.ReadOwnProfile);
        api.Post("/users/addresses", (AddressInput input, OwnAddresses own, CancellationToken cancel) => own.Add(input, cancel))
            .Called("add_address", "Adds an address of mine; the first one is the default, and one that says so.")
            .Needs(Permission.ReadOwnProfile).MayBeRepeated("a second one is a second address, to be taken away").Practised()
            .Creates()
            .Refuses(400, 409);
        api.Get("/users/addresses/{id:long}", (long id, OwnAddresses own, CancellationToken cancel) => own.One(id, cancel))
            .Called("my_address", "One of my addresses.")
            .Needs(Permission.ReadOwnProfile)
            .Refuses(404);
        api.Put("/users/addresses/{id:long}", (long id, AddressInput input, OwnAddresses own, CancellationToken cancel) =>
                own.Change(id, input, cancel))
            .Called("change_address", "Changes one of my addresses; orders that were placed keep it as it was.")
            .Needs(Permission.ReadOwnProfile).Practised()
            .Refuses(400, 404, 412);
        api.Delete("/users/addresses/{id:long}", (long id, OwnAddresses own, CancellationToken cancel) => own.Remove(id, cancel))
            .Called("remove_address", "Takes one of my addresses away; where it was the default, the newest of the others is.")
            .Needs(Permission.ReadOwnProfile).Practised()
            .Refuses(404);
        api.Post("/users/fcm-token", (PushTokenInput input, PushTokens tokens, CancellationToken cancel) => tokens.Add(input, cancel))
            .Called("add_push_token", "This device gets my messages: the token that Firebase gave it.")
            .Needs(Permission.ReadOwnProfile).MayBeRepeated("a device is there once").Practised()
            .Refuses(400);
        api.Get("/favorites", (Favorites favorites, CancellationToken cancel) => favorites.List(cancel))
            .Called("favorites", "What I like best of what is on the menu, the last first.")
            .Needs(Permission.ReadOwnProfile);
        api.Post("/favorites/{id:long}", (long id, Favorites favorites, CancellationToken cancel) => favorites.Add(id, cancel))
            .Called("add_favorite", "Makes an item one of my favourites.")
            .Needs(Permission.ReadOwnProfile).MayBeRepeated("it is one already").Practised()
            .Refuses(404, 409);
        api.Delete("/favorites/{id:long}", (long id, Favorites favorites, CancellationToken cancel) => favorites.Remove(id, cancel))
            .Called("remove_favorite", "It is none of my favourites any more.")
            .Needs(Permission.ReadOwnProfile).Practised();
    }
}
