using Orleans.Storage;

namespace RunPod.Grains.Store;

/// <summary>
/// One grain's state in a grain storage, read when it is first needed. Unlike a persistent-state facet it does not read on activation,
/// so a grain that cannot exist yet is written without a read; the missing ETag still turns a second writer into a conflict.
/// </summary>
internal sealed class StoredState<T>(IGrainStorage storage, string name, GrainId grainId)
    where T : class
{
    private string? _etag;
    private Task? _reading;

    /// <summary>What the store held when it was last read or written; null if nothing.</summary>
    public T? Value { get; private set; }

    /// <summary>Reads the state unless it is known. Concurrent callers share one read.</summary>
    public Task EnsureReadAsync() => _reading is { HasFailed: false } ? _reading : _reading = ReadAsync();

    /// <summary>Declares that the store holds nothing, without looking.</summary>
    public void AssumeAbsent() => _reading ??= Task.CompletedTask;

    /// <summary>Reads the state whatever is known of it.</summary>
    public Task ReadAgainAsync()
    {
        Forget();
        return EnsureReadAsync();
    }

    /// <summary>Writes the state; <see cref="Value"/> changes only after the store has it.</summary>
    /// <remarks>After a failed write nobody knows what the store holds, so the memory is dropped and the next call reads.</remarks>
    public async Task WriteAsync(T next)
    {
        var record = new GrainState<T>(next, _etag!) { RecordExists = Value is not null };
        try
        {
            await storage.WriteStateAsync(name, grainId, record);
        }
        catch
        {
            Forget();
            throw;
        }

        (Value, _etag) = (next, record.ETag);
    }

    /// <summary>Deletes the state from the store.</summary>
    public async Task ClearAsync()
    {
        var record = new GrainState<T>(Value!, _etag!) { RecordExists = Value is not null };
        try
        {
            await storage.ClearStateAsync(name, grainId, record);
        }
        catch
        {
            Forget();
            throw;
        }

        (Value, _etag) = (null, null);
    }

    private async Task ReadAsync()
    {
        var record = new GrainState<T>();
        await storage.ReadStateAsync(name, grainId, record);
        (Value, _etag) = (record.RecordExists ? record.State : null, record.ETag);
    }

    private void Forget() => (Value, _etag, _reading) = (null, null, null);
}
