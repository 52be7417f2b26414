namespace Comanda.Identity;

/// <summary>Every slice of people, once: signing in, oneself, staff, roles, devices, shops.</summary>
public static class IdentityEndpoints
{
    public static IServiceCollection AddIdentity(this IServiceCollection services, IdentityOptions options) => services
        .AddSingleton(options)
        .AddSingleton<Tokens>()
        .AddSingleton<LastingKeys>()
        .AddSingleton<Uuids>()
        .AddSingleton<Sessions>()
        .AddSingleton<SecondFactors>()
        .AddSingleton<People>()
        .AddSingleton<Attempts>()
        .AddSingleton<SignInLimits>()
        .AddSingleton<SignInTurns>()
        .AddSingleton<Passwords>()
        .AddSingleton<OneTimeCodes>()
        .AddSingleton<Management>()
        .AddSingleton<AccountLimits>()
        .AddScoped<SignIn>()
        .AddScoped<PhoneCodes>()
        .AddScoped<OtpSignIn>()
        .AddScoped<RegisterAccount>()
        .AddScoped<AskPasswordReset>()
        .AddScoped<ResetPassword>()
        .AddScoped<ResetPasswordByCode>()
        .AddScoped<AccountChoices>()
        .AddScoped<ProveOneself>()
        .AddScoped<WriteProfile>()
        .AddScoped<Profile>()
        .AddScoped<WriteSecondFactor>()
        .AddScoped<ChangeSecondFactor>()
        .AddScoped<RemoveSecondFactor>()
        .AddScoped<ForgetGuest>()
        .AddScoped<OwnSessions>()
        .AddScoped<Approvals>()
        .AddScoped<Staff>()
        .AddScoped<ChangeStaff>()
        .AddScoped<WriteStaff>()
        .AddScoped<SignOutStaff>()
        .AddScoped<Roles>()
        .AddScoped<Devices>()
        .AddScoped<Outbox>()
        .AddScoped<MyShops>();

    public static void MapIdentity(this IEndpointRouteBuilder app)
    {
        MapSignIn(app.Chapter("Auth", "/api/auth"));
        MapSelf(app.Chapter("Auth", "/api/auth"));
        MapStaff(app.Chapter("Auth", "/api"));
        MapDevices(app.Chapter("Auth", "/api/devices"));
        MapShops(app.Chapter("Shops", "/api/shops"));
        MapOutbox(app);
        app.MapResetPasswordPage();
    }

