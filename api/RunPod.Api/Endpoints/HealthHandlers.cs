using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using RunPod.Api.Deadlines;
using RunPod.Contracts;
using RunPod.Contracts.Queues;

namespace RunPod.Api.Endpoints;

internal static class HealthHandlers
{
    internal static async Task<JsonHttpResult<HealthBody>> GetHealthAsync(string endpointId, HttpContext http, IGrainFactory grains) =>
        TypedResults.Json(ToBody(await grains.Queue(endpointId).GetHealthAsync().InTimeAsync(http)), ApiJson.Answers.HealthBody);

    internal static HealthBody ToBody(EndpointHealth health)
    {
        var idle = Count(health, WorkerState.Idle);
        var running = Count(health, WorkerState.Running);
        return new HealthBody(
            new JobCounts(health.Completed, health.Failed, health.InProgress, health.InQueue, health.Retried),
            new WorkerCounts(
                Idle: idle,
                Initializing: Count(health, WorkerState.Initializing),
                Ready: idle + running,
                Running: running,
                Throttled: Count(health, WorkerState.Throttled),
                Unhealthy: Count(health, WorkerState.Unhealthy)),
            health.UnhealthyReasons is { Length: > 0 } reasons ? reasons : null);
    }

    private static int Count(EndpointHealth health, WorkerState state) => health.Workers.GetValueOrDefault(state);
}
