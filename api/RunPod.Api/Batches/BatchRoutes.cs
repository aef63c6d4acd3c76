using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RunPod.Api.Endpoints;
using RunPod.Api.OpenApi;
using RunPod.Api.OpenApi.Operations;
using RunPod.Contracts.Limits;

namespace RunPod.Api.Batches;

/// <summary>The paths of batches, below an endpoint.</summary>
internal static class BatchRoutes
{
    public static void MapBatchRoutes(this RouteGroupBuilder endpoint)
    {
        var group = endpoint.MapGroup("/batch").WithTags("Batches");
        group.MapPost("", BatchHandlers.CreateAsync).Limit(Operation.Batch).Describe(BatchOperations.Create);
        group.MapGet("", BatchReadHandlers.ListAsync).Limit(Operation.BatchStatus).Describe(BatchOperations.List);
        group.MapGet("/{batchId}", BatchReadHandlers.GetAsync).Limit(Operation.BatchStatus).Describe(BatchOperations.Get);
        group.MapPut("/{batchId}", BatchHandlers.RenameAsync).Limit(Operation.Batch).Describe(BatchOperations.Rename);
        group.MapPost("/{batchId}/requests", BatchHandlers.AppendAsync).Limit(Operation.Batch).Describe(BatchOperations.Append);
        group.MapGet("/{batchId}/requests", BatchReadHandlers.ListRequestsAsync).Limit(Operation.BatchStatus).Describe(BatchOperations.ListRequests);
        group.MapDelete("/{batchId}/requests/{requestId}", BatchHandlers.RemoveRequestAsync).Limit(Operation.Batch).Describe(BatchOperations.RemoveRequest);
        group.MapPost("/{batchId}/finalize", BatchHandlers.FinalizeAsync).Limit(Operation.Batch).Describe(BatchOperations.Finalize);
        group.MapPost("/{batchId}/cancel", BatchHandlers.CancelAsync).Limit(Operation.Batch).Describe(BatchOperations.Cancel);
    }
}
