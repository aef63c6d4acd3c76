namespace RunPod.Chaos.Faults;

/// <summary>What can be done to a cluster.</summary>
internal enum FaultKind
{
    /// <summary>kill -9 a silo; it is started again after a while.</summary>
    KillSilo,

    /// <summary>SIGTERM a silo; it is started again after a while.</summary>
    StopSilo,

    /// <summary>SIGSTOP a silo, and SIGCONT after a while.</summary>
    FreezeSilo,

    /// <summary>kill -9 Redis; it is started again on its append-only file after a while.</summary>
    KillRedis,

    /// <summary>SIGSTOP Redis, and SIGCONT after a while.</summary>
    FreezeRedis,

    /// <summary>One silo more, which leaves after a while.</summary>
    AddSilo,

    /// <summary>No packets between two silos for a while.</summary>
    CutSilos,

    /// <summary>No packets between a silo and all others for a while; clients and Redis still reach it.</summary>
    IsolateSilo,
}
