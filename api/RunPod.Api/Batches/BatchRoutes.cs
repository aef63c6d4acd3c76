using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using RunPod.Api.Endpoints;
using RunPod.Contracts.Limits;

namespace RunPod.Api.Batches;

/// <summary>The paths of batches, below an endpoint.</summary>
internal static class BatchRoutes
{
    public static void MapBatchRoutes(this RouteGroupBuilder endpoint)
    {
        var group = endpoint.MapGroup("/batch").WithTags("Batches");
        group.MapPost("", BatchHandlers.CreateAsync).Limit(Operation.Batch);
        group.MapGet("", BatchReadHandlers.ListAsync).Limit(Operation.BatchStatus);
        group.MapGet("/{batchId}", BatchReadHandlers.GetAsync).Limit(Operation.BatchStatus);
        group.MapPut("/{batchId}", BatchHandlers.RenameAsync).Limit(Operation.Batch);
        group.MapPost("/{batchId}/requests", BatchHandlers.AppendAsync).Limit(Operation.Batch);
        group.MapGet("/{batchId}/requests", BatchReadHandlers.ListRequestsAsync).Limit(Operation.BatchStatus);
        group.MapDelete("/{batchId}/requests/{requestId}", BatchHandlers.RemoveRequestAsync).Limit(Operation.Batch);
        group.MapPost("/{batchId}/finalize", BatchHandlers.FinalizeAsync).Limit(Operation.Batch);
        group.MapPost("/{batchId}/cancel", BatchHandlers.CancelAsync).Limit(Operation.Batch);
    }
}
