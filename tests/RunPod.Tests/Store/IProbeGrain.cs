namespace RunPod.Tests.Store;

/// <summary>A grain with state and a reminder, to see Orleans' providers work on a store.</summary>
[Alias("runpod.tests.IProbeGrain")]
public interface IProbeGrain : IGrainWithStringKey
{
    [Alias("Set")]
    Task SetAsync(string value);

    [Alias("Get")]
    Task<string> GetAsync();

    [Alias("Clear")]
    Task ClearAsync();

    [Alias("Remind")]
    Task RemindAsync();
}
