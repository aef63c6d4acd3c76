namespace RunPod.Silo.Store;

/// <summary>
/// Keeps writes of large values and checkpoints apart. Garnet 2.2.8 splits a value over 1 MiB into several log records and cannot
/// replay a log that begins between them, which is where a checkpoint may leave it; nor can it always read back a value of that
/// size that was replaced while a checkpoint wrote it.
/// </summary>
internal sealed class CheckpointGate
{
    private readonly Lock _lock = new();
    private int _inside;
    private TaskCompletionSource? _reopened;
    private TaskCompletionSource? _drained;

    /// <summary>Waits while a checkpoint is under way; every entry ends with <see cref="Exit"/>.</summary>
    public async ValueTask EnterAsync()
    {
        while (true)
        {
            Task reopened;
            lock (_lock)
            {
                if (_reopened is null)
                {
                    _inside++;
                    return;
                }

                reopened = _reopened.Task;
            }

            await reopened;
        }
    }

    public void Exit()
    {
        lock (_lock)
        {
            if (--_inside == 0)
            {
                _drained?.TrySetResult();
            }
        }
    }

    /// <summary>Runs <paramref name="action"/> once everybody has left, and keeps newcomers out until it ends. One caller at a time.</summary>
    public async Task RunAloneAsync(Func<Task> action)
    {
        Task drained;
        lock (_lock)
        {
            _reopened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_inside == 0)
            {
                _drained.SetResult();
            }

            drained = _drained.Task;
        }

        try
        {
            await drained;
            await action();
        }
        finally
        {
            lock (_lock)
            {
                _reopened.SetResult();
                _reopened = null;
                _drained = null;
            }
        }
    }
}
