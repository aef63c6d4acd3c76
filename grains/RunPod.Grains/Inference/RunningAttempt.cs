using RunPod.Contracts.Queues;

namespace RunPod.Grains.Inference;

/// <summary>The attempt that a worker is at, from its lease to its report.</summary>
internal sealed class RunningAttempt(Assignment assignment, CancellationToken stopping) : IDisposable
{
    private readonly CancellationTokenSource _abandoned = CancellationTokenSource.CreateLinkedTokenSource(stopping);

    public Assignment Assignment { get; } = assignment;

    /// <summary>The attempt's number; 0 until the job has given it.</summary>
    public int Number { get; set; }

    /// <summary>Cancelled when nobody wants the result any more.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

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
