namespace RunPod.Api.Endpoints;

internal sealed record JobCounts(long Completed, long Failed, int InProgress, int InQueue, long Retried);
