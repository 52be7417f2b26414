namespace Comanda.Webhooks;

/// <summary>Every slice of webhooks, once.</summary>
public static class WebhooksEndpoints
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services, WebhookNetworks networks) => services
        .AddSingleton(networks)
        .AddSingleton<WebhookUrl>()
        .AddSingleton<CallWebhook>()
        .AddSingleton<DeliverWebhooks>()
        .AddHostedService(s => s.GetRequiredService<DeliverWebhooks>())
        .AddScoped<EditWebhooks>();

    public static void MapWebhooks(this IEndpointRouteBuilder app)
    {
        var hooks = app.Chapter("Webhooks", "/api/webhooks").Needs(Permission.EditSettings);
        hooks.Get("", (EditWebhooks edit, CancellationToken cancel) => edit.List(cancel))
            .Called("webhooks", "The shop's webhooks: how far each is, what is tried again, and why.");
        hooks.Get("/{id:long}", (long id, EditWebhooks edit, CancellationToken cancel) => edit.One(id, cancel))
            .Called("webhook", "One of the shop's webhooks.")
            .Refuses(404);
        hooks.Post("", (WebhookInput input, HttpContext http, EditWebhooks edit, CancellationToken cancel) =>
                edit.Add(input, http.Request.Headers["Comanda-Dialect"], cancel))
            .Called(
                "add_webhook",
                "Has an address called for what happens from now on, signed by the Standard Webhooks form. The secret is shown this once.")
            .MayBeRepeated("each is a webhook of its own, which is listed and can be taken away")
            .Creates()
            .Refuses(400, 409);
        hooks.Post("/{id:long}/rotate", (long id, RotateInput? input, EditWebhooks edit, CancellationToken cancel) =>
                edit.Rotate(id, input, cancel))
            .Called("rotate_webhook", "Gives it another secret; the old one signs beside it for a day.")
            .MayBeRepeated("the last secret holds, and the one before it for a day")
            .Refuses(400, 404);
        hooks.Post("/{id:long}/replay", (long id, ReplayInput input, EditWebhooks edit, CancellationToken cancel) =>
                edit.Replay(id, input, cancel))
            .Called("replay_webhook", "Calls it once more for everything after a seq; also one that was given up.")
            .MayBeRepeated("it goes on after the same seq again")
            .Accepts()
            .Refuses(400, 404);
        hooks.Delete("/{id:long}", (long id, EditWebhooks edit, CancellationToken cancel) => edit.Remove(id, cancel))
            .Called("remove_webhook", "Takes a webhook away; it is not called any more.")
            .Refuses(404);
    }
}
