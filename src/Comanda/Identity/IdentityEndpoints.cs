using Comanda.Kernel;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using static Comanda.Kernel.IdempotencyRule;

namespace Comanda.Identity;

/// <summary>Every slice of people, once: signing in, oneself, staff, roles, devices, shops.</summary>
public static class IdentityEndpoints
{
    public static IServiceCollection AddIdentity(this IServiceCollection services, IdentityOptions options) => services
        .AddSingleton(options)
        .AddSingleton<Tokens>()
        .AddSingleton<LastingKeys>()
        .AddSingleton<Sessions>()
        .AddSingleton<People>()
        .AddSingleton<Attempts>()
        .AddSingleton<SignInLimits>()
        .AddSingleton<SignInTurns>()
        .AddSingleton<Passwords>()
        .AddSingleton<OneTimeCodes>()
        .AddSingleton<Management>()
        .AddSingleton<AccountLimits>()
        .AddScoped<SignIn>()
        .AddScoped<OtpSignIn>()
        .AddScoped<RegisterAccount>()
        .AddScoped<ResetPassword>()
        .AddScoped<Profile>()
        .AddScoped<ForgetGuest>()
        .AddScoped<OwnSessions>()
        .AddScoped<Approvals>()
        .AddScoped<Staff>()
        .AddScoped<ChangeStaff>()
        .AddScoped<Roles>()
        .AddScoped<Devices>()
        .AddScoped<Outbox>()
        .AddScoped<MyShops>();

    public static void MapIdentity(this IEndpointRouteBuilder app)
    {
        MapSignIn(app.MapGroup("/api/auth").WithTags("Auth"));
        MapSelf(app.MapGroup("/api/auth").WithTags("Auth"));
        MapStaff(app.MapGroup("/api").WithTags("Auth"));
        MapDevices(app.MapGroup("/api/devices").WithTags("Auth"));
        MapShops(app.MapGroup("/api/shops").WithTags("Shops"));
        MapOutbox(app);
        app.MapResetPasswordPage();
    }

    private static void MapSignIn(RouteGroupBuilder auth)
    {
        auth.MapPost(
            "/login",
            (LoginRequest request, SignIn signIn, HttpContext http, CancellationToken cancel) => signIn.Login(request, http, cancel))
            .AllowAnonymous()
            .InTurn(SignInTurns.Door.Hashing)
            .WithName("login")
            .WithSummary("Signs in by username, e-mail or phone and password.")
            .WithMetadata(Harmless("a second sign-in is a second session"))
            .ProducesProblem(400)
            .ProducesProblem(401)
            .ProducesProblem(403)
            .ProducesProblem(429);
        auth.MapPost(
            "/pin",
            (PinRequest request, SignIn signIn, HttpContext http, CancellationToken cancel) => signIn.Pin(request, http, cancel))
            .AllowAnonymous()
            .InTurn(SignInTurns.Door.Device)
            .WithName("pin_login")
            .WithSummary("Signs in by PIN on an enrolled device of the shop (X-Device-Token).")
            .WithMetadata(Harmless("a second sign-in is a second session"))
            .ProducesProblem(400)
            .ProducesProblem(401)
            .ProducesProblem(403)
            .ProducesProblem(429);
        auth.MapPost("/refresh", (
            [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] RefreshRequest? request,
            SignIn signIn,
            HttpContext http,
            CancellationToken cancel) => signIn.Refresh(http, request, cancel))
            .AllowAnonymous().InTurn(SignInTurns.Door.Quick)
            .WithName("refresh")
            .WithSummary("Trades a refresh token (body or cookie) for a new pair. Single use. Also at /api/auth/refresh-token.")
            .WithMetadata(Harmless("a used token is refused")).ProducesProblem(401);
        auth.MapPost("/logout", (
            [FromBody(EmptyBodyBehavior = EmptyBodyBehavior.Allow)] RefreshRequest? request,
            SignIn signIn,
            HttpContext http,
            CancellationToken cancel) => signIn.Logout(http, request, cancel))
            .AllowAnonymous().InTurn(SignInTurns.Door.Quick)
            .WithName("logout").WithSummary("Ends the session: neither of its tokens works from then on.")
            .WithMetadata(Harmless("a session ends once")).ProducesProblem(401);
        auth.MapPost("/register", (
            RegisterRequest request,
            RegisterAccount register,
            HttpContext http,
            CancellationToken cancel) => register.Handle(request, http, cancel))
            .AllowAnonymous()
            .InTurn(SignInTurns.Door.Hashing)
            .WithName("register")
            .WithSummary("A guest by name and phone (202, a code by SMS), or an owner with a shop of their own (201).")
            .WithMetadata(Harmless("a second code takes the first one's place; a second account of one e-mail address is refused"))
            .Produces<OtpSent>(202)
            .Produces<SignedIn>(201)
            .ProducesProblem(400)
            .ProducesProblem(403)
            .ProducesProblem(409)
            .ProducesProblem(429);
        auth.MapPost(
            "/send-otp",
            (SendOtpRequest request, OtpSignIn otp, CancellationToken cancel) => otp.Send(request.Phone, null, cancel))
            .AllowAnonymous().InTurn(SignInTurns.Door.Hashing)
            .WithName("send_otp").WithSummary("Sends a code to a phone: 6 digits, 10 minutes, single use.")
            .WithMetadata(Harmless("a second code takes the first one's place")).ProducesProblem(400).ProducesProblem(429);
        auth.MapPost(
            "/verify-otp",
            (VerifyOtpRequest request, OtpSignIn otp, HttpContext http, CancellationToken cancel) => otp.Verify(request, http, cancel))
            .AllowAnonymous().InTurn(SignInTurns.Door.Hashing)
            .WithName("verify_otp").WithSummary("Signs a guest in by a code, and makes their account the first time.")
            .WithMetadata(Harmless("a code works once")).ProducesProblem(400).ProducesProblem(401).ProducesProblem(429);
        auth.MapPost(
            "/reset-password",
            (ResetByOtpRequest request, OtpSignIn otp, CancellationToken cancel) => otp.ResetPassword(request, cancel))
            .AllowAnonymous().InTurn(SignInTurns.Door.Hashing)
            .WithName("reset_password").WithSummary("A new password by a code that was sent to the phone. Ends every session.")
            .WithMetadata(Harmless("a code works once")).ProducesProblem(400).ProducesProblem(401).ProducesProblem(429);
        auth.MapPost(
            "/password-reset-request",
            (ResetRequest request, ResetPassword reset, CancellationToken cancel) => reset.Ask(request, cancel))
            .AllowAnonymous().InTurn(SignInTurns.Door.Hashing)
            .WithName("ask_password_reset")
            .WithSummary("Mails a link for a new password; the answer does not tell whether the address is known.")
            .WithMetadata(Harmless("at most three mails an hour go out")).ProducesProblem(400).ProducesProblem(429);
        auth.MapPost(
            "/password-reset-confirm",
            (ResetConfirm request, ResetPassword reset, CancellationToken cancel) => reset.Confirm(request, cancel))
            .AllowAnonymous().InTurn(SignInTurns.Door.Hashing)
            .WithName("confirm_password_reset").WithSummary("A new password by the link's token: single use, an hour. Ends every session.")
            .WithMetadata(Harmless("a token works once")).ProducesProblem(400).ProducesProblem(429);
    }

