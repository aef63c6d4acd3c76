namespace RunPod.Contracts.Batches;

/// <summary>The states of a batch. The last three are terminal.</summary>
public enum BatchStatus
{
    /// <summary>Requests can be added and removed; none of them runs.</summary>
    Draft = 0,

    /// <summary>The requests are fixed and run, or drain after a cancellation.</summary>
    Finalized = 1,

    /// <summary>Every request has ended, in whichever way.</summary>
    Completed = 2,

    /// <summary>The batch itself could not go on: the store has lost requests of it.</summary>
    Failed = 3,

    /// <summary>The client cancelled it, and what was running then has ended.</summary>
    Cancelled = 4,
}
