using RunPod.Contracts;
using RunPod.Contracts.Batches;

namespace RunPod.Grains.Batches;

/// <summary>What the batch keeps in the store, and its user's limit.</summary>
internal sealed partial class BatchGrain
{
    private Task<bool> TryEnterAsync(BatchState next) => TryEnterAsync(next.UserId, next.Bytes);

    private async Task<bool> TryEnterAsync(string userId, long size) =>
        await bytes.TryEnterAsync(_endpointId, userId, _batchId, size)
        || (await ForgetMissingAsync(userId) && await bytes.TryEnterAsync(_endpointId, userId, _batchId, size));

    /// <summary>Looks for batches that are counted and gone, among so many that a refusal stays cheap. Returns whether there were any.</summary>
    private async Task<bool> ForgetMissingAsync(string userId)
    {
        var active = await index.ListActiveAsync(_endpointId, userId);
        var counted = await bytes.SampleAsync(_endpointId, userId);
        var dropped = await Task.WhenAll(counted.Union(active).Where(batchId => batchId != _batchId).Select(async batchId =>
        {
            var isThere = active.Contains(batchId)
                ? await GrainFactory.Batch(_endpointId, batchId).GetAsync() is not null
                : await index.HoldsAsync(_endpointId, userId, batchId);
            return !isThere && await index.DropMissingAsync(_endpointId, userId, batchId);
        }));
        return dropped.Contains(true);
    }

    /// <summary>The jobs have their inputs, and what has no job never will.</summary>
    private async Task DropInputsAsync(BatchState ended)
    {
        try
        {
            await _pages.DeleteInputsAsync(ended.Pages);
            bytes.Lower(_endpointId, ended.UserId, _batchId, ended.Bytes);
        }
        catch (Exception exception)
        {
            LogPageNotDeleted(Key, exception);
        }
    }

    private BatchAnswer TooManyBytes() => new(BatchOutcome.TooManyBatches, Limit: options.Value.MaxActive, MaxBytes: options.Value.MaxBytes);
}
