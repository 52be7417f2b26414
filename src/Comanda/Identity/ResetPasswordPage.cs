using System.Net;
using System.Text;
using Microsoft.AspNetCore.Mvc;

namespace Comanda.Identity;

/// <summary>
/// /reset-password: where the link in the mail leads. A plain form without script, so it works on whatever opened the mail;
/// what protects it from being sent by another site is that only the mail has the token.
/// </summary>
public static class ResetPasswordPage
{
    public static void MapResetPasswordPage(this IEndpointRouteBuilder app)
    {
        app.Chapter("Auth").Get("/reset-password", (string? token, HttpContext http) => Page(http, Form(token ?? "", null)))
            .Called("reset_password_page", "The form that the link in a reset mail leads to.")
            .IsOpen().InNoShop()
            .ExcludeFromDescription();
        app.Chapter("Auth").Post("/reset-password", Submit)
            .Called("reset_password_form", "Takes the form.")
            .IsOpen()
            .MayBeRepeated("a link works once")
            .InTurn(SignInTurns.Door.Hashing)
            .DisableAntiforgery()
            .ExcludeFromDescription();
    }

    private static async Task<IResult> Submit(
        [FromForm] string? token,
        [FromForm] string? password,
        HttpContext http,
        ResetPassword reset,
        CancellationToken cancel)
    {
        var refusal = await reset.Change(token, password, cancel);
        if (refusal is null)
            return Page(http, "<h1>Done</h1><p>Your new password is set, and you are signed out everywhere. Sign in with it.</p>");
        var why = refusal.Errors is { } errors
            ? string.Join(' ', errors.SelectMany(e => e.Value.Select(m => $"{(e.Key == "token" ? "The link" : "The password")} {m}.")))
            : refusal.Detail;
        http.Response.StatusCode = refusal.Status;
        return Page(http, Form(token ?? "", why));
    }

    private static string Form(string token, string? problem) =>
        $"""
        <h1>Choose a new password</h1>
        {(problem is null ? "" : $"<p role=\"alert\">{WebUtility.HtmlEncode(problem)}</p>")}
        <form method="post" action="/reset-password">
        <input type="hidden" name="token" value="{WebUtility.HtmlEncode(token)}">
        <label for="password">New password, at least {PasswordRules.Shortest} characters</label>
        <input id="password" name="password" type="password" autocomplete="new-password" required
          minlength="{PasswordRules.Shortest}" autofocus>
        <button>Set password</button>
        </form>
        """;

    private static IResult Page(HttpContext http, string body)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
        return Results.Text(
            $$"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8">
            <meta name="viewport" content="width=device-width"><title>New password · Comanda</title>
            <style>
            body { font: 17px/1.6 system-ui, sans-serif; color: #292524; background: #faf7f2; margin: 0; }
            main { max-width: 26rem; margin: 0 auto; padding: 12vh 1.5rem 4rem; } h1 { font-size: 1.7rem; letter-spacing: -.02em; }
            label { display: block; color: #57534e; }
            input { font: inherit; width: 100%; box-sizing: border-box; padding: .6rem; border: 1px solid #a8a29e; border-radius: .4rem;
              background: #fff; }
            button { font: inherit; font-weight: 600; margin-top: 1rem; padding: .6rem 1.2rem; border: 0; border-radius: .4rem;
              background: #9a3412; color: #fff; }
            [role=alert] { color: #9a3412; font-weight: 600; }
            </style></head><body><main>{{body}}</main></body></html>
            """,
            "text/html", Encoding.UTF8, http.Response.StatusCode);
    }
}
