using RunPod.Contracts.Jobs;

namespace RunPod.Grains.Jobs;

/// <summary>Progress and partial output. Chunks are in the store, past the job's state; the grain knows who may take them, and wakes who waits.</summary>
internal sealed partial class JobGrain
{
    private AttemptProgress? _progress;
    private TaskCompletionSource _streamed = NewSignal();

    private byte[]? Progress => _job.Value is { Status: JobStatus.InProgress } job && _progress?.Attempt == job.Attempt ? _progress.Output : null;

    public async Task ReportProgressAsync(AttemptProgress progress)
    {
        await _job.EnsureReadAsync();
        if (_job.Value is not { Status: JobStatus.InProgress } job || job.Attempt != progress.Attempt)
        {
            LetGo();
            return;
        }

        _progress = progress.Output is null ? _progress : progress;
        var streamed = _streamed;
        _streamed = NewSignal();
        streamed.SetResult();
    }

    public async Task<JobStream?> DrainStreamAsync(string userId)
    {
        if (await ReadAsync() is not { } job || job.UserId != userId)
        {
            return null;
        }

        // The state from before the look: all chunks of an attempt are in the store before its end is known.
        var taken = await streams.TakeAsync(Key, job.Attempt);
        return new JobStream
        {
            Status = job.IsTerminal && !taken.IsLast ? JobStatus.InProgress : job.Status,
            Chunks = taken.Chunks,
            Attempt = job.Attempt,
            IsTruncated = taken.IsTruncated,
        };
    }

    public async Task WaitForStreamAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        await _job.EnsureReadAsync();
        // Before the look, so that a chunk which comes in between is not missed.
        var streamed = _streamed.Task;
        if (_job.Value is { IsTerminal: false } job && await streams.CountAsync(Key, job.Attempt) == 0)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stop.Begun);
            if (!await WaitAsync(Task.WhenAny(streamed, _ended.Task), atMost, end.Token))
            {
                stop.ThrowIfBegun();
            }
        }

        LetGo();
    }

    /// <summary>Deletes what lost attempts streamed: the consumer begins anew with this one.</summary>
    private Task DropLostStreamsAsync() => streams.DeleteAsync(Key, (_job.Value?.Attempt ?? 0) - 1);
}
