using RunPod.Inference;

namespace RunPod.Grains.Inference;

/// <summary>
/// A loaded model that may be disposed while it runs, as when a stop is cut short: it goes with its last run, since native code that loses its memory takes
/// the process with it. No run begins after that.
/// </summary>
internal sealed class SharedRuntime(IModelRuntime model) : IModelRuntime
{
    private readonly Lock _gate = new();
    private int _runs;
    private bool _ended;

    public void WarmUp(CancellationToken cancellationToken)
    {
        Begin();
        try
        {
            model.WarmUp(cancellationToken);
        }
        finally
        {
            End();
        }
    }

    public ModelResult Run(ReadOnlyMemory<byte> input, IPartialOutput output, CancellationToken cancellationToken)
    {
        Begin();
        try
        {
            return model.Run(input, output, cancellationToken);
        }
        finally
        {
            End();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
            if (_runs > 0)
            {
                return;
            }
        }

        model.Dispose();
    }

    private void Begin()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_ended, this);
            _runs++;
        }
    }

    private void End()
    {
        bool isLast;
        lock (_gate)
        {
            isLast = --_runs == 0 && _ended;
        }

        if (isLast)
        {
            model.Dispose();
        }
    }
}
