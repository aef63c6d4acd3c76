using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;
using Orleans.Storage;
using RunPod.Contracts;
using RunPod.Contracts.Batches;
using RunPod.Grains.Expiry;
using RunPod.Grains.Store;
using RunPod.Grains.Webhooks;

namespace RunPod.Grains.Batches;

/// <summary>
/// A batch. What is in the store after a crash, and who goes on:
/// <list type="table">
/// <item><term>creation, after the index entries and the bytes</term><description>entries without a state: dropped when they come up and are a minute old.</description></item>
/// <item><term>provisional, its requests there or not</term><description>the client knows of no batch, and nobody sees one. An entry in the expiry index, written before, deletes it soon.</description></item>
/// <item><term>kept, not answered</term><description>as any answer that gets lost: the client may send its creation again under the same key, or finds the batch in its list.</description></item>
/// <item><term>pages are written</term><description>their numbers were taken in the state before, the requests are not in it: deleted with the batch. The client has no answer and no request is in.</description></item>
/// <item><term>the state names the pages</term><description>the requests are in. A page that was replaced may still be there: deleted with the batch.</description></item>
/// <item><term>finalized</term><description>an entry in the expiry index, written before, activates the grain; each such call writes the next entry.</description></item>
/// <item><term>requests are opened in the state, none or some submitted</term><description>the next activation asks all open jobs, and submits those that are not there. A job is submitted under its request's id, so never twice.</description></item>
/// <item><term>a job ended, its note was lost, or the result is not stored</term><description>the job is asked, at the next activation or check.</description></item>
/// <item><term>stopped</term><description>the next activation or check cancels what is queued.</description></item>
/// <item><term>ended, its pages not deleted, or counted still</term><description>deleted with the batch.</description></item>
/// <item><term>ended, the webhook not released</term><description>it was entered in the outbox before, comes up, and asks the batch.</description></item>
/// <item><term>ended</term><description>the entry of the deletion was written before. It deletes the index entries, the pages and the state in this order, and is dropped when all of it is done.</description></item>
/// </list>
/// </summary>
[PreferLocalPlacement]
internal sealed partial class BatchGrain(
    [FromKeyedServices(BatchGrain.StorageName)] IGrainStorage storage,
    BatchIndex index,
    BatchBytes bytes,
    ExpiryIndex expiry,
    Outbox outbox,
    TimeProvider clock,
    IOptions<BatchOptions> options,
    BatchMetrics metrics,
    ILogger<BatchGrain> logger) : Grain, IBatchGrain
{
    public const string StorageName = "batches";
    public const string StateName = "batch";

    private StoredState<BatchState> _stored = null!;
    private BatchPages _pages = null!;
    private BatchState? _batch;
    private string _endpointId = null!;
    private string _batchId = null!;

    private string Key => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        (_endpointId, _batchId) = GrainKeys.SplitBatchKey(Key);
        _stored = new StoredState<BatchState>(storage, StateName, this.GetGrainId());
        _pages = new BatchPages(storage, this.GetGrainId());
        await _stored.EnsureReadAsync();
        _batch = _stored.Value;
        if (_batch is { Status: BatchStatus.Finalized } batch)
        {
            await StartAsync(batch);
        }
    }

    public Task<BatchSnapshot?> GetAsync()
    {
        if (_batch is null)
        {
            RetireSoon();
        }

        return Task.FromResult(_batch is { KeepBy: null } ? Snapshot() : null);
    }

    public async Task<BatchAnswer> RenameAsync(string userId, string? name)
    {
        if (FindOf(userId) is not { } batch)
        {
            return new BatchAnswer(BatchOutcome.UnknownBatch);
        }

        if (BatchTransitions.Rename(batch, name, clock.GetUtcNow()) is var next && !ReferenceEquals(next, batch))
        {
            await WriteAsync(next);
        }

        return Done();
    }

    public async Task<BatchAnswer> FinalizeAsync(string userId, string? webhook)
    {
        if (FindOf(userId) is not { } batch)
        {
            return new BatchAnswer(BatchOutcome.UnknownBatch);
        }

        if (batch.Status is BatchStatus.Finalized or BatchStatus.Completed)
        {
            return Done();
        }

        var now = clock.GetUtcNow();
        var next = BatchTransitions.Finalize(batch, webhook, now);
        if (ReferenceEquals(next, batch))
        {
            return new BatchAnswer(batch.Status == BatchStatus.Draft ? BatchOutcome.Empty : BatchOutcome.NotDraft, Snapshot());
        }

        await WakeLaterAsync(now);
        await WriteAsync(next);
        metrics.BatchFinalized(_endpointId);
        await StartAsync(next);
        return Done();
    }

    public async Task<BatchAnswer> CancelAsync(string userId)
    {
        if (FindOf(userId) is not { } batch)
        {
            await DropProvisionalAsync(userId);
            return new BatchAnswer(BatchOutcome.UnknownBatch);
        }

        var next = BatchTransitions.Stop(batch, clock.GetUtcNow());
        if (ReferenceEquals(next, batch))
        {
            return Done();
        }

        if (batch.Status == BatchStatus.Draft)
        {
            await EndAsync(next, BatchProgress.OfNothing(next));
        }
        else
        {
            await WriteAsync(next);
            await StopAsync();
        }

        return Done();
    }

    private async Task WriteAsync(BatchState next)
    {
        try
        {
            await _stored.WriteAsync(next);
            _batch = next;
        }
        catch
        {
            // Another activation wrote, or nobody knows whether the write was applied: the caller's retry meets fresh state.
            DeactivateOnIdle();
            throw;
        }
    }

    private BatchState? FindOf(string userId)
    {
        if (_batch is null)
        {
            RetireSoon();
        }

        return _batch is { KeepBy: null } batch && batch.UserId == userId ? batch : null;
    }

    private BatchAnswer Done() => new(BatchOutcome.Done, Snapshot());

    private BatchSnapshot? Snapshot() =>
        _batch?.ToSnapshot(_batchId, _batch.Status == BatchStatus.Finalized && _progress is { } progress ? progress.CountsOf(_batch) : _batch.Counts);
}
