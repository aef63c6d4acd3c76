namespace RunPod.Contracts.Queues;

/// <summary>Jobs and workers of an endpoint.</summary>
[GenerateSerializer, Immutable, Alias("runpod.EndpointHealth")]
public sealed record EndpointHealth
{
    /// <summary>Jobs that ended COMPLETED.</summary>
    [Id(0)] public required long Completed { get; init; }

    /// <summary>Jobs that ended FAILED or TIMED_OUT.</summary>
    [Id(1)] public required long Failed { get; init; }

    /// <summary>Jobs leased to a worker.</summary>
    [Id(2)] public required int InProgress { get; init; }

    /// <summary>Jobs that wait.</summary>
    [Id(3)] public required int InQueue { get; init; }

    /// <summary>Leases that ended with their worker, so that the job went back to the head of the queue.</summary>
    [Id(4)] public required long Retried { get; init; }

    /// <summary>How many workers are in each state.</summary>
    [Id(5)] public required Dictionary<WorkerState, int> Workers { get; init; }

    /// <summary>Why workers are unhealthy, each reason once.</summary>
    [Id(6)] public required string[] UnhealthyReasons { get; init; }
}
