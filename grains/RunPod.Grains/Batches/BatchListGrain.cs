using Microsoft.Extensions.Options;
using Orleans.Placement;
using RunPod.Contracts;
using RunPod.Contracts.Batches;

namespace RunPod.Grains.Batches;

/// <summary>It keeps nothing: the batches are in the index, and each knows itself. Being one grain, it makes the limits hold for calls that come at the same time.</summary>
[PreferLocalPlacement]
internal sealed class BatchListGrain(BatchIndex index, IOptions<BatchOptions> options) : Grain, IBatchListGrain
{
    private const int Parallelism = 32;

    private string _endpointId = null!;
    private string _userId = null!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        (_endpointId, _userId) = GrainKeys.SplitBatchListKey(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public async Task<BatchAnswer> CreateAsync(BatchCreation creation)
    {
        if (creation.Requests.Length > options.Value.MaxRequests)
        {
            return new BatchAnswer(BatchOutcome.TooManyRequests, Limit: options.Value.MaxRequests);
        }

        if ((await index.ListActiveAsync(_endpointId, _userId)).Length >= options.Value.MaxActive && (await ReadActiveAsync()).Count >= options.Value.MaxActive)
        {
            return new BatchAnswer(BatchOutcome.TooManyBatches, Limit: options.Value.MaxActive);
        }

        var batchId = BatchIds.Create();
        await index.AddAsync(_endpointId, _userId, batchId);
        return await Batch(batchId).CreateAsync(creation);
    }

    public async Task<BatchAnswer> FinalizeAsync(string batchId, string? webhook)
    {
        if (await Batch(batchId).GetAsync() is { Status: BatchStatus.Draft } draft)
        {
            var queued = (await ReadActiveAsync()).Where(batch => batch?.Status == BatchStatus.Finalized).Sum(batch => batch!.Remaining);
            if (queued + draft.Total > options.Value.MaxQueued)
            {
                return new BatchAnswer(BatchOutcome.TooManyQueued, Limit: options.Value.MaxQueued);
            }
        }

        return await Batch(batchId).FinalizeAsync(_userId, webhook);
    }

    public async Task<BatchListPage> ListAsync(BatchListQuery query)
    {
        if (query.Status is null)
        {
            var (batches, _) = await ReadListedAsync(query.Offset, query.Limit);
            return new BatchListPage([.. batches], await index.CountAsync(_endpointId, _userId));
        }

        // Their states are not in the index: each is asked.
        var (found, total) = (new List<BatchSnapshot>(), 0L);
        for (long rank = 0; ;)
        {
            var (batches, kept) = await ReadListedAsync(rank, Parallelism);
            foreach (var batch in batches.Where(batch => batch.Status == query.Status))
            {
                if (total++ >= query.Offset && found.Count < query.Limit)
                {
                    found.Add(batch);
                }
            }

            if (kept == 0)
            {
                return new BatchListPage([.. found], total);
            }

            rank += kept;
        }
    }

    /// <summary>Batches from the index, and how many entries stay there of those that were looked at.</summary>
    private async Task<(List<BatchSnapshot> Batches, int Kept)> ReadListedAsync(long offset, int limit)
    {
        var ids = await index.ListAsync(_endpointId, _userId, offset, limit);
        var batches = await ReadAsync(ids);
        var kept = ids.Length;
        foreach (var (batchId, _) in ids.Zip(batches).Where(pair => pair.Second is null))
        {
            kept -= await index.DropMissingAsync(_endpointId, _userId, batchId) ? 1 : 0;
        }

        return ([.. batches.OfType<BatchSnapshot>()], kept);
    }

    /// <summary>The active batches, after dropping the entries of others; null for one that may be coming.</summary>
    private async Task<List<BatchSnapshot?>> ReadActiveAsync()
    {
        var active = new List<BatchSnapshot?>();
        var ids = await index.ListActiveAsync(_endpointId, _userId);
        foreach (var (batchId, batch) in ids.Zip(await ReadAsync(ids)))
        {
            if (batch is not null && batch.Status.IsTerminal())
            {
                index.RemoveActive(_endpointId, _userId, batchId);
            }
            else if (batch is not null || !await index.DropMissingAsync(_endpointId, _userId, batchId))
            {
                active.Add(batch);
            }
        }

        return active;
    }

    private async Task<BatchSnapshot?[]> ReadAsync(string[] ids)
    {
        var batches = new List<BatchSnapshot?>(ids.Length);
        foreach (var chunk in ids.Chunk(Parallelism))
        {
            batches.AddRange(await Task.WhenAll(chunk.Select(batchId => Batch(batchId).GetAsync())));
        }

        return [.. batches];
    }

    private IBatchGrain Batch(string batchId) => GrainFactory.Batch(_endpointId, batchId);
}
