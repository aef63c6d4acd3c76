namespace RunPod.Api.Endpoints;

internal sealed record WorkerCounts(int Idle, int Initializing, int Ready, int Running, int Throttled, int Unhealthy);
