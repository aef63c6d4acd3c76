namespace RunPod.Api.Jobs;

/// <summary>What holds for a job whose request says nothing else.</summary>
internal sealed class JobPolicyOptions
{
    public const string Section = "JobPolicy";

    /// <summary>From the start of an attempt to TIMED_OUT; 10 minutes as RunPod documents.</summary>
    public TimeSpan ExecutionTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>From submission to TIMED_OUT; 24 hours as RunPod documents.</summary>
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromHours(24);
}
