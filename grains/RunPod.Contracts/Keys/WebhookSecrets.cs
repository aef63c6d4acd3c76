namespace RunPod.Contracts.Keys;

/// <summary>What signs a user's webhooks, in the form <c>whsec_…</c> of Standard Webhooks.</summary>
[GenerateSerializer, Immutable, Alias("runpod.WebhookSecrets")]
public sealed record WebhookSecrets
{
    /// <summary>The secret.</summary>
    [Id(0)] public required string Current { get; init; }

    /// <summary>The one before it, while it still signs too.</summary>
    [Id(1)] public string? Previous { get; init; }

    /// <summary>Until when it does.</summary>
    [Id(2)] public DateTimeOffset? PreviousValidUntil { get; init; }

    /// <summary>All that sign now.</summary>
    public IReadOnlyList<string> Valid => Previous is null ? [Current] : [Current, Previous];
}
