using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Placement;
using Orleans.Storage;
using RunPod.Contracts;
using RunPod.Contracts.Batches;
using RunPod.Grains.Store;

namespace RunPod.Grains.Batches;

/// <summary>It keeps nothing: the batches are in the index, and each knows itself. Being one grain, it makes the limits hold for calls that come at the same time.</summary>
[PreferLocalPlacement]
internal sealed class BatchListGrain(
    [FromKeyedServices(BatchGrain.StorageName)] IGrainStorage storage,
    BatchIndex index,
    IOptions<BatchOptions> options) : Grain, IBatchListGrain
{
    private const int Parallelism = 32;

    // How many batches of the previous version are put into the set of their state by a call that asks for one.
    private const int MaxIndexed = 200;

    private string _endpointId = null!;
    private string _userId = null!;
    private long _indexed;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        (_endpointId, _userId) = GrainKeys.SplitBatchListKey(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public async Task<BatchAnswer> CreateAsync(BatchCreation creation, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (creation.Requests.Length > options.Value.MaxRequests)
        {
            return new BatchAnswer(BatchOutcome.TooManyRequests, Limit: options.Value.MaxRequests);
        }

        var batchId = creation.BatchId ?? BatchIds.Create();
        if (await index.HoldsAsync(_endpointId, _userId, batchId) && await Batch(batchId).GetAsync() is { } known)
        {
            // It came twice.
            return new BatchAnswer(BatchOutcome.Done, known);
        }

        if ((await index.ListActiveAsync(_endpointId, _userId)).Count(active => active != batchId) >= options.Value.MaxActive
            && (await ReadActiveAsync(CancellationToken.None)).Count(active => active.BatchId != batchId) >= options.Value.MaxActive)
        {
            return new BatchAnswer(BatchOutcome.TooManyBatches, Limit: options.Value.MaxActive);
        }

        await index.AddAsync(_endpointId, _userId, batchId);
        var answer = await Batch(batchId).CreateAsync(creation);
        if (answer.Outcome != BatchOutcome.Done)
        {
            await index.RemoveAsync(_endpointId, _userId, batchId);
        }
        else if (cancellationToken.IsCancellationRequested && answer.Batch is { IsProvisional: true })
        {
            await Batch(batchId).CancelAsync(_userId);
        }

        return answer;
    }

    public async Task<BatchAnswer> FinalizeAsync(string batchId, string? webhook)
    {
        if (await Batch(batchId).GetAsync() is { Status: BatchStatus.Draft } draft)
        {
            var active = await ReadActiveAsync(CancellationToken.None);
            var queued = active.Where(found => found.Batch?.Status == BatchStatus.Finalized).Sum(found => found.Batch!.Remaining);
            if (queued + draft.Total > options.Value.MaxQueued)
            {
                return new BatchAnswer(BatchOutcome.TooManyQueued, Limit: options.Value.MaxQueued);
            }
        }

        return await Batch(batchId).FinalizeAsync(_userId, webhook);
    }

    public async Task<BatchListPage> ListAsync(BatchListQuery query, CancellationToken cancellationToken = default)
    {
        if (query.Status is BatchStatus.Draft or BatchStatus.Finalized)
        {
            var active = (await ReadActiveAsync(cancellationToken)).Select(found => found.Batch).OfType<BatchSnapshot>().Where(batch => batch.Status == query.Status);
            var newestFirst = active.Reverse().ToArray();
            return new BatchListPage([.. newestFirst.Skip((int)Math.Min(query.Offset, int.MaxValue)).Take(query.Limit)], newestFirst.Length);
        }

        if (query.Status is not null && await index.LacksStatesAsync(_endpointId, _userId))
        {
            await IndexEndedAsync(cancellationToken);
        }

        var batches = new List<BatchSnapshot>();
        var ids = await index.ListAsync(_endpointId, _userId, query.Status, query.Offset, query.Limit);
        foreach (var (batchId, batch) in await ReadAsync(ids, cancellationToken))
        {
            if (batch is null)
            {
                await index.DropMissingAsync(_endpointId, _userId, batchId);
            }
            else if (query.Status is { } status && batch.Status != status)
            {
                DropWrongState(batch, status);
            }
            else
            {
                batches.Add(batch);
            }
        }

        return new BatchListPage([.. batches], await index.CountAsync(_endpointId, _userId, query.Status));
    }

    /// <summary>One that runs may yet come to this state.</summary>
    private void DropWrongState(BatchSnapshot batch, BatchStatus entered)
    {
        if (batch.Status.IsTerminal())
        {
            index.RemoveEnded(_endpointId, _userId, batch.BatchId, entered);
        }
    }

    private async Task IndexEndedAsync(CancellationToken cancellationToken)
    {
        var ids = await index.ListAsync(_endpointId, _userId, status: null, _indexed, MaxIndexed);
        var batches = (await ReadAsync(ids, cancellationToken)).Select(found => found.Batch).OfType<BatchSnapshot>();
        var ended = batches.Where(batch => batch.Status.IsTerminal());
        await Task.WhenAll(ended.Select(batch => index.AddEndedAsync(_endpointId, _userId, batch.BatchId, batch.Status, batch.CreatedAt)));
        _indexed = ids.Length < MaxIndexed ? 0 : _indexed + MaxIndexed;
    }

    /// <summary>The active batches, oldest first, after dropping the entries of others; null for one that may be coming.</summary>
    private async Task<List<(string BatchId, BatchSnapshot? Batch)>> ReadActiveAsync(CancellationToken cancellationToken)
    {
        var active = new List<(string, BatchSnapshot?)>();
        var ids = await index.ListActiveAsync(_endpointId, _userId);
        foreach (var (batchId, batch) in await ReadAsync(ids, batchId => Batch(batchId).GetAsync(), cancellationToken))
        {
            if (batch is not null && batch.Status.IsTerminal())
            {
                index.RemoveActive(_endpointId, _userId, batchId);
            }
            else if (batch is not null || !await index.DropMissingAsync(_endpointId, _userId, batchId))
            {
                active.Add((batchId, batch));
            }
        }

        return active;
    }

    private async Task<List<(string BatchId, BatchSnapshot? Batch)>> ReadAsync(string[] ids, CancellationToken cancellationToken)
    {
        var active = (await index.ListActiveAsync(_endpointId, _userId)).ToHashSet(StringComparer.Ordinal);
        return await ReadAsync(ids, batchId => active.Contains(batchId) ? Batch(batchId).GetAsync() : ReadEndedAsync(batchId), cancellationToken);
    }

    private static async Task<List<(string BatchId, BatchSnapshot? Batch)>> ReadAsync(
        string[] ids, Func<string, Task<BatchSnapshot?>> read, CancellationToken cancellationToken)
    {
        var batches = new List<(string, BatchSnapshot?)>(ids.Length);
        foreach (var chunk in ids.Chunk(Parallelism))
        {
            cancellationToken.ThrowIfCancellationRequested();
            batches.AddRange(chunk.Zip(await Task.WhenAll(chunk.Select(read))));
        }

        return batches;
    }

    /// <summary>The store has all of a batch that has ended, so that no list brings so many of them into memory.</summary>
    private async Task<BatchSnapshot?> ReadEndedAsync(string batchId)
    {
        var stored = new StoredState<BatchState>(storage, BatchGrain.StateName, Batch(batchId).GetGrainId());
        await stored.EnsureReadAsync();
        return stored.Value switch
        {
            null => null,
            { IsTerminal: true } ended => ended.ToSnapshot(batchId, ended.Counts),
            _ => await Batch(batchId).GetAsync(),
        };
    }

    private IBatchGrain Batch(string batchId) => GrainFactory.Batch(_endpointId, batchId);
}
