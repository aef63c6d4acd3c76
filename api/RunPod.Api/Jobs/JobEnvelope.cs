using RunPod.Contracts.Objects;

namespace RunPod.Api.Jobs;

/// <summary>What counts of a request's body.</summary>
internal sealed record JobEnvelope
{
    /// <summary>The bytes of <c>input</c> as they came.</summary>
    public required byte[] Input { get; init; }

    public JobPolicy Policy { get; init; }

    public string? Webhook { get; init; }

    public string? WebhookV2 { get; init; }

    public S3Config? S3Config { get; init; }
}
