namespace RunPod.Chaos.Load;

/// <summary>What the harness reads of the jobs in an answer of <c>/health</c>.</summary>
internal sealed record HealthCounts(int InProgress);
