using RunPod.Contracts.Limits;

namespace RunPod.Grains.Limits;

/// <summary>What a user may do. Section <c>RateLimits</c>; the defaults are RunPod's documented limits.</summary>
public sealed class RateLimitOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "RateLimits";

    /// <summary>The limit of each operation, by its path segment.</summary>
    public Dictionary<string, RateLimit> Operations { get; } = new(StringComparer.Ordinal)
    {
        [Operation.Run] = new RateLimit { Requests = 1000, Concurrency = 200 },
        [Operation.RunSync] = new RateLimit { Requests = 2000, Concurrency = 400 },
        [Operation.Status] = new RateLimit { Requests = 2000, Concurrency = 400 },
        [Operation.StatusSync] = new RateLimit { Requests = 2000, Concurrency = 400 },
        [Operation.Stream] = new RateLimit { Requests = 2000, Concurrency = 400 },
        [Operation.Cancel] = new RateLimit { Requests = 100, Concurrency = 20 },
        [Operation.Retry] = new RateLimit { Requests = 1000, Concurrency = 200 },
        [Operation.PurgeQueue] = new RateLimit { Requests = 2, Concurrency = 2 },
        [Operation.Requests] = new RateLimit { Requests = 10, Concurrency = 2 },
        // RunPod documents none for batches.
        [Operation.Batch] = new RateLimit { Requests = 100, Concurrency = 20 },
        [Operation.BatchStatus] = new RateLimit { Requests = 1000, Concurrency = 50 },
        [Operation.Health] = new RateLimit { Requests = 2000, Concurrency = 400 },
        [Operation.Webhooks] = new RateLimit { Requests = 100, Concurrency = 20 },
    };

    /// <summary>How long a request keeps its place among the concurrent ones without a renewal; a front end that dies loses its places after this.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the first request to a limiter that has moved waits for the store to say what it granted before; then it begins with nothing granted.</summary>
    public TimeSpan RestoreWithin { get; set; } = TimeSpan.FromMilliseconds(250);
}
