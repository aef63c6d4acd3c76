using RunPod.Inference;

namespace RunPod.Grains.Inference;

/// <summary>
/// Between a model's thread and the <see cref="OutputPump"/>: bounded in bytes. Of progress that nobody has fetched yet only the latest is kept;
/// files give way when it is full; chunks wait.
/// </summary>
internal sealed class PartialOutputQueue(int capacity = PartialOutputQueue.Capacity) : IPartialOutput
{
    /// <summary>Bytes that one attempt may hold in memory.</summary>
    public const int Capacity = 8 * 1024 * 1024;

    // A monitor, since the model's thread waits on it.
    private readonly object _gate = new();
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<PartialOutput> _waiting = [];
    private TaskCompletionSource? _awaited;
    private long _waitingBytes;
    private long _fetchedBytes;
    private string? _fault;

    /// <summary>Ends when nothing more comes in.</summary>
    public Task Completed => _completed.Task;

    private bool IsFull => _waitingBytes + _fetchedBytes >= capacity;

    public void ReportProgress(ReadOnlyMemory<byte> json)
    {
        OutputCheck.ThrowIfFaulty(json.Span);
        lock (_gate)
        {
            if (_waiting.FindIndex(static output => output.IsSkippable) is >= 0 and var older)
            {
                _waitingBytes -= _waiting[older].Bytes;
                _waiting.RemoveAt(older);
            }

            Add(new PartialOutput { Json = json, IsProgress = true });
        }
    }

    public void ReportProgress(ModelFile file, Func<Uri?, byte[]> render)
    {
        lock (_gate)
        {
            Add(new PartialOutput { File = IsFull ? null : file, Render = render, IsProgress = true });
        }
    }

    public void Stream(ReadOnlyMemory<byte> json)
    {
        OutputCheck.ThrowIfFaulty(json.Span);
        lock (_gate)
        {
            while (IsFull && !_completed.Task.IsCompleted)
            {
                Monitor.Wait(_gate);
            }

            Add(new PartialOutput { Json = json });
        }
    }

    /// <summary>Takes no more: what a model still says is ignored, and it waits no longer.</summary>
    public void Complete()
    {
        lock (_gate)
        {
            _completed.TrySetResult();
            _awaited?.TrySetResult();
            Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Takes no more, since something that came in is of no use: the model, which waits no longer, hears why if it says more.</summary>
    public void Fail(string fault)
    {
        lock (_gate)
        {
            _fault = fault;
            Complete();
        }
    }

    /// <summary>All that waits, as soon as something does; empty at the end. What was fetched before counts as written.</summary>
    public async Task<IReadOnlyList<PartialOutput>> FetchAsync()
    {
        while (true)
        {
            Task awaited;
            lock (_gate)
            {
                _fetchedBytes = 0;
                Monitor.PulseAll(_gate);
                if (_waiting.Count > 0 || _completed.Task.IsCompleted)
                {
                    (var fetched, _waiting) = (_waiting, []);
                    (_fetchedBytes, _waitingBytes) = (_waitingBytes, 0);
                    return fetched;
                }

                _awaited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                awaited = _awaited.Task;
            }

            await awaited;
        }
    }

    private void Add(PartialOutput output)
    {
        if (_fault is not null)
        {
            throw new InvalidDataException(_fault);
        }

        if (_completed.Task.IsCompleted)
        {
            return;
        }

        _waiting.Add(output);
        _waitingBytes += output.Bytes;
        _awaited?.TrySetResult();
    }
}
