using System.Buffers;

namespace RunPod.Api.Jobs;

/// <summary>Job ids: made as RunPod's look, read as opaque names.</summary>
internal static class JobIds
{
    private const int MaxLength = 128;
    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-");

    public static string Create() => Guid.NewGuid().ToString();

    public static string CreateSync() => $"sync-{Guid.NewGuid()}";

    public static bool IsValid(string jobId) => jobId.Length is > 0 and <= MaxLength && !jobId.AsSpan().ContainsAnyExcept(Allowed);
}
