namespace RunPod.Api.Requests;

/// <summary>One job in the answer of <c>/requests</c>; times are milliseconds, as in the job object.</summary>
internal sealed record RequestBody(string Id, string Status, long? DelayTime, long? ExecutionTime, DateTimeOffset CreatedAt);
