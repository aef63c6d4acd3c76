using RunPod.Contracts.Jobs;

namespace RunPod.Grains.Jobs;

/// <summary>How long the job stays in memory: while it is open, or a moment after the last call.</summary>
internal sealed partial class JobGrain
{
    // A job with less costs more to read again when its turn comes than to keep while it waits.
    private const int LargeInput = 64 * 1024;

    private readonly TaskCompletionSource _retiring = NewSignal();
    private IdleJob? _idle;
    private int _waiting;
    private int _readsAtDeadline;

    private bool IsNeeded => _waiting > 0 || _readsAtDeadline > 0 || _job.Value is { Status: JobStatus.InProgress } or { Status: JobStatus.InQueue, Input.Length: < LargeInput };

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_idle is { } idle)
        {
            idleJobs.Forget(idle);
        }

        return Task.CompletedTask;
    }

    /// <summary>Lets the memory go in a moment, unless somebody needs the job there.</summary>
    private void LetGo()
    {
        if (!IsNeeded)
        {
            _idle ??= new IdleJob(GrainContext.Scheduler, RetireUnlessNeeded);
            idleJobs.Note(_idle, (_job.Value?.Input.Length ?? 0) + (_job.Value?.Output?.Length ?? 0));
        }
    }

    private void RetireUnlessNeeded()
    {
        if (!IsNeeded)
        {
            Retire();
        }
    }

    /// <summary>
    /// Ends the activation, and with it the calls that wait on it: until they are over, it would be deaf to others. Not under reads at the
    /// deadline: the deactivation would wait for them, and they for a call that it lets in no more.
    /// </summary>
    private void Retire()
    {
        if (_readsAtDeadline == 0)
        {
            _retiring.TrySetResult();
            DeactivateOnIdle();
        }
    }

    /// <summary>Waits until something happens, the activation or its silo ends, or the time is over. Returns whether it happened.</summary>
    private async Task<bool> WaitAsync(Task signal, TimeSpan atMost, CancellationToken end)
    {
        _waiting++;
        Task woken = Task.WhenAny(signal, _retiring.Task);
        await woken.WaitAsync(atMost, clock, end).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        _waiting--;
        return signal.IsCompleted;
    }
}
