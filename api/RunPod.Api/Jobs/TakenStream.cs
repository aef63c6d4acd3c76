using System.Threading.RateLimiting;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.Jobs;

/// <summary>Chunks that were taken off a job's stream, and the room that they take if they are many.</summary>
internal sealed record TakenStream(JobStream Stream, RateLimitLease? Held) : IDisposable
{
    public void Dispose() => Held?.Dispose();
}
