using RunPod.Api.Webhooks;

namespace RunPod.Api.OpenApi.Operations;

/// <summary>What the description says about webhooks.</summary>
internal static class WebhookOperations
{
    private static readonly ExampleDoc Secret = new("secret", "A secret", """{"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}""");

    private static readonly ExampleDoc Rotated = new("rotated", "A new secret, the old one still signs",
        """{"secret": "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "previousValidUntil": "2026-11-26T02:13:29.541+00:00"}""");

    public static OperationDoc Show { get; } = new("webhookSecret", "The secret that signs your webhooks")
    {
        Description = "Webhooks are signed as Standard Webhooks describes it; give this secret to one of its libraries to check them.",
        Answers = [new(typeof(WebhookSecretBody), "The secret.", Secret)],
    };

    public static OperationDoc Rotate { get; } = new("rotateWebhookSecret", "Make a new secret")
    {
        Description = "From now on webhooks carry the signatures of the new and, for a while, of the old secret.",
        Answers = [new(typeof(WebhookSecretBody), "The new secret.", Rotated)],
    };
}
