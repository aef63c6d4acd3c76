namespace RunPod.Contracts.Queues;

/// <summary>What a worker is doing, as one endpoint sees it.</summary>
public enum WorkerState
{
    /// <summary>Loading and warming up the endpoint's model.</summary>
    Initializing = 0,

    /// <summary>Ready for a job.</summary>
    Idle = 1,

    /// <summary>Running a job of this endpoint.</summary>
    Running = 2,

    /// <summary>Ready, but running a job of another endpoint on the same device slot.</summary>
    Throttled = 3,

    /// <summary>The endpoint's model does not load.</summary>
    Unhealthy = 4,
}
