namespace RunPod.Contracts.Expiry;

/// <summary>The jobs and batches with a deadline in one minute, keyed <c>minute/shard</c> (minutes since the Unix epoch). A reminder wakes it at the start of that minute.</summary>
[Alias("runpod.IExpiryGrain")]
public interface IExpiryGrain : IGrainWithStringKey
{
    /// <summary>Makes sure that the bucket wakes; called before a job or batch is entered in the bucket's index.</summary>
    [Alias("EnsureScheduled")]
    Task EnsureScheduledAsync();
}