    private static void MapSignIn(RouteGroupBuilder auth)
    {
        auth.Post("/login", (LoginRequest request, SignIn signIn, SessionCookie cookie, CancellationToken cancel) =>
                signIn.Login(request, cookie, cancel))
            .Called("login", "Signs in by username, e-mail or phone and password.")
            .IsOpen()
            .MayBeRepeated("a second sign-in is a second session")
            .InTurn(SignInTurns.Door.Hashing)
            .Refuses(400, 401, 403, 429);
        auth.Post("/pin", (PinRequest request, SignIn signIn, SessionCookie cookie, CancellationToken cancel) =>
                signIn.Pin(request, cookie, cancel))
            .Called("pin_login", "Signs in by PIN on an enrolled device of the shop (X-Device-Token).")
            .IsOpen()
            .MayBeRepeated("a second sign-in is a second session")
            .InTurn(SignInTurns.Door.Device)
            .Refuses(400, 401, 403, 429);
        auth.Post("/refresh", ([OptionalBody] RefreshRequest? request, SignIn signIn, SessionCookie cookie, CancellationToken cancel) =>
                signIn.Refresh(cookie, request, cancel))
            .Called("refresh", "Trades a refresh token (body or cookie) for a new pair. Single use. Also at /api/auth/refresh-token.")
            .IsOpen()
            .MayBeRepeated("a used token is refused")
            .InTurn(SignInTurns.Door.Quick)
            .Refuses(401);
        auth.Post("/logout", ([OptionalBody] RefreshRequest? request, SignIn signIn, SessionCookie cookie, CancellationToken cancel) =>
                signIn.Logout(cookie, request, cancel))
            .Called("logout", "Ends the session: neither of its tokens works from then on.")
            .IsOpen()
            .MayBeRepeated("a session ends once")
            .InTurn(SignInTurns.Door.Quick)
            .Refuses(401);
        auth.Post("/register", (RegisterRequest request, RegisterAccount register, SessionCookie cookie, CancellationToken cancel) =>
                register.Handle(request, cookie, cancel))
            .Called("register", "A guest by name and phone (202, a code by SMS), or an owner with a shop of their own (201).")
            .IsOpen()
            .MayBeRepeated("a second code takes the first one's place; a second account of one e-mail address is refused")
            .InTurn(SignInTurns.Door.Hashing)
            .Creates()
            .Produces<OtpSent>(202)
            .Refuses(400, 403, 409, 429);
        auth.Post("/send-otp", (SendOtpRequest request, PhoneCodes codes, CancellationToken cancel) =>
                codes.Send(request.Phone, null, cancel))
            .Called("send_otp", "Sends a code to a phone: 6 digits, 10 minutes, single use.")
            .IsOpen()
            .MayBeRepeated("a second code takes the first one's place")
            .Accepts()
            .InTurn(SignInTurns.Door.Hashing)
            .Refuses(400, 429);
        auth.Post("/verify-otp", (VerifyOtpRequest request, OtpSignIn otp, SessionCookie cookie, CancellationToken cancel) =>
                otp.Handle(request, cookie, cancel))
            .Called("verify_otp", "Signs a guest in by a code, and makes their account the first time.")
            .IsOpen()
            .MayBeRepeated("a code works once")
            .InTurn(SignInTurns.Door.Hashing)
            .Refuses(400, 401, 429);
        auth.Post("/reset-password", (ResetByOtpRequest request, ResetPasswordByCode reset, CancellationToken cancel) =>
                reset.Handle(request, cancel))
            .Called("reset_password", "A new password by a code that was sent to the phone. Ends every session.")
            .IsOpen()
            .MayBeRepeated("a code works once")
            .InTurn(SignInTurns.Door.Hashing)
            .Refuses(400, 401, 429);
        auth.Post("/password-reset-request", (ResetRequest request, AskPasswordReset ask, CancellationToken cancel) =>
                ask.Handle(request, cancel))
            .Called("ask_password_reset", "Mails a link for a new password; the answer does not tell whether the address is known.")
            .IsOpen()
            .MayBeRepeated("at most three mails an hour go out")
            .Accepts()
            .InTurn(SignInTurns.Door.Hashing)
            .Refuses(400, 429);
        auth.Post("/password-reset-confirm", (ResetConfirm request, ResetPassword reset, CancellationToken cancel) =>
                reset.Confirm(request, cancel))
            .Called("confirm_password_reset", "A new password by the link's token: single use, an hour. Ends every session.")
            .IsOpen()
            .MayBeRepeated("a token works once")
            .InTurn(SignInTurns.Door.Hashing)
            .Refuses(400, 429);
    }

    private static void MapSelf(RouteGroupBuilder auth)
    {
        auth.Get("/me", (Profile profile, CancellationToken cancel) => profile.Read(cancel))
            .Called("me", "Who am I, and what may I do? Also at /api/auth/profile and /api/users/profile.")
            .Needs(Permission.ReadOwnProfile);
        auth.Put("/me", (ProfileChange change, Profile profile, SessionCookie cookie, CancellationToken cancel) =>
                profile.Change(change, cookie, cancel))
            .Called("change_me", "Changes my name, e-mail, phone, password (needs current_password) or PIN.")
            .Needs(Permission.ReadOwnProfile).Practised()
            .Refuses(400, 409, 412, 429);
        auth.MapSecondFactor();
        auth.Get("/sessions", (OwnSessions sessions, CancellationToken cancel, int? limit = null, string? cursor = null) =>
                sessions.List(limit, cursor, cancel))
            .Called("my_sessions", "Where I am signed in.")
            .Needs(Permission.ReadOwnProfile);
        auth.Delete("/sessions/{id:long}", (long id, OwnSessions sessions, CancellationToken cancel) => sessions.End(id, cancel))
            .Called("end_session", "Signs me out there.")
            .Needs(Permission.ReadOwnProfile).Practised()
            .Refuses(404);
    }

