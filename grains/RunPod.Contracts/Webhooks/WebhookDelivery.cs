namespace RunPod.Contracts.Webhooks;

/// <summary>A message for a webhook.</summary>
[GenerateSerializer, Immutable, Alias("runpod.WebhookDelivery")]
public sealed record WebhookDelivery
{
    /// <summary>What receivers know repetitions by: the same on every try, and for two URLs of the same message.</summary>
    [Id(0)] public required string MessageId { get; init; }

    /// <summary>The user whose secret signs it.</summary>
    [Id(1)] public required string UserId { get; init; }

    /// <summary>Where it goes.</summary>
    [Id(2)] public required string Url { get; init; }

    /// <summary>The body, UTF-8 JSON, in parts of which the large ones are those of the state.</summary>
    [Id(3)] public required byte[][] Body { get; init; }
}
