namespace RunPod.Contracts.Secrets;

/// <summary>The purposes of <see cref="ISecretProtector"/>.</summary>
public static class SecretPurposes
{
    /// <summary>A request's <c>s3Config</c> as <see cref="Objects.S3Config"/> writes it.</summary>
    public const string S3Config = "runpod.s3config.v1";

    /// <summary>A user's webhook signing secrets.</summary>
    public const string WebhookSecret = "runpod.webhook-secret.v1";
}
