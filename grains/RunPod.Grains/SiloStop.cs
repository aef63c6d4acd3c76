namespace RunPod.Grains;

/// <summary>
/// The moment when this silo, after its workers have finished, begins to end its grains. It waits for the calls that run on them,
/// so one that waits for something to happen is refused then, and its caller asks again on another silo.
/// </summary>
internal sealed class SiloStop : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    /// <summary>The stage of the silo's life at whose end workers finish: before this moment.</summary>
    public const int WorkersStage = ServiceLifecycleStage.Active + 1;

    private readonly CancellationTokenSource _begun = new();

    public CancellationToken Begun => _begun.Token;

    /// <summary>Refuses a call that would wait.</summary>
    /// <exception cref="SiloUnavailableException">The moment has come.</exception>
    public void ThrowIfBegun()
    {
        if (_begun.IsCancellationRequested)
        {
            throw new SiloUnavailableException("This silo stops. Ask again: another one takes the grain over.");
        }
    }

    public void Participate(ISiloLifecycle lifecycle) =>
        lifecycle.Subscribe(nameof(SiloStop), ServiceLifecycleStage.Active, _ => Task.CompletedTask, _ => _begun.CancelAsync());

    public void Dispose() => _begun.Dispose();
}
