using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Comanda.Operations;

/// <summary>The API reference: OpenAPI 3.1 at /openapi/v1.json and its pages at /swagger.</summary>
public static class ApiReference
{
    private const string Address = "/openapi/v1.json";

    public static void Describe(OpenApiOptions options)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Comanda",
                Version = FrontPage.Version,
                Description =
                    "The API of a cafe. JSON in snake_case; money as numbers with the currency's digits; problem+json with stable codes. "
                        + "/api/v1/… is the same API in the bakery document's camelCase, /api/shops/{shop_id}/… the same for that shop, "
                        + "with UUIDs where the shop is named by its own. The header Comanda-Dialect (none, cafe, management, bakery, "
                        + "cafepos, smoocho) chooses a spelling for answers and events; this page is 'none'.",
            };
            // Where the document comes from, whoever asked for it first.
            document.Servers = [new OpenApiServer { Url = "/" }];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
            {
                ["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT" },
            };
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer(ApiShapes.Complete);
        options.AddOperationTransformer(ApiShapes.Complete);
        options.AddDocumentTransformer(ApiShapes.Tidy);
        options.AddOperationTransformer((operation, context, _) =>
        {
            var metadata = context.Description.ActionDescriptor.EndpointMetadata;
            if (metadata.OfType<NeedsPermission>().LastOrDefault() is { } needed)
            {
                operation.Description = $"Permission: `{needed.Permission.ToWire()}`."
                    + (needed.OfGuests is { } own ? $" Guests, with what is their own: `{own.ToWire()}`." : "");
                operation.Security = [new OpenApiSecurityRequirement
                {
                    [new OpenApiSecuritySchemeReference("bearer", context.Document)] = []
                }];
                operation.Responses?.TryAdd("401", new OpenApiResponse { Description = "Not signed in" });
                operation.Responses?.TryAdd("403", new OpenApiResponse { Description = "Not allowed" });
            }
            else
            {
                operation.Description = "Open to everyone.";
            }

            if (metadata.OfType<IdempotencyRule>().LastOrDefault() is { TakesKey: true })
            {
                operation.Parameters ??= [];
                operation.Parameters.Add(new OpenApiParameter
                {
                    Name = "Idempotency-Key",
                    In = ParameterLocation.Header,
                    Description = "Same key and body: the first answer again, with Idempotency-Replayed: true. Same key, other body: 422.",
                    Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 255 },
                });
            }

            return Task.CompletedTask;
        });
    }

    /// <summary>GET /openapi/v1.json: made once, since to describe the API takes longer than to sell a coffee.</summary>
    public static void MapApiReference(this IEndpointRouteBuilder app)
    {
        var reference = new SharedBody(() => Write(app.ServiceProvider), "application/json; charset=utf-8");
        app.MapGet(
                Address,
                (HttpContext http, Here here, LongAnswers answers, CancellationToken cancel) => reference.Send(http, here, answers, cancel))
            .AllowAnonymous().WithMetadata(new NeedsNoShop()).ExcludeFromDescription();
    }

    public static void UseApiReference(this IApplicationBuilder app)
    {
        // The pages' script is a megabyte and a half. They pass no gate: everybody is a stranger here.
        app.UseWhen(
            http => http.Request.Path.StartsWithSegments("/swagger", StringComparison.OrdinalIgnoreCase),
            pages => pages.Use(async (http, next) =>
            {
                var answers = http.RequestServices.GetRequiredService<LongAnswers>();
                var here = new Here { Address = Here.AddressOf(http) };
                if (await answers.Begin(http, here, long.MaxValue, http.RequestAborted) is { } refusal)
                    await Problems.Write(http, refusal);
                else
                    await next(http);
            }));
        app.UseSwaggerUI(ui =>
        {
            ui.RoutePrefix = "swagger";
            ui.SwaggerEndpoint(Address, "Comanda");
            ui.DocumentTitle = "Comanda · API";
        });
    }

    private static async Task<byte[]> Write(IServiceProvider services)
    {
        var document = await services.GetRequiredKeyedService<IOpenApiDocumentProvider>("v1").GetOpenApiDocumentAsync();
        using var json = new MemoryStream();
        await document.SerializeAsJsonAsync(json, OpenApiSpecVersion.OpenApi3_1);
        return json.ToArray();
    }
}
