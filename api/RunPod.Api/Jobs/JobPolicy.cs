namespace RunPod.Api.Jobs;

/// <summary>The <c>policy</c> of a request.</summary>
internal readonly record struct JobPolicy(TimeSpan? ExecutionTimeout, TimeSpan? TimeToLive, bool LowPriority);
