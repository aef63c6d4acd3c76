using System.Globalization;

namespace RunPod.Grains.Jobs;

/// <summary>Where a job's files are in the object store. Each attempt writes to a folder of its own, so a late one overwrites nothing.</summary>
internal static class ObjectKeys
{
    public static string Job(string endpointId, string jobId) => $"{endpointId}/{jobId}/";

    public static string Attempt(string endpointId, string jobId, int attempt) => string.Create(CultureInfo.InvariantCulture, $"{endpointId}/{jobId}/{attempt}/");

    public static string File(string endpointId, string jobId, int attempt, string name) => Attempt(endpointId, jobId, attempt) + name;
}
