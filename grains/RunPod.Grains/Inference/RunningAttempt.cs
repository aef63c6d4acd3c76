using RunPod.Contracts.Queues;

namespace RunPod.Grains.Inference;

/// <summary>An attempt that a worker holds a lease for, from the lease to the report: first on the worker's slot, then beside the next one.</summary>
internal sealed class RunningAttempt(Assignment assignment, long renewedAt, CancellationToken stopping) : IDisposable
{
    private readonly CancellationTokenSource _abandoned = CancellationTokenSource.CreateLinkedTokenSource(stopping);
    private readonly TaskCompletionSource _leftSlot = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private int _number;
    private int _stopped;
    private long _renewedAt = renewedAt;

    public Assignment Assignment { get; } = assignment;

    /// <summary>The attempt's number; 0 until the job has given it.</summary>
    public int Number => Volatile.Read(ref _number);

    /// <summary>When the last message was sent that the queue answered with the lease being held: a timestamp of the worker's clock.</summary>
    public long RenewedAt
    {
        get => Volatile.Read(ref _renewedAt);
        set => Volatile.Write(ref _renewedAt, value);
    }

    /// <summary>Cancelled when nobody wants the result any more.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    /// <summary>Ends when the slot is free for the next job, while this one's output is stored and reported.</summary>
    public Task LeftSlot => _leftSlot.Task;

    /// <summary>Ends with the attempt; never fails.</summary>
    public Task Ended { get; set; } = Task.CompletedTask;

    public void LeaveSlot() => _leftSlot.TrySetResult();

    /// <summary>The job has given the attempt its number.</summary>
    public void Begin(int number)
    {
        bool isStopped;
        lock (_gate)
        {
            _number = number;
            isStopped = _stopped == number;
        }

        if (isStopped)
        {
            Abandon();
        }
    }

    /// <summary>Stops the attempt of a number. One whose number is still to come may be a later attempt at the same job: it is stopped if it proves to be that one.</summary>
    public void Stop(int number)
    {
        lock (_gate)
        {
            if (_number != number)
            {
                _stopped = number;
                return;
            }
        }

        Abandon();
    }

    public void Abandon()
    {
        try
        {
            _abandoned.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended.
        }
    }

    public void Dispose() => _abandoned.Dispose();
}
