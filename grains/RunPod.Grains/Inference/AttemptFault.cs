using StackExchange.Redis;

namespace RunPod.Grains.Inference;

/// <summary>Tells an outage of the store or of a silo, which passes, from a defect, which stays however often a call is repeated.</summary>
internal static class AttemptFault
{
    /// <summary>Whether repeating the call may help. A storage provider may name its store's exception in its message alone.</summary>
    public static bool IsOutage(Exception exception) =>
        exception is TimeoutException or OrleansException or RedisException or OperationCanceledException or IOException
        || exception.Message.Contains("StackExchange.Redis.", StringComparison.Ordinal)
        || exception.Message.Contains("System.TimeoutException", StringComparison.Ordinal);
}
