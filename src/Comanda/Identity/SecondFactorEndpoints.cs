namespace Comanda.Identity;

/// <summary>One's own second factor.</summary>
internal static class SecondFactorEndpoints
{
    public static void MapSecondFactor(this IEndpointRouteBuilder auth)
    {
        auth.Post(
                "/second-factor",
                ([OptionalBody] SecondFactorRequest? request, ChangeSecondFactor change, CancellationToken cancel) =>
                    change.Offer(request, cancel))
            .Called(
                "offer_second_factor",
                "A secret for an authenticator app, and recovery codes; shown this once, and in force once a code of it is confirmed.")
            .Needs(Permission.ReadOwnProfile).Practised()
            .MayBeRepeated("the last one that was offered counts")
            .InTurn(SignInTurns.Door.Hashing)
            .Refuses(400, 429);
        auth.Post(
                "/second-factor/confirm",
                ([OptionalBody] SecondFactorConfirmation? request, ChangeSecondFactor change, CancellationToken cancel) =>
                    change.Confirm(request, cancel))
            .Called(
                "confirm_second_factor",
                "From now on the password asks for a code too. PINs on enrolled devices work as before.")
            .Needs(Permission.ReadOwnProfile).Practised()
            .MayBeRepeated("what was confirmed is no longer offered")
            .InTurn(SignInTurns.Door.Quick)
            .Refuses(400, 429);
        auth.Delete(
                "/second-factor",
                ([OptionalBody] SecondFactorRemoval? request, ChangeSecondFactor change, CancellationToken cancel) =>
                    change.Remove(request, cancel))
            .Called("remove_second_factor", "The password alone signs me in again.")
            .Needs(Permission.ReadOwnProfile).Practised()
            .InTurn(SignInTurns.Door.Hashing)
            .Refuses(400, 429);
    }
}
