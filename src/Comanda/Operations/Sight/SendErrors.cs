using System.Runtime.CompilerServices;

namespace Comanda.Operations;

/// <summary>
/// Sends what is a bug to Sentry, or to whatever speaks its protocol, by a DSN. Called only where one is configured, so that nobody else
/// loads what it takes.
/// </summary>
internal static class SendErrors
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void To(string dsn, WebApplicationBuilder builder, bool production) => builder.WebHost.UseSentry(sentry =>
    {
        sentry.Dsn = dsn;
        sentry.Environment = production ? "production" : "development";
        sentry.Release = "comanda@" + FrontPage.Version;
        sentry.SendDefaultPii = false;
        sentry.AutoSessionTracking = false;
        sentry.MinimumEventLevel = LogLevel.Error;
        sentry.MinimumBreadcrumbLevel = LogLevel.Warning;
        sentry.SetBeforeSend(sent =>
        {
            // Tokens stand in headers, cookies and queries; whose they are is nobody's business there either.
            (sent.Request.QueryString, sent.Request.Cookies, sent.Request.Data) = (null, null, null);
            sent.Request.Url = sent.Request.Url?.Split('?')[0];
            sent.Request.Headers.Clear();
            sent.User = new();
            return sent;
        });
    });
}
