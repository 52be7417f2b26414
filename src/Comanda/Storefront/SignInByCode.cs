using Comanda.Identity;

namespace Comanda.Storefront;

/// <summary>Where somebody is with signing in.</summary>
public sealed record ShownSignIn(string Next)
{
    public string Phone { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>A code is on its way.</summary>
    public bool IsSent { get; init; }

    /// <summary>The guest has a second factor.</summary>
    public bool NeedsFactor { get; init; }

    public IReadOnlyDictionary<string, string> Wrong { get; init; } = new Dictionary<string, string>();
}

/// <summary>GET and POST /sign-in: a guest says their phone, and then the code that was sent there, as at the API.</summary>
public sealed class SignInByCode(PhoneCodes codes, OtpSignIn signIn, Sessions sessions)
{
    public Task<IResult> Show(StoreDesk desk) => desk.Guest is null
        ? desk.Show<SignInPage>(new() { ["Shown"] = new ShownSignIn(Safe(desk.Query["next"].ToString())) })
        : Task.FromResult(desk.Go(Safe(desk.Query["next"].ToString())));

    public async Task<IResult> Send(StoreDesk desk, StoreForm form)
    {
        var (phone, name) = (form.Needed("phone", 40), form.Line("name", 100));
        var shown = new ShownSignIn(Safe(form.Line("next", 500))) { Phone = phone, Name = name };
        if (form.Wrong.Count == 0)
        {
            var sent = await codes.Send(phone, name.Length > 0 ? name : null, desk.Cancel);
            if (sent.Refusal is not { } refusal)
                return await Page(desk, shown with { IsSent = true }, StatusCodes.Status200OK);
            form.Wrong["phone"] = refusal.Status == 400 ? desk.Say["phone.wrong"] : desk.Say.Why(refusal);
        }

        return await Page(desk, shown with { Wrong = form.Wrong }, StatusCodes.Status400BadRequest);
    }

    public async Task<IResult> Come(StoreDesk desk, StoreForm form)
    {
        var shown = new ShownSignIn(Safe(form.Line("next", 500)))
        {
            Phone = form.Line("phone", 40),
            Name = form.Line("name", 100),
            IsSent = true,
            NeedsFactor = form.Has("factor"),
        };
        var (code, factor) = (form.Needed("code", 20), form.Line("factor", 60));
        if (form.Wrong.Count > 0)
            return await Page(desk, shown with { Wrong = form.Wrong }, StatusCodes.Status400BadRequest);
        var come = await signIn.ComeIn(
            new(shown.Phone, code, shown.Name.Length > 0 ? shown.Name : null, factor.Length > 0 ? factor : null), desk.Cancel);
        if (come.Refusal is { } refusal)
        {
            var needs = shown.NeedsFactor || refusal.Code == "second_factor_required";
            var wrong = new Dictionary<string, string> { [needs && factor.Length > 0 ? "factor" : "code"] = desk.Say.Why(refusal) };
            return await Page(
                desk,
                shown with { NeedsFactor = needs, Wrong = refusal.Code == "second_factor_required" ? [] : wrong },
                refusal.Status);
        }

        await desk.BelongTo(await sessions.SessionOf(come.Value.Pair.RefreshToken, desk.Cancel));
        return desk.Go(shown.Next);
    }

    public async Task<IResult> Leave(StoreDesk desk)
    {
        if (desk.Guest is { } guest)
            await sessions.EndOne(guest.SessionId, "logout", desk.Here, desk.Cancel);
        await desk.BelongTo(null);
        return desk.Go("/");
    }

    private static Task<IResult> Page(StoreDesk desk, ShownSignIn shown, int status) =>
        desk.Show<SignInPage>(new() { ["Shown"] = shown }, status);

    /// <summary>A page of this storefront, and nobody else's.</summary>
    private static string Safe(string next) =>
        next is ['/', not '/' and not '\\', ..] && next.All(c => c > ' ' && c != '\\') ? next : "/account";
}