    private static void MapSelf(RouteGroupBuilder auth)
    {
        auth.MapGet("/me", (Profile profile, HttpContext http, CancellationToken cancel) => profile.Read(http, cancel))
            .WithName("me")
            .WithSummary("Who am I, and what may I do? Also at /api/auth/profile and /api/users/profile.")
            .WithMetadata(new NeedsPermission(Permission.ReadOwnProfile));
        auth.MapPut(
            "/me",
            (ProfileChange change, Profile profile, HttpContext http, CancellationToken cancel) => profile.Change(change, http, cancel))
            .WithName("change_me")
            .WithSummary("Changes my name, e-mail, phone, password (needs current_password) or PIN.")
            .WithMetadata(new NeedsPermission(Permission.ReadOwnProfile))
            .ProducesProblem(400)
            .ProducesProblem(409)
            .ProducesProblem(412)
            .ProducesProblem(429);
        auth.MapGet("/sessions", (
            OwnSessions sessions,
            CancellationToken cancel,
            int? limit = null,
            string? cursor = null) => sessions.List(limit, cursor, cancel))
            .WithName("my_sessions").WithSummary("Where I am signed in.").WithMetadata(new NeedsPermission(Permission.ReadOwnProfile));
        auth.MapDelete("/sessions/{id:long}", (long id, OwnSessions sessions, CancellationToken cancel) => sessions.End(id, cancel))
            .WithName("end_session")
            .WithSummary("Signs me out there.")
            .WithMetadata(new NeedsPermission(Permission.ReadOwnProfile))
            .ProducesProblem(404);
    }

