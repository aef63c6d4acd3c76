using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using RunPod.Api.Deadlines;
using RunPod.Api.Endpoints;
using RunPod.Api.Keys;
using RunPod.Api.OpenApi;
using RunPod.Api.OpenApi.Operations;
using RunPod.Contracts;
using RunPod.Contracts.Keys;
using RunPod.Contracts.Limits;

namespace RunPod.Api.Webhooks;

/// <summary>The caller's own webhook secret. Outside the versions, whose next segment is the name of an endpoint.</summary>
internal static class WebhookSecretRoutes
{
    public static void MapWebhookSecrets(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/webhooks/secret").WithTags("Webhooks").RequireAuthorization(ApiKeyDefaults.Policy).WithHead();
        group.MapGet("", ShowAsync).Limit(Operation.Webhooks).Describe(WebhookOperations.Show);
        group.MapPost("/rotate", RotateAsync).Limit(Operation.Webhooks).Describe(WebhookOperations.Rotate);
    }

    private static async Task<JsonHttpResult<WebhookSecretBody>> ShowAsync(HttpContext http, IGrainFactory grains) =>
        Answer(http, await grains.User(http.User.UserId()).GetWebhookSecretsAsync().InTimeAsync(http));

    private static async Task<JsonHttpResult<WebhookSecretBody>> RotateAsync(HttpContext http, IGrainFactory grains) =>
        Answer(http, await grains.User(http.User.UserId()).RotateWebhookSecretAsync().InTimeAsync(http));

    private static JsonHttpResult<WebhookSecretBody> Answer(HttpContext http, WebhookSecrets secrets)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(new WebhookSecretBody(secrets.Current, secrets.PreviousValidUntil), ApiJson.Answers.WebhookSecretBody);
    }
}
