using Microsoft.Extensions.Logging;
using RunPod.Contracts.Batches;
using RunPod.Contracts.Jobs;

namespace RunPod.Grains.Batches;

/// <summary>The requests of a DRAFT.</summary>
internal sealed partial class BatchGrain
{
    // Numbers are not used again. So many are enough for every request to be replaced a few times, and few enough to delete all that they may have left.
    private const int NumbersPerRequest = 10;

    public async Task<BatchAnswer> AppendAsync(string userId, JobSubmission[] requests, Guid? additionId = null)
    {
        if (FindOf(userId) is not { } batch)
        {
            return new BatchAnswer(BatchOutcome.UnknownBatch);
        }

        if (additionId is { } id && batch.Additions?.Contains(id) == true)
        {
            return Done();
        }

        if (batch.Status != BatchStatus.Draft)
        {
            return new BatchAnswer(BatchOutcome.NotDraft, Snapshot());
        }

        var limit = options.Value.MaxRequests;
        if (batch.Total + requests.Length > limit || batch.NextRequest + requests.Length > NumbersPerRequest * (long)limit)
        {
            return new BatchAnswer(BatchOutcome.TooManyRequests, Snapshot(), limit);
        }

        return requests.Length == 0 || await TryAddAsync(batch, requests, additionId) ? Done() : TooManyBytes();
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
            bytes.Lower(_endpointId, next.UserId, _batchId, next.Bytes);
        }

        return Done();
    }

    /// <summary>
    /// The bytes first, then numbers for the pages, then the pages, then the state that names them; so no two writers ever write the same page.
    /// False if the user would have too many bytes.
    /// </summary>
    private async Task<bool> TryAddAsync(BatchState batch, JobSubmission[] requests, Guid? additionId = null)
    {
        var first = batch.NextRequest;
        BatchPage? replaced = null;
        if (requests.Length > 0 && batch.Pages is [.., var last] && last.End == first && BatchPacking.HasRoom(last, requests[0])
            && await _pages.ReadInputsAsync(last) is { } known)
        {
            (requests, first, replaced) = ([.. known, .. requests], last.First, last);
        }

        var pages = BatchPacking.Cut(requests, batch.NextPage, first);
        var reserved = BatchTransitions.Reserve(batch, pages.Count);
        var next = BatchTransitions.Append(reserved, pages, clock.GetUtcNow(), additionId);
        if (!await TryEnterAsync(next))
        {
            return false;
        }

        await WriteAsync(reserved);
        if (!ReferenceEquals(next, reserved))
        {
            await _pages.WriteInputsAsync(pages, requests);
            await WriteAsync(next);
        }

        if (replaced is not null)
        {
            await DropPageAsync(replaced);
        }

        return true;
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
