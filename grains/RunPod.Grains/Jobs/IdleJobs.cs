using Microsoft.Extensions.Options;

namespace RunPod.Grains.Jobs;

/// <summary>
/// The jobs in this silo's memory that need not be there: they have ended, are unknown, or wait with a large input. They stay for a moment after
/// their last call, since whoever polls comes back and a new activation reads the store; but only so many, and so many bytes of them.
/// </summary>
internal sealed class IdleJobs : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Queue<IdleJob> _jobs = new();
    private readonly TimeProvider _clock;
    private readonly JobOptions _options;
    private readonly ITimer _timer;
    private long _bytes;

    public IdleJobs(TimeProvider clock, IOptions<JobOptions> options)
    {
        (_clock, _options) = (clock, options.Value);
        _timer = clock.CreateTimer(_ => RetireDue(), state: null, _options.IdleTime, _options.IdleTime / 4);
    }

    /// <summary>Notes that a job was just used and is not needed in memory.</summary>
    public void Note(IdleJob job, long bytes)
    {
        lock (_lock)
        {
            job.UsedAt = _clock.GetTimestamp();
            _bytes += bytes - job.Bytes;
            job.Bytes = bytes;
            if (!job.IsListed)
            {
                List(job);
            }

            while ((_jobs.Count > _options.MaxIdle || _bytes > _options.MaxIdleBytes) && _jobs.TryDequeue(out var oldest))
            {
                Retire(oldest);
            }
        }
    }

    /// <summary>Gives back what a job that leaves the memory counted for.</summary>
    public void Forget(IdleJob job)
    {
        lock (_lock)
        {
            _bytes -= job.Bytes;
            job.Bytes = 0;
        }
    }

    public void Dispose() => _timer.Dispose();

    private void RetireDue()
    {
        lock (_lock)
        {
            while (_jobs.TryPeek(out var job) && IsOver(job.ListedAt))
            {
                _jobs.Dequeue();
                if (IsOver(job.UsedAt))
                {
                    Retire(job);
                }
                else
                {
                    List(job);
                }
            }
        }
    }

    private bool IsOver(long since) => _clock.GetElapsedTime(since) >= _options.IdleTime;

    private void List(IdleJob job)
    {
        (job.IsListed, job.ListedAt) = (true, job.UsedAt);
        _jobs.Enqueue(job);
    }

    private void Retire(IdleJob job)
    {
        _bytes -= job.Bytes;
        (job.IsListed, job.Bytes) = (false, 0);
        job.Retire();
    }
}
