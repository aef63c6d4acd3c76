using System.Threading.RateLimiting;
using RunPod.Api.Limits;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.Jobs;

/// <summary>A job as its grain gave it, and the room that its output takes if it is large.</summary>
internal readonly record struct CountedJob(JobSnapshot? Job, RateLimitLease? Held) : IDisposable
{
    /// <summary>Reads a job. An output for which there is no room is let go, and read again when there is.</summary>
    public static async Task<CountedJob> ReadAsync(Func<Task<JobSnapshot?>> read, BytesInMemory room, string userId, CancellationToken aborted)
    {
        var job = await read();
        while (job?.Output is { Length: > BytesInMemory.Uncounted and var length })
        {
            if (room.TryTake(userId, length) is { } atOnce)
            {
                return new CountedJob(job, atOnce);
            }

            job = null;
            var held = await room.TakeAsync(userId, length, aborted);
            job = await read();
            if (held is not null)
            {
                return new CountedJob(job, held);
            }
        }

        return new CountedJob(job, Held: null);
    }

    public void Dispose() => Held?.Dispose();
}