    private static void MapStaff(RouteGroupBuilder api)
    {
        api.Get("/users", (
                Staff staff,
                CancellationToken cancel,
                [Words("owner", "admin", "manager", "cashier", "barista", "trainee")] string? role = null,
                bool? active = null,
                string? q = null,
                int? limit = null,
                string? cursor = null) =>
                staff.List(role, active, q, limit, cursor, cancel))
            .Called("users", "The shop's staff, newest first.")
            .Needs(Permission.ReadStaff)
            .Refuses(400);
        api.Post("/users", (StaffInput input, Staff staff, CancellationToken cancel) => staff.Add(input, cancel))
            .Called("add_user", "Adds an account. Nobody grants more than they have.")
            .Needs(Permission.EditStaff).MayBeRepeated("a username, an e-mail address and a phone each name one account")
            .Creates()
            .Refuses(400, 409, 429);
        api.Get("/users/{id:long}", (long id, Staff staff, CancellationToken cancel) => staff.One(id, cancel))
            .Called("user", "One account.")
            .Needs(Permission.ReadStaff)
            .Refuses(404);
        api.Put("/users/{id:long}", (long id, StaffInput input, ChangeStaff change, CancellationToken cancel) =>
                change.Change(id, input, cancel))
            .Called(
                "change_user",
                "Changes an account; is_active true brings one back. With a role, an account of another shop of yours joins this one.")
            .Needs(Permission.EditStaff)
            .Refuses(400, 404, 409, 412);
        api.Delete("/users/{id:long}", (long id, ChangeStaff change, CancellationToken cancel) => change.Deactivate(id, cancel))
            .Called("deactivate_user", "Deactivates an account: its sessions end at once, its past stays.")
            .Needs(Permission.EditStaff)
            .Refuses(404, 409, 412);
        api.Delete("/users/{id:long}/sessions", (long id, SignOutStaff signOut, CancellationToken cancel) => signOut.Handle(id, cancel))
            .Called("sign_user_out", "Ends every session of an account, at once on every process.")
            .Needs(Permission.EditStaff)
            .Refuses(404);
        api.Delete("/users/{id:long}/second-factor", (long id, RemoveSecondFactor remove, CancellationToken cancel) =>
                remove.Handle(id, cancel))
            .Called("remove_user_second_factor", "Takes away the second factor of somebody who lost it, and signs them out everywhere.")
            .Needs(Permission.EditStaff)
            .Refuses(404, 409);
        api.Get("/roles", (Roles roles) => roles.List())
            .Called("roles", "Each role and what it may in this shop.")
            .Needs(Permission.ReadStaff);
        api.Put("/roles/{role}", (string role, RoleInput input, Roles roles, CancellationToken cancel) => roles.Change(role, input, cancel))
            .Called("change_role", "Chooses what a role may in this shop; permissions null goes back to Comanda's own set.")
            .Needs(Permission.EditRoles)
            .Refuses(400, 404, 409, 412);
    }

    private static void MapOutbox(IEndpointRouteBuilder app) =>
        app.Chapter("Auth").Get("/api/outbox", (Outbox outbox, CancellationToken cancel, int? limit = null, string? cursor = null) =>
                outbox.List(limit, cursor, cancel))
            .Called(
                "outbox",
                "Messages of the local sender, newest first: what would have been sent where no SMTP or SMS provider is configured.")
            .Needs(Permission.ReadOutbox)
            .Refuses(400);

    private static void MapDevices(RouteGroupBuilder devices)
    {
        devices.Get("", (Devices all, CancellationToken cancel, int? limit = null, string? cursor = null) =>
                all.List(limit, cursor, cancel))
            .Called("devices", "The enrolled devices: who is signed in where, and last seen.")
            .Needs(Permission.ReadDevices);
        devices.Post("", (DeviceInput input, Devices all, CancellationToken cancel) => all.Enrol(input, cancel))
            .Called("enrol_device", "Enrols a till, kitchen screen, display or printer. Its token is shown this once.")
            .Needs(Permission.EditDevices).MayBeRepeated("a second one is a second device, to be revoked")
            .Creates()
            .Refuses(400);
        devices.Delete("/{id:long}", (long id, Devices all, CancellationToken cancel) => all.Revoke(id, cancel))
            .Called("revoke_device", "Revokes a device: its token and every session that began on it end at once.")
            .Needs(Permission.EditDevices)
            .Refuses(404);
    }

    private static void MapShops(RouteGroupBuilder shops)
    {
        shops.Get("", (MyShops mine, CancellationToken cancel, int? limit = null, string? cursor = null) =>
                mine.List(limit, cursor, cancel))
            .Called("shops", "The shops that I belong to, and what I am there.")
            .Needs(Permission.ReadOwnProfile);
        shops.Post("", (ShopInput input, MyShops mine, CancellationToken cancel) => mine.Open(input, cancel))
            .Called("open_shop", "Opens another shop; whoever opens it owns it.")
            .Needs(Permission.ManageShop).MayBeRepeated("a second one is a second shop, under its own id")
            .Creates()
            .Refuses(400, 429);
    }
}
