namespace RunPod.Grains.Inference;

/// <summary>The thread on which one worker's models run: a model blocks it for seconds, which neither a grain nor the thread pool may be.</summary>
internal sealed class ModelThread : IDisposable
{
    // A monitor, since a waiting BlockingCollection spins, and many idle slots then cost more than the work.
    private readonly object _gate = new();
    private readonly Queue<Action> _work = [];
    private bool _ended;

    public ModelThread(string name) => new Thread(Run) { Name = name, IsBackground = true }.Start();

    public Task<T> RunAsync<T>(Func<T> function)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            // Nobody would run it.
            ObjectDisposedException.ThrowIf(_ended, this);
            _work.Enqueue(() =>
            {
                try
                {
                    result.SetResult(function());
                }
                catch (OperationCanceledException exception)
                {
                    result.SetCanceled(exception.CancellationToken);
                }
                catch (Exception exception)
                {
                    result.SetException(exception);
                }
            });
            Monitor.Pulse(_gate);
        }

        return result.Task;
    }

    /// <summary>Lets the thread end after the work that it has.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        while (Next() is { } action)
        {
            action();
        }
    }

    private Action? Next()
    {
        lock (_gate)
        {
            while (_work.Count == 0 && !_ended)
            {
                Monitor.Wait(_gate);
            }

            return _work.TryDequeue(out var action) ? action : null;
        }
    }
}
