namespace RunPod.Api.Jobs;

/// <summary>What counts of a request's body.</summary>
/// <param name="Input">The bytes of <c>input</c> as they came.</param>
/// <param name="ExecutionTimeout">Of the policy.</param>
/// <param name="TimeToLive">Of the policy.</param>
internal readonly record struct JobEnvelope(byte[] Input, TimeSpan? ExecutionTimeout, TimeSpan? TimeToLive);
