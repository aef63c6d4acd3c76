namespace RunPod.Api.Endpoints;

/// <summary>The answer of <c>/health</c>; the reasons are there only when a worker has one.</summary>
internal sealed record HealthBody(JobCounts Jobs, WorkerCounts Workers, string[]? UnhealthyReasons);
