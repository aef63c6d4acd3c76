using RunPod.Api.Endpoints;
using RunPod.Api.Errors;
using RunPod.Api.Requests;

namespace RunPod.Api.OpenApi.Operations;

/// <summary>What the description says about the operations on an endpoint as a whole.</summary>
internal static class EndpointOperations
{
    public static OperationDoc Requests { get; } = new("requests", "Your jobs of an endpoint")
    {
        Description = "Lists the key's user's own jobs, the newest first, without inputs and outputs.",
        Query = QueryDoc.Page,
        Answers =
        [
            new(typeof(RequestsBody), "A part of the list.", new ExampleDoc("one", "The newest of two",
                """
                {"requests": [{"id": "ccc1657b-6ab6-49c4-af78-f32580861592", "status": "COMPLETED", "delayTime": 2, "executionTime": 2887, "createdAt": "2026-11-25T02:13:29.541+00:00"}],
                 "total": 2, "offset": 0, "limit": 1, "hasMore": true}
                """)),
        ],
        Errors = [ApiErrors.InvalidOffset],
    };

    public static OperationDoc PurgeQueue { get; } = new("purgeQueue", "Cancel all that waits")
    {
        Description = "Cancels the key's user's own jobs that wait for a worker. Those that run go on.",
        Answers = [new(typeof(PurgeBody), "How many were cancelled.", new ExampleDoc("three", "Three jobs waited", """{"removed": 3, "status": "completed"}"""))],
    };

    public static OperationDoc Health { get; } = new("health", "Jobs and workers of an endpoint")
    {
        Description = "How many jobs and workers are in which state. A running worker is also ready; `completed`, `failed` and `retried` count from the beginning.",
        Answers =
        [
            new(typeof(HealthBody), "The counts.", new ExampleDoc("one-worker", "One worker, one job running",
                """
                {"jobs": {"completed": 12, "failed": 1, "inProgress": 1, "inQueue": 3, "retried": 0},
                 "workers": {"idle": 0, "initializing": 0, "ready": 1, "running": 1, "throttled": 0, "unhealthy": 0}}
                """)),
        ],
    };
}
