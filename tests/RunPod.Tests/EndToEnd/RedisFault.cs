namespace RunPod.Tests.EndToEnd;

public enum RedisFault
{
    /// <summary>The process is killed; later it starts again on its append-only file.</summary>
    Down,

    /// <summary>The process is stopped: connections stay open, nothing is answered.</summary>
    Hung,

    /// <summary>The memory limit is reached.</summary>
    Full,

    /// <summary>The server has become a replica, as after a failover.</summary>
    ReadOnly,
}