    private static void MapStaff(RouteGroupBuilder api)
    {
        api.MapGet("/users", (
            Staff staff,
            CancellationToken cancel,
            string? role = null,
            bool? active = null,
            string? q = null,
            int? limit = null,
            string? cursor = null) => staff.List(role, active, q, limit, cursor, cancel))
            .WithName("users")
            .WithSummary("The shop's staff, newest first.")
            .WithMetadata(new NeedsPermission(Permission.ReadStaff))
            .ProducesProblem(400);
        api.MapPost("/users", (StaffInput input, Staff staff, HttpContext http, CancellationToken cancel) => staff.Add(input, http, cancel))
            .WithName("add_user")
            .WithSummary("Adds an account. Nobody grants more than they have.")
            .WithMetadata(
                new NeedsPermission(Permission.EditStaff),
                Harmless("a username, an e-mail address and a phone each name one account"))
            .ProducesProblem(400)
            .ProducesProblem(409)
            .ProducesProblem(429);
        api.MapGet("/users/{id:long}", (long id, Staff staff, HttpContext http, CancellationToken cancel) => staff.One(id, http, cancel))
            .WithName("user").WithSummary("One account.").WithMetadata(new NeedsPermission(Permission.ReadStaff)).ProducesProblem(404);
        api.MapPut("/users/{id:long}", (
            long id,
            StaffInput input,
            ChangeStaff change,
            HttpContext http,
            CancellationToken cancel) => change.Change(id, input, http, cancel))
            .WithName("change_user")
            .WithSummary(
                "Changes an account; is_active true brings one back. With a role, an account of another shop of yours joins this one.")
            .WithMetadata(new NeedsPermission(Permission.EditStaff))
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412);
        api.MapDelete(
            "/users/{id:long}",
            (long id, ChangeStaff change, HttpContext http, CancellationToken cancel) => change.Deactivate(id, http, cancel))
            .WithName("deactivate_user").WithSummary("Deactivates an account: its sessions end at once, its past stays.")
            .WithMetadata(new NeedsPermission(Permission.EditStaff)).ProducesProblem(404).ProducesProblem(409).ProducesProblem(412);
        api.MapDelete("/users/{id:long}/sessions", (long id, ChangeStaff change, CancellationToken cancel) => change.SignOut(id, cancel))
            .WithName("sign_user_out").WithSummary("Ends every session of an account, at once on every process.")
            .WithMetadata(new NeedsPermission(Permission.EditStaff)).ProducesProblem(404);
        api.MapGet("/roles", (Roles roles, HttpContext http, CancellationToken cancel) => roles.List(http, cancel))
            .WithName("roles")
            .WithSummary("Each role and what it may in this shop.")
            .WithMetadata(new NeedsPermission(Permission.ReadStaff));
        api.MapPut("/roles/{role}", (
            string role,
            RoleInput input,
            Roles roles,
            HttpContext http,
            CancellationToken cancel) => roles.Change(role, input, http, cancel))
            .WithName("change_role")
            .WithSummary("Chooses what a role may in this shop; permissions null goes back to Comanda's own set.")
            .WithMetadata(new NeedsPermission(Permission.EditRoles))
            .ProducesProblem(400)
            .ProducesProblem(404)
            .ProducesProblem(409)
            .ProducesProblem(412);
    }

    private static void MapOutbox(IEndpointRouteBuilder app) =>
        app.MapGet(
            "/api/outbox",
            (Outbox outbox, CancellationToken cancel, int? limit = null, string? cursor = null) => outbox.List(limit, cursor, cancel))
            .WithName("outbox").WithSummary(
                "Messages of the local sender, newest first: what would have been sent where no SMTP or SMS provider is configured.")
            .WithTags("Auth").WithMetadata(new NeedsPermission(Permission.ReadOutbox)).ProducesProblem(400);

    private static void MapDevices(RouteGroupBuilder devices)
    {
        devices.MapGet(
            "",
            (Devices all, CancellationToken cancel, int? limit = null, string? cursor = null) => all.List(limit, cursor, cancel))
            .WithName("devices")
            .WithSummary("The enrolled devices: who is signed in where, and last seen.")
            .WithMetadata(new NeedsPermission(Permission.ReadDevices));
        devices.MapPost("", (DeviceInput input, Devices all, CancellationToken cancel) => all.Enrol(input, cancel))
            .WithName("enrol_device")
            .WithSummary("Enrols a till, kitchen screen, display or printer. Its token is shown this once.")
            .WithMetadata(new NeedsPermission(Permission.EditDevices), Harmless("a second one is a second device, to be revoked"))
            .ProducesProblem(400);
        devices.MapDelete("/{id:long}", (long id, Devices all, CancellationToken cancel) => all.Revoke(id, cancel))
            .WithName("revoke_device").WithSummary("Revokes a device: its token and every session that began on it end at once.")
            .WithMetadata(new NeedsPermission(Permission.EditDevices)).ProducesProblem(404);
    }

    private static void MapShops(RouteGroupBuilder shops)
    {
        shops.MapGet(
            "",
            (MyShops mine, CancellationToken cancel, int? limit = null, string? cursor = null) => mine.List(limit, cursor, cancel))
            .WithName("shops")
            .WithSummary("The shops that I belong to, and what I am there.")
            .WithMetadata(new NeedsPermission(Permission.ReadOwnProfile));
        shops.MapPost("", (ShopInput input, MyShops mine, HttpContext http, CancellationToken cancel) => mine.Open(input, http, cancel))
            .WithName("open_shop")
            .WithSummary("Opens another shop; whoever opens it owns it.")
            .WithMetadata(new NeedsPermission(Permission.ManageShop), Harmless("a second one is a second shop, under its own id"))
            .ProducesProblem(400)
            .ProducesProblem(429);
    }
}
