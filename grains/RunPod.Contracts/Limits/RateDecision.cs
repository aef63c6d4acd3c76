namespace RunPod.Contracts.Limits;

/// <summary>A rate limiter's answer to one request.</summary>
[GenerateSerializer, Immutable, Alias("runpod.RateDecision")]
public sealed record RateDecision
{
    /// <summary>Why the request must wait, or <see cref="RateVerdict.Granted"/>.</summary>
    [Id(0)] public required RateVerdict Verdict { get; init; }

    /// <summary>The permit to release when the request ends; 0 unless granted.</summary>
    [Id(1)] public long PermitId { get; init; }

    /// <summary>Requests allowed per window (<c>q</c> of RateLimit-Policy).</summary>
    [Id(2)] public required int Limit { get; init; }

    /// <summary>The window (<c>w</c> of RateLimit-Policy).</summary>
    [Id(3)] public required TimeSpan Window { get; init; }

    /// <summary>Requests left in the window (<c>r</c> of RateLimit).</summary>
    [Id(4)] public required int Remaining { get; init; }

    /// <summary>Until more requests are allowed (<c>t</c> of RateLimit, and Retry-After).</summary>
    [Id(5)] public required TimeSpan ResetAfter { get; init; }

    /// <summary>How many requests may run at the same time.</summary>
    [Id(6)] public required int Concurrency { get; init; }
}
