namespace RunPod.Grains.Keys;

/// <summary>What the store holds of a user.</summary>
[GenerateSerializer, Immutable, Alias("runpod.UserState")]
internal sealed record UserState
{
    /// <summary>The ids of the user's keys, oldest first.</summary>
    [Id(0)] public string[] KeyIds { get; init; } = [];

    /// <summary>What signs the user's webhooks, encrypted; null until it is first needed.</summary>
    [Id(1)] public byte[]? WebhookSecret { get; init; }

    /// <summary>The one before it.</summary>
    [Id(2)] public byte[]? PreviousWebhookSecret { get; init; }

    /// <summary>Until when that one signs too.</summary>
    [Id(3)] public DateTimeOffset? PreviousWebhookSecretValidUntil { get; init; }
}
