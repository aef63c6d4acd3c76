using RunPod.Contracts.Jobs;

namespace RunPod.Grains.Jobs;

/// <summary>Reads of the job, which interleave with each other and with its changes.</summary>
internal sealed partial class JobGrain
{
    public async Task<JobSnapshot?> GetSnapshotAsync() => (await ReadAsync())?.ToSnapshot(_jobId, Progress);

    public async Task<JobSummary?> GetSummaryAsync() => (await ReadAsync())?.ToSummary();

    public async Task<JobSnapshot?> WaitForEndAsync(TimeSpan atMost)
    {
        await _job.EnsureReadAsync();
        if (_job.Value is { IsTerminal: false } open && !await WaitAsync(_ended.Task, atMost, stop.Begun))
        {
            stop.ThrowIfBegun();
            if (_retiring.Task.IsCompleted)
            {
                // Still open as far as is known here: whoever waits asks again, and meets the next activation.
                return open.ToSnapshot(_jobId);
            }
        }

        return await GetSnapshotAsync();
    }

    /// <summary>The job, after a deadline that has passed has taken effect: nobody sees a job beyond it.</summary>
    private async Task<JobState?> ReadAsync()
    {
        await _job.EnsureReadAsync();
        if (IsBeyondDeadline && _job.Value is { IsTerminal: false })
        {
            await ExpireForReaderAsync();
        }

        LetGo();

        // Past its retention a job may wait for the expiry index, for its webhooks, or for a file store that is down.
        return IsBeyondDeadline ? null : _job.Value;
    }

    private bool IsBeyondDeadline => _job.Value is { } job && clock.GetUtcNow() >= (job.RunsUntil ?? job.NextDeadline);

    private async Task ExpireForReaderAsync()
    {
        // The timers were not there when it passed: all silos were down, say.
        _readsAtDeadline++;
        try
        {
            await this.AsReference<IJobGrain>().ExpireAsync();
        }
        catch (Exception) when (_job.Value is { IsTerminal: true })
        {
            // The reader's answer does not depend on it, and the expiry index brings the job up again.
        }
        finally
        {
            _readsAtDeadline--;
        }
    }
}
