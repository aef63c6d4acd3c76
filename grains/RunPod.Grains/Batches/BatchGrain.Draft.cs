using Microsoft.Extensions.Logging;
using RunPod.Contracts.Batches;
using RunPod.Contracts.Jobs;

namespace RunPod.Grains.Batches;

/// <summary>The requests of a DRAFT.</summary>
internal sealed partial class BatchGrain
{
    public async Task<BatchAnswer> AppendAsync(string userId, JobSubmission[] requests)
    {
        if (FindOf(userId) is not { } batch)
        {
            return new BatchAnswer(BatchOutcome.UnknownBatch);
        }

        if (batch.Status != BatchStatus.Draft)
        {
            return new BatchAnswer(BatchOutcome.NotDraft, Snapshot());
        }

        if (batch.Total + requests.Length > options.Value.MaxRequests)
        {
            return new BatchAnswer(BatchOutcome.TooManyRequests, Snapshot(), options.Value.MaxRequests);
        }

        if (requests.Length > 0)
        {
            await AddAsync(batch, requests);
        }

        return Done();
    }

    public async Task<BatchAnswer> RemoveRequestAsync(string userId, string requestId)
    {
        if (FindOf(userId) is not { } batch)
        {
            return new BatchAnswer(BatchOutcome.UnknownBatch);
        }

        if (batch.Status != BatchStatus.Draft)
        {
            return new BatchAnswer(BatchOutcome.NotDraft, Snapshot());
        }

        if (!BatchIds.TryParseRequest(requestId, _batchId, out var request) || batch.Find(request) is not { } page)
        {
            return new BatchAnswer(BatchOutcome.UnknownRequest, Snapshot());
        }

        var next = BatchTransitions.Remove(batch, request, clock.GetUtcNow());
        await WriteAsync(next);
        if (next.Pages.Length < batch.Pages.Length)
        {
            await DropPageAsync(page);
        }

        return Done();
    }

    /// <summary>Numbers for the pages first, then the pages, then the state that names them; so no two writers ever write the same page.</summary>
    private async Task AddAsync(BatchState batch, JobSubmission[] requests)
    {
        var first = batch.NextRequest;
        BatchPage? replaced = null;
        if (batch.Pages is [.., var last] && last.End == first && BatchPacking.HasRoom(last, requests[0]) && await _pages.ReadInputsAsync(last) is { } known)
        {
            (requests, first, replaced) = ([.. known, .. requests], last.First, last);
        }

        var pages = BatchPacking.Cut(requests, batch.NextPage, first);
        var reserved = BatchTransitions.Reserve(batch, pages.Count);
        await WriteAsync(reserved);
        await _pages.WriteInputsAsync(pages, requests);
        await WriteAsync(BatchTransitions.Append(reserved, pages, clock.GetUtcNow()));
        if (replaced is not null)
        {
            await DropPageAsync(replaced);
        }
    }

    private async Task DropPageAsync(BatchPage page)
    {
        try
        {
            await _pages.DeleteInputsAsync(page.Number);
        }
        catch (Exception exception)
        {
            // It goes with the batch at the latest, and what the client asked for is done.
            LogPageNotDeleted(Key, exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A page of batch {BatchKey} that is no longer needed could not be deleted and will be with the batch")]
    private partial void LogPageNotDeleted(string batchKey, Exception exception);
}
