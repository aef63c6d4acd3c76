namespace RunPod.Tests.Support;

/// <summary>The store under a silo.</summary>
public enum StoreKind
{
    /// <summary>The default: in the silo's own process, in its data folder.</summary>
    Embedded,

    /// <summary>A redis-server of the test, under deploy/redis.conf.</summary>
    Redis,
}
