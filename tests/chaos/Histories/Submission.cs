using System.Text.Json.Serialization;

namespace RunPod.Chaos.Histories;

/// <summary>What a client wants of a job.</summary>
internal sealed record Submission
{
    /// <summary>Names the intent: sent again after an unknown outcome, it is the same.</summary>
    public required string Token { get; init; }

    /// <summary>How long the model sleeps.</summary>
    public required int Milliseconds { get; init; }

    /// <summary>How many chunks it streams meanwhile.</summary>
    public int Chunks { get; init; }

    /// <summary>Whether it fails in the end.</summary>
    public bool Fails { get; init; }

    /// <summary>Whether the end is to be told to the webhook receiver.</summary>
    public bool Webhook { get; init; }

    public bool LowPriority { get; init; }

    /// <summary>Milliseconds of <c>policy.executionTimeout</c>, if it sets one.</summary>
    public int? ExecutionTimeout { get; init; }

    /// <summary>Milliseconds of <c>policy.ttl</c>, if it sets one.</summary>
    public int? TimeToLive { get; init; }

    /// <summary>Whether the token is sent as <c>Idempotency-Key</c>.</summary>
    public bool IsIdempotent { get; init; }

    [JsonIgnore]
    public bool MayTimeOut => ExecutionTimeout is not null || TimeToLive is not null;
}
