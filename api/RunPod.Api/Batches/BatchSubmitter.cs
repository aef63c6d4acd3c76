using Microsoft.AspNetCore.Http;
using RunPod.Api.Deadlines;
using RunPod.Api.Errors;
using RunPod.Api.Keys;
using RunPod.Contracts;
using RunPod.Contracts.Batches;
using RunPod.Contracts.Idempotency;
using RunPod.Contracts.Jobs;

namespace RunPod.Api.Batches;

/// <summary>Makes and changes batches, once for all requests with the same <c>Idempotency-Key</c>.</summary>
internal sealed class BatchSubmitter(IGrainFactory grains, IIdempotencyKeys idempotency)
{
    /// <summary>
    /// The id of the new batch, or of the one that the same request made before. A creation that is not answered in time leaves nothing that its client
    /// does not know: until the end the batch is provisional.
    /// </summary>
    public async Task<OrError<string>> CreateAsync(HttpContext http, string endpointId, string? name, BatchBodyRequest<JobSubmission[]> request)
    {
        var key = request.Idempotency;
        var newId = BatchIds.Create();
        var claim = key is null ? new IdempotencyClaim(newId, IsSameRequest: true, IsAccepted: false) : await idempotency.ClaimAsync(key, newId);
        if (!claim.IsSameRequest)
        {
            return ApiErrors.IdempotencyKeyReused;
        }

        if (claim.IsAccepted)
        {
            return claim.JobId;
        }

        var creation = new BatchCreation { UserId = http.User.UserId(), Name = name, Requests = request.Body, BatchId = claim.JobId, IsProvisional = true };
        var answer = await CreateAsync(http, endpointId, creation, mayComeAgain: key is not null);
        if (answer is not { Outcome: BatchOutcome.Done, Batch: { } batch })
        {
            if (key is not null)
            {
                await idempotency.ReleaseAsync(key, claim.JobId);
            }

            return answer.Outcome == BatchOutcome.UnknownBatch ? ApiErrors.Unavailable : BatchHandlers.ToError(answer);
        }

        if (key is not null)
        {
            await idempotency.ConfirmAsync(key, batch.BatchId);
        }

        return batch.BatchId;
    }

    /// <summary>Changes a batch, or finds it as the same request changed it before.</summary>
    /// <param name="endpointId">The endpoint.</param>
    /// <param name="batchId">The batch.</param>
    /// <param name="userId">The user.</param>
    /// <param name="key">The request's key, if it has one.</param>
    /// <param name="change">The change; it gets what tells this request from others, if it may come again.</param>
    public async Task<OrError<BatchAnswer>> ChangeAsync(
        string endpointId, string batchId, string userId, IdempotencyRequest? key, Func<Guid?, Task<BatchAnswer>> change)
    {
        if (key is null)
        {
            return await change(null);
        }

        var claim = await idempotency.ClaimAsync(key, Guid.NewGuid().ToString("N"));
        if (!claim.IsSameRequest)
        {
            return ApiErrors.IdempotencyKeyReused;
        }

        if (claim.IsAccepted)
        {
            return await grains.Batch(endpointId, batchId).GetAsync() is { } known && known.UserId == userId
                ? new BatchAnswer(BatchOutcome.Done, known)
                : new BatchAnswer(BatchOutcome.UnknownBatch);
        }

        var answer = await change(Guid.Parse(claim.JobId));
        await (answer.Outcome == BatchOutcome.Done ? idempotency.ConfirmAsync(key, claim.JobId) : idempotency.ReleaseAsync(key, claim.JobId));
        return answer;
    }

    private async Task<BatchAnswer> CreateAsync(HttpContext http, string endpointId, BatchCreation creation, bool mayComeAgain)
    {
        try
        {
            var list = grains.BatchList(endpointId, creation.UserId);
            var made = await http.InTimeAsync(answered => list.CreateAsync(creation, mayComeAgain ? CancellationToken.None : answered));
            return made.Batch is { IsProvisional: true } batch
                ? await grains.Batch(endpointId, batch.BatchId).KeepAsync(creation.UserId).InTimeAsync(http)
                : made;
        }
        catch when (!mayComeAgain)
        {
            // Nobody will know its id. If this is lost too, what is provisional goes by itself.
            grains.Batch(endpointId, creation.BatchId!).CancelAsync(creation.UserId).Ignore();
            throw;
        }
    }
}
