using RunPod.Contracts;
using RunPod.Contracts.Batches;

namespace RunPod.Grains.Jobs;

/// <summary>A job of a batch tells it where it stands, one way: the batch asks about what it was not told.</summary>
internal sealed partial class JobGrain
{
    private void TellBatch(JobState job)
    {
        if (job.BatchId is { } batchId)
        {
            GrainFactory.Batch(_endpointId, batchId).NoteAsync(new BatchRequestNote
            {
                RequestId = _jobId,
                Status = job.Status,
                StartedAt = job.StartedAt,
                EndedAt = job.EndedAt,
            }).Ignore();
        }
    }
}
